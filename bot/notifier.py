"""Services' Notifier, spoken through Telegram."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import BufferedInputFile, LinkPreviewOptions, ReplyParameters
from aiogram.utils.i18n import I18n

from bot.flood import MustWait, in_background
from bot.pace import Priority
from handlers.alerts.view import card_link, draw_alert, under_alert
from handlers.belonging import present_in
from handlers.cards import texts
from handlers.cards.view import Drawn, draw
from handlers.connecting.keyboards import renewal
from handlers.connecting.notice_texts import notice as notice_words
from handlers.digests.view import draw_digest
from handlers.prompts.cards import notice_keyboard
from services.cards.outcomes import CardRefused, FileLeft
from services.domain.alert import AlertView
from services.domain.card import CardView
from services.domain.digest import DigestView
from services.domain.workspace import ChatAddress, Language
from services.forgetting.posted import Posted
from services.ports import ChatBusy, ChatClosed, ChatGone, ChatMoved, MessageLost, OwnerNotice, TopicGone

log = structlog.get_logger(__name__)

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
NETWORK_PAUSES = (5.0, 120.0)
"""While Telegram is not reached a card comes again after as long as that lasts already, within these bounds."""

GONE = (
    "chat not found",
    "user is deactivated",
    "bot was kicked",
    "bot is not a member",
    "peer_id_invalid",
)
TOPIC = ("message thread not found", "topic_deleted")
CLOSED_TOPIC = ("topic_closed",)
RIGHTS = (
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_admin_required",
    "send_plain_forbidden",
)
LOST = ("message to edit not found", "message can't be edited", "message_id_invalid")
UNREACHED = (TelegramNetworkError, TelegramServerError, ClientDecodeError)


def understand(error: Exception) -> Exception:
    """Telegram's failures in the words of `services.ports`."""
    if isinstance(error, MustWait):
        return ChatBusy(error.seconds)
    if isinstance(error, TelegramRetryAfter):
        return ChatBusy(float(error.retry_after))
    if isinstance(error, TelegramMigrateToChat):
        return ChatMoved(error.migrate_to_chat_id)
    closed = _closed(error)
    if closed is not None:
        return closed
    if isinstance(error, TelegramForbiddenError):
        return ChatGone(error.message)
    if isinstance(error, TelegramBadRequest | TelegramEntityTooLarge):
        message = error.message.lower()
        for signs, failure in ((TOPIC, TopicGone), (LOST, MessageLost), (GONE, ChatGone)):
            if any(sign in message for sign in signs):
                return failure(error.message)
        return CardRefused(error.message)
    if isinstance(error, UNREACHED):
        return ChatBusy(NETWORK_PAUSES[0])
    return error


def _closed(error: Exception) -> ChatClosed | None:
    """The chat is there, but somebody must open the topic or give the bot a right."""
    if isinstance(error, TelegramForbiddenError | TelegramBadRequest):
        message = error.message.lower()
        for signs, why in ((CLOSED_TOPIC, "topic"), (RIGHTS, "rights")):
            if any(sign in message for sign in signs):
                return ChatClosed(why)
    return None


