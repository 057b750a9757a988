"""The face: updates in, words and buttons out. A handler translates; the rules are in `services`."""

from handlers import alerts, cards, chats, connecting, errors, fallback, funnels, linking, prompts, workspace
from handlers.directory import Directory


def build_router() -> Directory:
    """Routers in reading order. Secrets are caught first, then voices that belong to nobody and links into chats.

    The fallback stands last: it catches everything.
    """
    router = Directory(name="callprompt")
    router.include_routers(
        connecting.build_guard(),
        chats.build_router(),
        workspace.build_router(),
        linking.build_router(),
        connecting.build_router(),
        funnels.build_router(),
        prompts.build_router(),
        cards.build_router(),
        alerts.build_router(),
        fallback.build_router(),
    )
    errors.register(router)
    return router
