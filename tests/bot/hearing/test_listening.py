"""A process goes on hearing Telegram whatever the database does meanwhile."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.hearing.desk import Desk
from bot.hearing.listening import Listener
from bot.settings import Settings
from services.db.engine import open_engine
from services.db.unit_of_work import Database
from services.inbox import Inbox
from services.secrets import Vault
from tests.fakes.clock import START, FakeClock
from tests.fakes.rows import TEST_KEYS
from tests.harness.world import World

NOBODY_THERE = "postgresql+asyncpg://callprompt@127.0.0.1:1/callprompt"
"""As while the database is started anew: its own driver says so, in words of its own."""


@pytest.fixture
async def world(database: Database, clock: FakeClock) -> AsyncIterator[World]:
    async with World(database, clock) as opened:
        yield opened


@pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_database_that_is_away_for_a_while_stops_no_process(world: World, mode: str) -> None:
    database = Database(open_engine(NOBODY_THERE))
    inbox = Inbox(database, Vault(TEST_KEYS), world.clock, "one")
    settings = Settings.model_validate(
        {
            "bot_token": world.telegram.token,
            "database_url": NOBODY_THERE,
            "telegram_mode": mode,
            "public_url": "https://bot.example.test" if mode == "webhook" else "",
            "webhook_secret": "as-long-as-it-is-one-word" if mode == "webhook" else "",
        }
    )
    desk = Desk(world.bot, world.dispatcher, inbox, world.i18n)
    greeted, stop = asyncio.Event(), asyncio.Event()

    async def greet() -> None:
        greeted.set()

    listener = Listener(settings, world.bot, world.dispatcher, desk, world.i18n, world.clock, greet)
    listener.start(stop)
    await greeted.wait()
    while not stop.is_set() and (world.clock.now() - START).total_seconds() < 60:
        await asyncio.sleep(0)
    stopped = stop.is_set()
    await asyncio.gather(listener.stop(), return_exceptions=True)
    await database.engine.dispose()
    assert not stopped
