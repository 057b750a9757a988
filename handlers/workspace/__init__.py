"""The company itself: the door, help, settings, status, and the chats that listen."""

from aiogram import Router

from handlers.workspace import company, history, inviting, members, privacy, settings, start, status


def build_router() -> Router:
    router = Router(name="workspace")
    router.include_routers(
        start.build_router(),
        company.build_router(),
        members.build_router(),
        inviting.build_router(),
        history.build_router(),
        settings.build_router(),
        privacy.build_router(),
        status.build_router(),
    )
    return router
