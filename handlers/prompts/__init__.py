"""Prompts: making them, the list, the card, switching."""

from aiogram import Router

from handlers.prompts import alerting, card, listing, rewording, switch
from handlers.prompts.wizard import opening


def build_router() -> Router:
    router = Router(name="prompts")
    router.include_routers(
        opening.build_router(),
        listing.build_router(),
        card.build_router(),
        alerting.build_router(),
        rewording.build_router(),
        switch.build_router(),
    )
    return router
