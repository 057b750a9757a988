"""How much one person, and one group, may ask of the bot: a kind word once, then silence until it is quieter.

Kept in memory and forgotten with the process: it holds off floods, nothing depends on it.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from aiogram import BaseMiddleware
from aiogram.exceptions import TelegramAPIError
from aiogram.types import Chat, Message, TelegramObject, Update, User
from aiogram.utils.i18n import I18n

from handlers import crowded
from services.domain.workspace import Language
from services.ports import Clock, Rate

log = structlog.get_logger(__name__)

PERSON = Rate(per_second=1.5, burst=30)
"""Nobody presses faster for long; a double press or a quick walk through pages is far below."""
GROUP = Rate(per_second=5, burst=60)
REMEMBERED = 10_000
"""Buckets kept at once; the longest unused goes first."""
QUIET_AGAIN = 5
"""So many free places after a flood, and the next one is told about again."""
LONGEST_TEXT = 4096
LONGEST_DATA = 64
"""Bytes of a button. Telegram keeps both limits, whoever forges updates does not."""

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


@dataclass(slots=True)
class _Bucket:
    full_at: float = 0.0
    """When it would be full again, epoch seconds."""
    told: bool = False


class Patience(BaseMiddleware):
    """Outer, for every update."""

    def __init__(self, clock: Clock, i18n: I18n, *, person: Rate = PERSON, group: Rate = GROUP) -> None:
        self._clock = clock
        self._i18n = i18n
        self._person = person
        self._group = group
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        if not isinstance(event, Update) or not (event.message or event.edited_message or event.callback_query):
            return await handler(event, data)
        if is_oversized(event):
            log.warning("update_oversized", update_id=event.update_id)
            return None
        user: User | None = data.get("event_from_user")
        chat: Chat | None = data.get("event_chat")
        who = _who(event, user)
        asked = [(who, self._person)] if who is not None else []
        if chat is not None and chat.type != "private":
            asked.append((f"group {chat.id}", self._group))
        if all(self._takes(key, rate) for key, rate in asked):
            return await handler(event, data)
        if user is not None and who is not None and _hears(event) and not self._was_told(who):
            log.info("person_too_fast", update_id=event.update_id)
            await self._say(event, user)
        return None

    def _takes(self, key: str, rate: Rate) -> bool:
        now, bucket = self._clock.now().timestamp(), self._bucket(key)
        every = 1 / rate.per_second
        free = rate.burst - (max(bucket.full_at, now) - now) / every
        if free < 1:
            return False
        if free >= QUIET_AGAIN:
            bucket.told = False
        bucket.full_at = max(bucket.full_at, now) + every
        return True

    def _bucket(self, key: str) -> _Bucket:
        bucket = self._buckets.setdefault(key, _Bucket())
        self._buckets.move_to_end(key)
        while len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return bucket

    def _was_told(self, who: str) -> bool:
        bucket = self._bucket(who)
        told, bucket.told = bucket.told, True
        return told

    async def _say(self, update: Update, user: User) -> None:
        """A press is answered by itself."""
        with self._i18n.context(), self._i18n.use_locale(Language.of(user.language_code)):
            short, long = crowded.short(), crowded.long()
        try:
            if update.callback_query is not None:
                await update.callback_query.answer(short, show_alert=True)
            elif (message := _words(update)) is not None:
                await message.answer(long)
        except TelegramAPIError as error:
            log.info("too_fast_not_told", error=type(error).__name__)


def _words(update: Update) -> Message | None:
    return update.message or update.edited_message


def _who(update: Update, user: User | None) -> str | None:
    """Hidden administrators all speak as one person of Telegram's, as do channels: the chat tells them apart."""
    message = _words(update)
    if message is not None and message.sender_chat is not None:
        return str(message.sender_chat.id)
    return str(user.id) if user is not None else None


def _hears(update: Update) -> bool:
    """In a group the others need not read it: whoever presses is answered by the press alone."""
    message = _words(update)
    return message is None or message.chat.type == "private"


def is_oversized(update: Update) -> bool:
    """Larger than anything that Telegram lets people send."""
    query, message = update.callback_query, _words(update)
    if query is not None and len((query.data or "").encode(errors="replace")) > LONGEST_DATA:
        return True
    return message is not None and len(message.text or message.caption or "") > LONGEST_TEXT
