"""Alerts and digests: how they look in a chat, and their buttons."""

from aiogram import Router

from handlers.alerts import buttons


def build_router() -> Router:
    return buttons.build_router()
