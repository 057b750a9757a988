"""Services' Notifier, spoken through Telegram."""

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import BufferedInputFile, LinkPreviewOptions, ReplyParameters
from aiogram.utils.i18n import I18n

from bot.flood import MustWait, in_background
from handlers.cards import texts
from handlers.cards.view import Drawn, draw
from handlers.connecting.texts import notice as notice_words
from services.domain.card import CardView
from services.domain.workspace import ChatAddress, Language
from services.ports import ChatBusy, ChatGone, ChatMoved, MessageLost, OwnerNotice, TopicGone

log = structlog.get_logger(__name__)

NETWORK_SECONDS = 5.0
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

GONE = ("chat not found", "user is deactivated", "bot was kicked", "bot is not a member", "not enough rights")
TOPIC = ("message thread not found", "topic_deleted", "topic_closed")
LOST = ("message to edit not found", "message can't be edited", "message_id_invalid")


def understand(error: Exception) -> Exception:
    """Telegram's failures in the words of `services.ports`."""
    if isinstance(error, MustWait):
        return ChatBusy(error.seconds)
    if isinstance(error, TelegramRetryAfter):
        return ChatBusy(float(error.retry_after))
    if isinstance(error, TelegramMigrateToChat):
        return ChatMoved(error.migrate_to_chat_id)
    if isinstance(error, TelegramForbiddenError):
        return ChatGone(error.message)
    if isinstance(error, TelegramBadRequest):
        message = error.message.lower()
        for signs, failure in ((TOPIC, TopicGone), (LOST, MessageLost), (GONE, ChatGone)):
            if any(sign in message for sign in signs):
                return failure(error.message)
        return error
    if isinstance(error, TelegramNetworkError | TelegramServerError | ClientDecodeError):
        return ChatBusy(NETWORK_SECONDS)
    return error


class TelegramNotifier:
    """Implements `services.ports.Notifier`."""

    def __init__(self, bot: Bot, i18n: I18n) -> None:
        self._bot = bot
        self._i18n = i18n

    async def show_card(
        self, address: ChatAddress, language: Language, view: CardView, message_id: int | None
    ) -> int:
        with self._i18n.context(), self._i18n.use_locale(language), in_background():
            drawn = draw(view, language)
            try:
                if message_id is None:
                    message_id = await self._send(address, drawn)
                else:
                    await self._edit(address, message_id, drawn)
            except (TelegramAPIError, ClientDecodeError, MustWait) as error:
                raise understand(error) from None
            return message_id

    async def _send(self, address: ChatAddress, drawn: Drawn) -> int:
        sent = await self._bot.send_message(
            address.chat_id,
            **drawn.text.as_kwargs(),
            message_thread_id=address.thread_id or None,
            reply_markup=drawn.keyboard,
            link_preview_options=NO_PREVIEW,
        )
        await self._attach(address, sent.message_id, drawn)
        return sent.message_id

    async def _edit(self, address: ChatAddress, message_id: int, drawn: Drawn) -> None:
        try:
            await self._bot.edit_message_text(
                **drawn.text.as_kwargs(),
                chat_id=address.chat_id,
                message_id=message_id,
                reply_markup=drawn.keyboard,
                link_preview_options=NO_PREVIEW,
            )
        except TelegramBadRequest as error:
            if "not modified" in error.message:
                return
            raise
        await self._attach(address, message_id, drawn)

    async def _attach(self, address: ChatAddress, message_id: int, drawn: Drawn) -> None:
        """The whole text as a file; the card stands whatever becomes of it."""
        if drawn.full is None:
            return
        file = BufferedInputFile(drawn.full.encode(), filename=texts.full_text_name())
        try:
            await self._bot.send_document(
                address.chat_id,
                file,
                message_thread_id=address.thread_id or None,
                reply_parameters=ReplyParameters(message_id=message_id, allow_sending_without_reply=True),
            )
        except (TelegramAPIError, MustWait) as error:
            log.info("full_text_not_sent", error=type(error).__name__)

    async def tell(self, user_id: int, language: Language, notice: OwnerNotice) -> None:
        with self._i18n.context(), self._i18n.use_locale(language), in_background():
            try:
                await self._bot.send_message(user_id, notice_words(notice))
            except (TelegramAPIError, ClientDecodeError, MustWait) as error:
                raise understand(error) from None
