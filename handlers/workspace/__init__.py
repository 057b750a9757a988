"""The company itself: the door, help, settings, status, and the chats that listen."""

from aiogram import Router

from handlers.workspace import chats, members, settings, start, status


def build_router() -> Router:
    router = Router(name="workspace")
    router.include_routers(
        start.build_router(),
        members.build_router(),
        settings.build_router(),
        status.build_router(),
        chats.build_router(),
    )
    return router
