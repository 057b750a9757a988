"""Long polling that confirms an update only once it is stored.

The library's own loop asks for the next updates, and so confirms the last ones, while their handlers still run:
what a crash interrupts there is lost. Updates are taken as plain JSON: one that cannot be read spoils no other.
"""

from collections.abc import Sequence
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramRetryAfter
from aiogram.methods import TelegramMethod

from bot.hearing.desk import Desk
from services.ports import Clock

log = structlog.get_logger(__name__)

WAIT_SECONDS = 20
"""How long Telegram holds a request while there is nothing new."""
PATIENCE_SECONDS = 20
"""On top of that, before a connection counts as dead."""
PAUSES = (1.0, 60.0)
"""Seconds after a failure: doubled each time, within these bounds."""
CROWDED_SECONDS = 0.2


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates, without reading what comes."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int = WAIT_SECONDS
    allowed_updates: list[str] | None = None


class Polling:
    def __init__(self, bot: Bot, desk: Desk, clock: Clock, allowed: Sequence[str], *, alone: bool = True) -> None:
        """`alone`: no other process can be at work on updates, whatever the rows say."""
        self._bot = bot
        self._desk = desk
        self._clock = clock
        self._allowed = list(allowed)
        self._alone = alone
        self._offset: int | None = None
        self._pause = PAUSES[0]

    async def run(self) -> None:
        """Until it is cancelled."""
        await self._caught_up()
        while True:
            await self._round()

    async def _caught_up(self) -> None:
        while True:
            try:
                await self._desk.catch_up(everything=self._alone)
            except Exception as error:  # noqa: BLE001 - whatever the database has, it is tried again
                await self._wait(error)
            else:
                return

    async def _round(self) -> None:
        while self._desk.is_crowded:
            await self._clock.sleep(CROWDED_SECONDS)
        try:
            updates = await self._bot(
                RawUpdates(offset=self._offset, allowed_updates=self._allowed),
                request_timeout=WAIT_SECONDS + PATIENCE_SECONDS,
            )
            if updates:
                await self._desk.accept(updates)
                self._offset = max(int(one["update_id"]) for one in updates) + 1
        except TelegramRetryAfter as error:
            await self._clock.sleep(error.retry_after)
        except Exception as error:  # noqa: BLE001 - not stored is not confirmed: it is fetched again
            await self._wait(error)
        else:
            self._pause = PAUSES[0]

    async def _wait(self, error: Exception) -> None:
        expected = isinstance(error, TelegramAPIError | ClientDecodeError)
        log.warning(
            "updates_not_fetched" if expected else "updates_not_stored",
            error=type(error).__name__,
            again_in=self._pause,
        )
        await self._clock.sleep(self._pause)
        self._pause = min(2 * self._pause, PAUSES[1])
