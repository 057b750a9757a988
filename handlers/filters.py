"""Filters that several features share."""

import re
from typing import Any

from aiogram import F
from aiogram.enums import ChatType
from aiogram.filters import BaseFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, TelegramObject
from magic_filter import MagicFilter

from handlers.callbacks.linking import LinkTo
from handlers.callbacks.prompts import WizardPress
from handlers.links import Link

_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,32}(?:@\w+)?(?:\s|$)")


def is_command(text: str) -> bool:
    """As Telegram sees it: `/Calls/2026` and `/Звонки` are paths."""
    return _COMMAND.match(text) is not None


def typed() -> MagicFilter:
    """A text that is no command."""
    return F.text & ~F.text.func(is_command)


class Private(BaseFilter):
    async def __call__(self, event: TelegramObject) -> bool:
        message = event.message if isinstance(event, CallbackQuery) else event
        return isinstance(message, Message) and message.chat.type == ChatType.PRIVATE


class Leads(BaseFilter):
    """A link to one of these was opened."""

    def __init__(self, *to: LinkTo) -> None:
        self._to = to

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        link = Link.said(message.text or "")
        return {"link": link} if link is not None and link.to in self._to else False


class OwnWindow(BaseFilter):
    """The press comes from the wizard's present window: an older one, or a second press, does not pass."""

    async def __call__(
        self, query: CallbackQuery, callback_data: WizardPress, state: FSMContext
    ) -> bool | dict[str, Any]:
        data = await state.get_data()
        if await state.get_state() is None or data.get("number") != callback_data.number:
            return False
        return {"wizard": data}
