"""Hears Telegram, by polling or by webhook, as soon as Telegram can be reached.

The pipeline does not wait for that: calls are worked on while Telegram is away.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.utils.i18n import I18n
from sqlalchemy import make_url

from bot.commands import set_common_commands
from bot.hearing.desk import Desk
from bot.hearing.polling import Polling
from bot.settings import Settings, SettingsError
from bot.web import WEBHOOK_PATH
from services.db.engine import is_sqlite
from services.ports import Clock

log = structlog.get_logger(__name__)

PAUSES = (1.0, 60.0)
"""Seconds before Telegram is tried again: doubled each time, within these bounds."""
MIND_SECONDS = 5.0
"""Between looks for updates that a dead process has left: whoever pressed there waits for it."""


class Listener:
    """`greet` is done once, when Telegram has answered for the first time."""

    def __init__(
        self,
        settings: Settings,
        bot: Bot,
        dispatcher: Dispatcher,
        desk: Desk,
        i18n: I18n,
        clock: Clock,
        greet: Callable[[], Awaitable[None]],
    ) -> None:
        self._settings = settings
        self._bot = bot
        self._desk = desk
        self._i18n = i18n
        self._clock = clock
        self._greet = greet
        self._updates = dispatcher.resolve_used_update_types()
        self._work: asyncio.Future[None] | None = None

    def start(self, stop: asyncio.Event) -> None:
        """`stop` is set when there is nothing more to hear, be it by a failure."""
        self._work = asyncio.ensure_future(self._run(stop))

    async def stop(self) -> None:
        """Raises SettingsError when a setting was the reason to stop."""
        if self._work is None:
            return
        self._work.cancel()
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await self._work
        finally:
            await self._desk.stop()

    async def _run(self, stop: asyncio.Event) -> None:
        try:
            await self._reach()
            await self._greet()
            if self._settings.telegram_mode == "polling":
                await self._poll()
            else:
                await self._mind_the_dead()
        except Exception:
            stop.set()
            raise

    @property
    def _alone(self) -> bool:
        """No other process can hold updates: SQLite belongs to one."""
        return is_sqlite(make_url(self._settings.database_address))

    async def _poll(self) -> None:
        """On PostgreSQL a former process may still be at work on what it has fetched: it is not robbed of that."""
        polling = Polling(self._bot, self._desk, self._clock, self._updates, alone=self._alone)
        async with asyncio.TaskGroup() as group:
            group.create_task(polling.run())
            if not self._alone:
                group.create_task(self._mind_the_dead())

    async def _mind_the_dead(self) -> None:
        """Several processes may take webhooks: what one of them died of is done by the others."""
        while True:
            try:
                await self._desk.catch_up(everything=self._alone)
            except Exception as error:  # noqa: BLE001 - a database that is away speaks in its driver's own words
                log.warning("inbox_not_read", error=type(error).__name__)
            await self._clock.sleep(MIND_SECONDS)

    async def _reach(self) -> None:
        pause, longest = PAUSES
        while True:
            try:
                await self._introduce()
            except (TelegramUnauthorizedError, TelegramNotFound):
                raise SettingsError("BOT_TOKEN is wrong: Telegram does not accept it") from None
            except (TelegramAPIError, ClientDecodeError) as error:
                log.warning("telegram_not_reached", error=type(error).__name__, again_in=pause)
                await self._clock.sleep(pause)
                pause = min(2 * pause, longest)
            else:
                return

    async def _introduce(self) -> None:
        await self._bot.me()
        await self._choose_mode()
        try:
            await set_common_commands(self._bot, self._i18n)
        except TelegramAPIError as error:
            log.warning("commands_not_set", error=type(error).__name__)

    async def _choose_mode(self) -> None:
        if self._settings.telegram_mode == "polling":
            await self._bot.delete_webhook()
            return
        secret = self._settings.webhook_secret.get_secret_value()
        url = f"{self._settings.public_url}{WEBHOOK_PATH}"
        try:
            await self._bot.set_webhook(url, secret_token=secret, allowed_updates=self._updates)
        except TelegramBadRequest:
            raise SettingsError("PUBLIC_URL is wrong: Telegram does not take it for a webhook") from None
