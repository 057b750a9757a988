"""Stands last: unknown commands, stray messages, and buttons of windows that are out of date."""

from aiogram import Router
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message

from handlers.workspace import texts
from services.access import Action


async def old_button(query: CallbackQuery) -> None:
    """A keyboard stays clickable for ever; the world moves on."""
    await query.answer(texts.old_window(), show_alert=True)


async def unknown(message: Message) -> None:
    """In groups people talk to each other, not to us."""
    if message.chat.type == ChatType.PRIVATE:
        await message.answer(texts.unknown())


def build_router() -> Router:
    router = Router(name="fallback")
    router.callback_query.register(old_button, flags={"needs": Action.VIEW})
    router.message.register(unknown, flags={"needs": Action.VIEW})
    return router
