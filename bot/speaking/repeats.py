"""Repeats a request that got lost on the network, if doing it twice is the same as doing it once.

A message is never sent again after an unclear failure: it may have arrived.
"""

from typing import Any, cast

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import ClientDecodeError, TelegramBadRequest, TelegramNetworkError, TelegramServerError
from aiogram.methods import AnswerCallbackQuery, Response, SendChatAction, TelegramMethod
from aiogram.methods.base import TelegramType

from services.ports import Clock

log = structlog.get_logger(__name__)

SAME_TWICE = ("get", "set", "edit", "deleteMy", "deleteWebhook", "answerCallbackQuery")
"""How the names of methods begin that may be repeated."""
PAUSES = (0.3, 1.0)
"""Seconds before each further try."""
LONGEST = 10.0
"""A request that took so long is not repeated: whoever waits for it has waited enough."""

LOST = (TelegramNetworkError, TelegramServerError, ClientDecodeError)


class Repeats(BaseRequestMiddleware):
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        pauses = iter(PAUSES if may_repeat(method) else ())
        begun = self._clock.now()
        repeated = False
        while True:
            try:
                return await make_request(bot, method)
            except TelegramBadRequest as error:
                if _is_done(method, error, repeated=repeated):
                    return cast("Response[TelegramType]", True)
                raise
            except LOST as error:
                pause = next(pauses, None)
                if pause is None or (self._clock.now() - begun).total_seconds() > LONGEST:
                    raise
                log.info("request_repeated", method=method.__api_method__, error=type(error).__name__)
            await self._clock.sleep(pause)
            repeated = True


def may_repeat(method: TelegramMethod[Any]) -> bool:
    return isinstance(method, SendChatAction) or method.__api_method__.startswith(SAME_TWICE)


def _is_done(method: TelegramMethod[Any], error: TelegramBadRequest, *, repeated: bool) -> bool:
    """A press whose button no longer spins is valid, and its handler goes on. Words must not get lost so.

    A repeated request that changes nothing says that the first one got through.
    """
    if isinstance(method, AnswerCallbackQuery):
        return "query is too old" in error.message and (repeated or not method.text)
    return repeated and "not modified" in error.message
