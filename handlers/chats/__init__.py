"""Chats that listen: subscribing, what comes into them, when they are silent."""

from aiogram import Router

from handlers.chats import arriving, pressing, standing


def build_router() -> Router:
    """Stands before the door: links into a chat's settings are commands of their own."""
    router = Router(name="chats")
    router.include_routers(standing.build_router(), arriving.build_router(), pressing.build_router())
    return router
