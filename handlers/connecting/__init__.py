"""Connecting systems and keeping an eye on them."""

from aiogram import Router

from handlers.connecting import connect, integrations, options
from handlers.connecting.guarding import build_guard

__all__ = ["build_guard", "build_router"]


def build_router() -> Router:
    router = Router(name="connecting")
    router.include_routers(connect.build_router(), integrations.build_router(), options.build_router())
    return router
