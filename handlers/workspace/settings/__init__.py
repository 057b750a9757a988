"""/settings: the person's language; for owners the company's time zone and advice."""

from aiogram import Router

from handlers.workspace.settings import asking, choosing, window


def build_router() -> Router:
    router = Router(name="settings")
    router.include_routers(window.build_router(), choosing.build_router(), asking.build_router())
    return router
