"""Own funnels of a telephony or a disk: funnels, stages, and the rules that fill them."""

from aiogram import Router

from handlers.funnels import editor, listing, naming, ruling
from handlers.funnels.screens import bring_screens


def build_router() -> Router:
    """Stands before the prompts: one button of their wizard leads here."""
    router = Router(name="funnels")
    for observer in (router.message, router.callback_query):
        observer.middleware(bring_screens)
    router.include_routers(
        listing.build_router(), naming.build_router(), ruling.build_router(), editor.build_router()
    )
    return router
