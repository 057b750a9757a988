"""Takes messages out of chats and says goodbye there. Implements `services.forgetting.messages.Chats`."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BufferedInputFile, InputMediaDocument
from aiogram.utils.i18n import I18n

from bot.speaking.flood import in_background
from bot.speaking.meaning import SAID, busy
from bot.speaking.pace import Priority
from handlers.workspace import privacy_texts
from services.domain.workspace import ChatAddress, Language
from services.forgetting.messages import Written

log = structlog.get_logger(__name__)

PAUSE = 30.0
"""Seconds while Telegram is not reached."""
NOTHING_TO_DO = ("not modified", "message to delete not found", "message to edit not found")
"""It is gone already, or says already that it is."""


class Eraser:
    def __init__(self, bot: Bot, i18n: I18n) -> None:
        self._bot = bot
        self._i18n = i18n

    async def erase(self, written: Written) -> bool:
        """Messages older than 48 hours cannot be deleted, but they can be edited; of a file, its content."""
        chat, number = written.address.chat_id, written.message_id
        with self._i18n.context(), self._i18n.use_locale(written.language):
            words, name = privacy_texts.erased(), privacy_texts.erased_name()
        file = InputMediaDocument(media=BufferedInputFile(words.encode(), filename=name), caption=words)
        ways: tuple[Callable[[], Awaitable[object]], ...] = (
            lambda: self._bot.delete_message(chat, number),
            lambda: self._bot.edit_message_text(words, chat_id=chat, message_id=number),
            lambda: self._bot.edit_message_media(file, chat_id=chat, message_id=number),
        )
        for way in ways:
            try:
                with _asking(Priority.CARD):
                    await way()
            except TelegramAPIError as error:
                if any(sign in error.message for sign in NOTHING_TO_DO):
                    return True
                log.info("message_not_erased", error=type(error).__name__)
            else:
                return True
        return False

    async def tell(self, address: ChatAddress, language: Language, code: str, values: Mapping[str, Any]) -> None:
        with self._i18n.context(), self._i18n.use_locale(language):
            words = privacy_texts.told(code, values)
        try:
            with _asking(Priority.ALERT):
                await self._bot.send_message(address.chat_id, words, message_thread_id=address.thread_id or None)
        except TelegramAPIError as error:
            log.info("chat_not_told", error=type(error).__name__)


@contextmanager
def _asking(priority: Priority) -> Iterator[None]:
    """Raises ChatBusy for what may pass, and whatever else Telegram says."""
    try:
        with in_background(priority):
            yield
    except SAID as error:
        raise busy(error, lambda: PAUSE) or error from None
