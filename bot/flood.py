"""Keeps every request to Telegram within its rates: overall, per chat, per group.

Answers to people go first. A card that would have to wait long is given back to its job, which comes again
later: so nothing piles up in memory. A "retry after" of Telegram stops that chat, and no other.
"""

import contextvars
import math
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import Response, SendChatAction, TelegramMethod
from aiogram.methods.base import TelegramType

from bot.repeats import Repeats
from services.ports import Clock

log = structlog.get_logger(__name__)

POLLING = "getUpdates"
"""The polling loop has a patience of its own."""
ANSWER = "answerCallbackQuery"
PACED = ("send", "edit", "copy", "forward")
"""How the names of methods begin that put something into a chat."""
OVERALL = 1 / 24
"""Seconds between messages in all."""
OVERALL_BURST = 5
"""With the burst, no second holds more than 29 cards; what people take comes out of the cards' share."""
PER_CHAT = 1.05
PER_CHAT_BURST = 3
PER_GROUP = 3.5
PER_GROUP_BURST = 3
URGENT_BURST = 15
"""Answers to people may come as quickly as people press; Telegram bears short bursts."""
PATIENCE = 5.0
"""A card waits at most so long here before its job takes it back."""
URGENT_TRIES = 3
URGENT_PATIENCE = 60.0
"""Seconds an answer to a person waits when Telegram says so: it was not sent, so nothing is doubled."""
REMEMBERED = 10_000

background: contextvars.ContextVar[bool] = contextvars.ContextVar("background", default=False)


@contextmanager
def in_background() -> Iterator[None]:
    """Requests made inside may wait, and give way to answers to people."""
    token = background.set(True)
    try:
        yield
    finally:
        background.reset(token)


class MustWait(Exception):
    """A background message would have to wait longer than it is worth waiting for."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.1f} s")
        self.seconds = seconds


@dataclass(slots=True)
class _Bucket:
    """A generic cell rate: `free_at` is when it would be full again."""

    free_at: float = 0.0
    stopped_until: float = 0.0
    """Telegram said "retry after"."""

    def wait(self, now: float, every: float, burst: int) -> float:
        return max(0.0, self.free_at - now - every * (burst - 1))

    def take(self, now: float, every: float) -> None:
        self.free_at = max(self.free_at, now) + every


class FloodControl(BaseRequestMiddleware):
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._repeats = Repeats(clock)
        self._overall = _Bucket()
        self._chats: OrderedDict[str, _Bucket] = OrderedDict()

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        if method.__api_method__ == POLLING:
            return await make_request(bot, method)
        if method.__api_method__ == ANSWER:
            return await self._answer(make_request, bot, method)
        tries = 1 if background.get() else URGENT_TRIES
        for left in reversed(range(tries)):
            await self._wait_turn(method)
            try:
                return await self._repeats(make_request, bot, method)
            except TelegramRetryAfter as error:
                self._stop(method, error.retry_after)
                if not left or error.retry_after > URGENT_PATIENCE:
                    raise
        raise AssertionError("the last try returns or raises")

    async def _answer(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Never held back. Without words it is a mere sign: the press is valid, and its handler goes on."""
        try:
            return await self._repeats(make_request, bot, method)
        except TelegramRetryAfter as error:
            log.warning("press_not_answered", retry_after=error.retry_after)
            if getattr(method, "text", None):
                raise
            return cast("Response[TelegramType]", True)

    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _stop(self, method: TelegramMethod[Any], seconds: float) -> None:
        self._bucket(_place(method)).stopped_until = self._now() + seconds

    async def _wait_turn(self, method: TelegramMethod[Any]) -> None:
        place = _place(method)
        bucket = self._bucket(place)
        if _is_paced(method):
            every, burst = (PER_GROUP, PER_GROUP_BURST) if place.startswith("-") else (PER_CHAT, PER_CHAT_BURST)
            await self._pace(method, bucket, every, burst)
        # A "retry after" may have come while this one waited for its turn.
        await self._sleep(method, bucket.stopped_until - self._now())

    async def _pace(self, method: TelegramMethod[Any], bucket: _Bucket, every: float, burst: int) -> None:
        now = self._now()
        wait = bucket.stopped_until - now
        if background.get():
            wait = max(wait, bucket.wait(now, every, burst), self._overall.wait(now, OVERALL, OVERALL_BURST))
        else:
            # People set the pace themselves; what they take is missing from the cards' share.
            wait = max(wait, bucket.wait(now, every, URGENT_BURST))
        self._refuse(method, wait)
        self._overall.take(now, OVERALL)
        bucket.take(now, every)
        await self._sleep(method, wait)

    async def _sleep(self, method: TelegramMethod[Any], seconds: float) -> None:
        self._refuse(method, seconds)
        if seconds > 0:
            await self._clock.sleep(seconds)

    def _refuse(self, method: TelegramMethod[Any], wait: float) -> None:
        if background.get() and wait > PATIENCE:
            raise MustWait(wait)
        if wait > URGENT_PATIENCE:
            raise TelegramRetryAfter(method, "the chat is still stopped", math.ceil(wait))

    def _bucket(self, place: str) -> _Bucket:
        bucket = self._chats.pop(place, None) or _Bucket()
        self._chats[place] = bucket
        if len(self._chats) > REMEMBERED:
            self._chats.popitem(last=False)
        return bucket


def _place(method: TelegramMethod[Any]) -> str:
    """The chat a request concerns; a request without one is held up with its own kind only."""
    chat_id = getattr(method, "chat_id", None)
    return method.__api_method__ if chat_id is None else str(chat_id)


def _is_paced(method: TelegramMethod[Any]) -> bool:
    concerns_chat = getattr(method, "chat_id", None) is not None
    return concerns_chat and method.__api_method__.startswith(PACED) and not isinstance(method, SendChatAction)
