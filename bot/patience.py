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
        self._buckets: OrderedDict[int, _Bucket] = OrderedDict()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        if not isinstance(event, Update) or (event.message is None and event.callback_query is None):
            return await handler(event, data)
        if is_oversized(event):
            log.warning("update_oversized", update_id=event.update_id)
            return None
        user: User | None = data.get("event_from_user")
        chat: Chat | None = data.get("event_chat")
        asked = [(user.id, self._person)] if user is not None else []
        if chat is not None and chat.type != "private":
            asked.append((chat.id, self._group))
        if all(self._takes(key, rate) for key, rate in asked):
            return await handler(event, data)
        if user is not None and not self._was_told(user.id):
            log.info("person_too_fast", update_id=event.update_id)
            await self._say(event, user)
        return None

    def _takes(self, key: int, rate: Rate) -> bool:
        now, bucket = self._clock.now().timestamp(), self._bucket(key)
        every = 1 / rate.per_second
        free = rate.burst - (max(bucket.full_at, now) - now) / every
        if free < 1:
            return False
        if free >= QUIET_AGAIN:
            bucket.told = False
        bucket.full_at = max(bucket.full_at, now) + every
        return True

    def _bucket(self, key: int) -> _Bucket:
        bucket = self._buckets.setdefault(key, _Bucket())
        self._buckets.move_to_end(key)
        while len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return bucket

    def _was_told(self, user_id: int) -> bool:
        bucket = self._bucket(user_id)
        told, bucket.told = bucket.told, True
        return told

    async def _say(self, update: Update, user: User) -> None:
        """A press is answered by itself; in a group the others need not read it."""
        with self._i18n.context(), self._i18n.use_locale(Language.of(user.language_code)):
            short, long = crowded.short(), crowded.long()
        try:
            if update.callback_query is not None:
                await update.callback_query.answer(short, show_alert=True)
            elif isinstance(update.message, Message) and update.message.chat.type == "private":
                await update.message.answer(long)
        except TelegramAPIError as error:
            log.info("too_fast_not_told", error=type(error).__name__)


def is_oversized(update: Update) -> bool:
    """Larger than anything that Telegram lets people send."""
    query, message = update.callback_query, update.message
    if query is not None and len((query.data or "").encode(errors="replace")) > LONGEST_DATA:
        return True
    return message is not None and len(message.text or message.caption or "") > LONGEST_TEXT
