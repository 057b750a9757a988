"""Result cards: how they look, and their buttons."""

from aiogram import Router

from handlers.cards import buttons


def build_router() -> Router:
    return buttons.build_router()
