"""Connecting systems and keeping an eye on them."""

from aiogram import Router

from handlers.connecting import connect, integrations


def build_router() -> Router:
    router = Router(name="connecting")
    router.include_routers(connect.build_router(), integrations.build_router())
    return router
