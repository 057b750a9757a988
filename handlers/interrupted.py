"""A person's press or message was half done when the bot stopped: said plainly, never done a second time."""

from collections.abc import Mapping
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import Message, Update
from aiogram.utils.i18n import I18n
from aiogram.utils.i18n import gettext as _

from services.domain.workspace import Language

log = structlog.get_logger(__name__)


def look() -> str:
    return _("Меня перезапустили на полпути. Проверьте, всё ли получилось, и повторите, если нет.")


async def ask_to_look(bot: Bot, i18n: I18n, payload: Mapping[str, Any]) -> None:
    """Said where it happened. What people never asked for (a chat that changed, say) needs no word."""
    update = Update.model_validate(payload, context={"bot": bot})
    query, message = update.callback_query, update.message
    sender = query.from_user if query is not None else message.from_user if message is not None else None
    place = query.message if query is not None else message
    if sender is None or not isinstance(place, Message):
        return
    with i18n.context(), i18n.use_locale(Language.of(sender.language_code)):
        words = look()
    thread = place.message_thread_id if place.is_topic_message else None
    try:
        await bot.send_message(place.chat.id, words, message_thread_id=thread)
    except TelegramAPIError as error:
        log.info("interrupted_not_told", error=type(error).__name__)
