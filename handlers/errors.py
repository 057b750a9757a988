"""What a person hears when something broke: never a traceback.

Error handlers run outside the middlewares that set the language, so they set it themselves.
"""

from collections.abc import Callable

import structlog
from aiogram import Router
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.filters import ExceptionTypeFilter
from aiogram.types import CallbackQuery, ErrorEvent
from aiogram.utils.i18n import I18n

from handlers import words
from handlers.workspace import texts
from services.domain.workspace import Language
from services.errors import CallpromptError, Conflict, NotFound

log = structlog.get_logger(__name__)

HARMLESS = ("not modified", "query is too old", "message to edit not found")


async def expected(event: ErrorEvent, i18n: I18n, language: Language = Language.RU) -> None:
    error = event.exception
    assert isinstance(error, CallpromptError)
    log.info("handler_refused", failure=error.code)
    await _say(event, i18n, language, lambda: _words(error))


def _words(error: CallpromptError) -> str:
    if isinstance(error, NotFound):
        return texts.gone()
    if isinstance(error, Conflict):
        return words.changed_meanwhile()
    return words.failure(error)


async def telegram(event: ErrorEvent, i18n: I18n, language: Language = Language.RU) -> None:
    """What Telegram calls normal life is passed over; anything else has kept the person from an answer."""
    error = event.exception
    if isinstance(error, TelegramBadRequest) and any(sign in error.message for sign in HARMLESS):
        return
    log.warning("telegram_refused", error=type(error).__name__)
    await _say(event, i18n, language, texts.broke)


async def unexpected(event: ErrorEvent, i18n: I18n, language: Language = Language.RU) -> None:
    log.error("handler_broke", exc_info=event.exception)
    await _say(event, i18n, language, texts.broke)


async def _say(event: ErrorEvent, i18n: I18n, language: Language, say: Callable[[], str]) -> None:
    with i18n.context(), i18n.use_locale(language):
        text = say()
    query, message = event.update.callback_query, event.update.message
    try:
        if query is not None:
            await _answer(query, text)
        elif message is not None:
            await message.answer(text)
    except TelegramAPIError:
        log.info("nobody_to_tell")


async def _answer(query: CallbackQuery, text: str) -> None:
    """A press is answered once: when that has happened already, the rest is said in the chat."""
    try:
        await query.answer(text[:200], show_alert=True)
    except TelegramBadRequest:
        if query.message is not None:
            await query.message.answer(text)


def register(router: Router) -> None:
    router.error.register(expected, ExceptionTypeFilter(CallpromptError))
    router.error.register(telegram, ExceptionTypeFilter(TelegramAPIError))
    router.error.register(unexpected)
