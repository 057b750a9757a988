"""Services' Notifier, spoken through Telegram."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, LinkPreviewOptions, ReplyParameters
from aiogram.utils.i18n import I18n

from bot.speaking.flood import in_background
from bot.speaking.meaning import NETWORK_PAUSES, SAID, busy, understand
from bot.speaking.pace import Priority
from handlers.alerts.view import card_link, draw_alert, under_alert
from handlers.belonging import present_in
from handlers.cards import texts
from handlers.cards.view import Drawn, draw, mark_of
from handlers.connecting.keyboards import renewal
from handlers.connecting.notice_texts import notice as notice_words
from handlers.digests.view import draw_digest
from handlers.prompts.cards import notice_keyboard
from services.cards.outcomes import FileLeft
from services.domain.alert import AlertView
from services.domain.card import CardView
from services.domain.digest import DigestView
from services.domain.workspace import ChatAddress, Language
from services.forgetting.posted import Posted
from services.ports import OwnerNotice

log = structlog.get_logger(__name__)

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


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
                await self._attach(view, address, message_id, drawn.full)
            return message_id

    async def tell_late(self, address: ChatAddress, language: Language, left: int) -> None:
        with self._speaking(language):
            await self._mention(address, texts.late(left))

    async def tell_on_time(self, address: ChatAddress, language: Language) -> None:
        with self._speaking(language):
            await self._mention(address, texts.on_time())

    async def _mention(self, address: ChatAddress, words: str) -> None:
        await self._bot.send_message(
            address.chat_id, words, message_thread_id=address.thread_id or None, disable_notification=True
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
        except SAID as error:
            raise understand(error, self._pause) from None
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

    async def _attach(self, view: CardView, address: ChatAddress, message_id: int, full: str) -> None:
        """The whole text as a file, the same answers once. The card stands already: a waiting file says so."""
        content = mark_of(view)
        if self._posted is not None and await self._posted.has(view.call_id, address.chat_id, content):
            return
        file = BufferedInputFile(full.encode(), filename=texts.full_text_name(view))
        try:
            sent = await self._bot.send_document(
                address.chat_id,
                file,
                message_thread_id=address.thread_id or None,
                reply_parameters=ReplyParameters(message_id=message_id, allow_sending_without_reply=True),
            )
        except SAID as error:
            passing = busy(error, self._pause)
            if passing is not None:
                raise FileLeft(message_id, passing.retry_after) from None
            log.warning("full_text_not_sent", error=type(error).__name__)
        else:
            if self._posted is not None:
                await self._posted.note(view.call_id, address.chat_id, sent.message_id, content)
