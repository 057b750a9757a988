"""Keeps every request to Telegram within its rates: overall, per chat, per group.

Answers to people go first. A card that would have to wait long is given back to its job, which comes again
later: so nothing piles up in memory. A "retry after" of Telegram stops that chat, and no other.
"""

import contextvars
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import (
    CopyMessage,
    EditMessageReplyMarkup,
    EditMessageText,
    Response,
    SendDocument,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType

from services.ports import Clock

PACED = (SendMessage, SendDocument, SendPhoto, CopyMessage, EditMessageText, EditMessageReplyMarkup)
OVERALL = 1 / 28
"""Seconds between messages in all; a burst of as many as fit a second passes."""
PER_CHAT = 1.05
PER_CHAT_BURST = 3
PER_GROUP = 3.5
PER_GROUP_BURST = 3
URGENT_BURST = 15
"""Answers to people may come as quickly as people press; Telegram bears short bursts."""
PATIENCE = 5.0
"""A card waits at most so long here before its job takes it back."""
URGENT_TRIES = 2
URGENT_PATIENCE = 60
"""Seconds an answer to a person waits when Telegram says so: it was not sent, so nothing is doubled."""
URGENT_RESERVE = 8
"""So much of the overall burst is kept for answers to people."""
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


class _Bucket:
    """A generic cell rate: `free_at` is when it would be full again."""

    __slots__ = ("free_at",)

    def __init__(self) -> None:
        self.free_at = 0.0

    def wait(self, now: float, every: float, burst: int) -> float:
        return max(0.0, self.free_at - now - every * (burst - 1))

    def take(self, now: float, every: float) -> None:
        self.free_at = max(self.free_at, now) + every


class FloodControl(BaseRequestMiddleware):
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._overall = _Bucket()
        self._chats: OrderedDict[str, _Bucket] = OrderedDict()
        self._stopped: dict[str, float] = {}

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        chat = self._chat_of(method)
        if chat is None:
            return await make_request(bot, method)
        for _ in range(URGENT_TRIES):
            await self._wait_turn(chat)
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as error:
                self._stopped[chat] = self._now() + error.retry_after
                if background.get() or error.retry_after > URGENT_PATIENCE:
                    raise
        return await make_request(bot, method)

    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _chat_of(self, method: TelegramMethod[Any]) -> str | None:
        if not isinstance(method, PACED):
            return None
        chat_id = getattr(method, "chat_id", None)
        return str(chat_id) if chat_id is not None else None

    async def _wait_turn(self, chat: str) -> None:
        now = self._now()
        bucket = self._bucket(chat)
        every, burst = (PER_GROUP, PER_GROUP_BURST) if chat.startswith("-") else (PER_CHAT, PER_CHAT_BURST)
        wait = self._stopped.get(chat, 0.0) - now
        if background.get():
            whole_burst = int(1 / OVERALL) - URGENT_RESERVE
            wait = max(wait, bucket.wait(now, every, burst), self._overall.wait(now, OVERALL, whole_burst))
            if wait > PATIENCE:
                raise MustWait(wait)
        else:
            # People set the pace themselves; what they take is missing from the cards' share.
            wait = max(wait, bucket.wait(now, every, URGENT_BURST))
        self._overall.take(now, OVERALL)
        bucket.take(now, every)
        if wait > 0:
            await self._clock.sleep(wait)

    def _bucket(self, chat: str) -> _Bucket:
        bucket = self._chats.pop(chat, None) or _Bucket()
        self._chats[chat] = bucket
        if len(self._chats) > REMEMBERED:
            self._chats.popitem(last=False)
        return bucket
