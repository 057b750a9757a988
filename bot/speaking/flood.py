"""Keeps every request to Telegram within its rates: overall, per chat, per group.

Answers to people go first. A card that would have to wait long is given back to its job, which comes again
later. A "retry after" of Telegram stops that chat, and no other.
"""

import contextvars
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import DeleteMessage, EditMessageText, Response, SendChatAction, TelegramMethod
from aiogram.methods.base import TelegramType

from bot.speaking.ledger import Ledger
from bot.speaking.pace import Priority
from bot.speaking.repeats import Repeats
from bot.speaking.turns import PATIENCE, TooLong, Turns
from handlers.overtaking import current_line, line_to_give_way
from services.listening.entitled import still_hears
from services.ports import Clock, Guard

log = structlog.get_logger(__name__)

POLLING = "getUpdates"
"""The polling loop has a patience of its own."""
ANSWER = "answerCallbackQuery"
PACED = ("send", "edit", "copy", "forward")
"""How the names of methods begin that put something into a chat."""
URGENT_TRIES = 3

background: contextvars.ContextVar[Priority] = contextvars.ContextVar("background", default=Priority.ANSWER)


@contextmanager
def in_background(priority: Priority = Priority.CARD) -> Iterator[None]:
    """Requests made inside may wait, and give way to answers to people."""
    token = background.set(priority)
    try:
        yield
    finally:
        background.reset(token)


class MustWait(TooLong):
    """A background message would have to wait longer than it is worth waiting for."""


class FloodControl(BaseRequestMiddleware):
    def __init__(self, clock: Clock, ledger: Ledger | None = None, guard: Guard = lambda: None) -> None:
        """With a ledger where several processes speak for the same bot, and a guard where one may take over."""
        self._guard = guard
        self._repeats = Repeats(clock)
        self._turns = Turns(clock, ledger)

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        if method.__api_method__ == POLLING:
            return await make_request(bot, method)
        _changes_what_is_owed(method)
        if method.__api_method__ == ANSWER:
            return await self._answer(make_request, bot, method)
        priority = background.get()
        tries = URGENT_TRIES if priority is Priority.ANSWER else 1
        for left in reversed(range(tries)):
            try:
                return await self._in_turn(make_request, bot, method, priority)
            except TooLong as error:
                if priority is Priority.ANSWER:
                    told = "the chat is still stopped"
                    raise TelegramRetryAfter(method, told, math.ceil(error.seconds)) from None
                raise MustWait(error.seconds) from None
            except TelegramRetryAfter as error:
                await self._turns.stop(_place(method), error.retry_after)
                if not left or error.retry_after > PATIENCE[priority]:
                    raise
        raise AssertionError("the last try returns or raises")

    async def _in_turn(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
        priority: Priority,
    ) -> Response[TelegramType]:
        if not _is_paced(method):
            await self._turns.stopped(_place(method), priority)
            return await self._repeats(make_request, bot, method)
        ticket = await self._turns.take(_place(method), priority, line_to_give_way())
        try:
            if priority is not Priority.ANSWER:
                self._guard()  # whoever slept while it waited for its turn leaves it to the others
                if not await still_hears():
                    raise MustWait(0)  # its job comes again, and sees that nobody is to hear it
            return await self._repeats(make_request, bot, method)
        finally:
            await self._turns.came_back(ticket)

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


def _changes_what_is_owed(method: TelegramMethod[Any]) -> None:
    line = current_line()
    if line is not None and isinstance(method, EditMessageText | DeleteMessage):
        line.is_changed((method.chat_id, method.message_id))


def _place(method: TelegramMethod[Any]) -> str:
    """The chat a request concerns; a request without one is held up with its own kind only."""
    chat_id = getattr(method, "chat_id", None)
    return method.__api_method__ if chat_id is None else str(chat_id)


def _is_paced(method: TelegramMethod[Any]) -> bool:
    concerns_chat = getattr(method, "chat_id", None) is not None
    return concerns_chat and method.__api_method__.startswith(PACED) and not isinstance(method, SendChatAction)