class TelegramNotifier:
    """Implements `services.ports.Notifier`. Cards may also end as `services.cards.outcomes` says."""

    def __init__(
        self, bot: Bot, i18n: I18n, monotonic: Callable[[], float] = time.monotonic, posted: Posted | None = None
    ) -> None:
        """`posted` remembers which files were sent: they may have to be taken back."""
        self._bot = bot
        self._i18n = i18n
        self._posted = posted
        self._monotonic = monotonic
        self._unreached_since: float | None = None

    async def show_card(
        self,
        address: ChatAddress,
        language: Language,
        view: CardView,
        message_id: int | None,
        *,
        silent: bool = False,
    ) -> int:
        with self._speaking(language), present_in(view.workspace_id or None):
            drawn = draw(view, language)
            if message_id is None:
                message_id = await self._send(address, drawn, silent=silent)
            else:
                await self._edit(address, message_id, drawn)
            if drawn.full is not None:
                await self._attach(view.call_id, address, message_id, drawn.full)
            return message_id

    async def tell_late(self, address: ChatAddress, language: Language, left: int) -> None:
        with self._speaking(language):
            await self._bot.send_message(
                address.chat_id,
                texts.late(left),
                message_thread_id=address.thread_id or None,
                disable_notification=True,
            )

    async def show_alert(self, address: ChatAddress, language: Language, view: AlertView) -> int:
        """With a sound at any hour; a reply to the call's card where that stands in the chat."""
        here = view.card_message_id
        link = card_link(address, here)
        with self._speaking(language, Priority.ALERT), present_in(view.workspace_id):
            sent = await self._bot.send_message(
                address.chat_id,
                **draw_alert(view, language).as_kwargs(),
                message_thread_id=address.thread_id or None,
                reply_parameters=ReplyParameters(message_id=here, allow_sending_without_reply=True)
                if here is not None
                else None,
                reply_markup=under_alert(
                    view.call_id, view.chat_number, view.prompt_id, link, card_is_here=here is not None
                ),
                link_preview_options=NO_PREVIEW,
            )
        return sent.message_id

    async def show_digest(
        self, address: ChatAddress, language: Language, view: DigestView, *, silent: bool = False
    ) -> int:
        with self._speaking(language, Priority.DIGEST):
            sent = await self._bot.send_message(
                address.chat_id,
                **draw_digest(view, language).as_kwargs(),
                message_thread_id=address.thread_id or None,
                link_preview_options=NO_PREVIEW,
                disable_notification=silent or None,
            )
        return sent.message_id

    async def tell(self, user_id: int, language: Language, notice: OwnerNotice) -> None:
        with self._speaking(language, Priority.ALERT), present_in(notice.workspace_id or None):
            await self._bot.send_message(
                user_id,
                notice_words(notice),
                reply_markup=notice_keyboard(notice) or renewal(notice),
                link_preview_options=NO_PREVIEW,
            )

    @contextmanager
    def _speaking(self, language: Language, priority: Priority = Priority.CARD) -> Iterator[None]:
        try:
            with self._i18n.context(), self._i18n.use_locale(language), in_background(priority):
                yield
        except UNREACHED:
            raise ChatBusy(self._pause()) from None
        except (TelegramAPIError, MustWait) as error:
            raise understand(error) from None
        self._unreached_since = None

    def _pause(self) -> float:
        now = self._monotonic()
        if self._unreached_since is None:
            self._unreached_since = now
        least, most = NETWORK_PAUSES
        return min(max(now - self._unreached_since, least), most)

    async def _send(self, address: ChatAddress, drawn: Drawn, *, silent: bool) -> int:
        sent = await self._bot.send_message(
            address.chat_id,
            **drawn.text.as_kwargs(),
            message_thread_id=address.thread_id or None,
            reply_markup=drawn.keyboard,
            link_preview_options=NO_PREVIEW,
            disable_notification=silent or None,
        )
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
            if "not modified" not in error.message:
                raise

    async def _attach(self, call_id: int, address: ChatAddress, message_id: int, full: str) -> None:
        """The whole text as a file. The card stands already: when only the file must wait, that is said."""
        file = BufferedInputFile(full.encode(), filename=texts.full_text_name())
        try:
            sent = await self._bot.send_document(
                address.chat_id,
                file,
                message_thread_id=address.thread_id or None,
                reply_parameters=ReplyParameters(message_id=message_id, allow_sending_without_reply=True),
            )
        except UNREACHED:
            raise FileLeft(message_id, self._pause()) from None
        except (MustWait, TelegramRetryAfter) as error:
            seconds = error.seconds if isinstance(error, MustWait) else error.retry_after
            raise FileLeft(message_id, float(seconds)) from None
        except TelegramAPIError as error:
            log.warning("full_text_not_sent", error=type(error).__name__)
        else:
            if self._posted is not None:
                await self._posted.note(call_id, address.chat_id, sent.message_id)
