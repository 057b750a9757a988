"""A bot with flood control over real HTTP, in the test's time."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from bot.speaking.flood import FloodControl
from sandbox.telegram import TelegramServer
from tests.fakes.clock import FakeClock
from tests.harness.telegram import bot_at
from tests.harness.world import TestTime


@pytest.fixture
async def telegram(clock: FakeClock) -> AsyncIterator[TelegramServer]:
    server = TelegramServer(clock=TestTime(clock), enforce_rates=True)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def bot(telegram: TelegramServer, clock: FakeClock) -> AsyncIterator[Bot]:
    made = bot_at(telegram.url, telegram.token)
    made.session.middleware(FloodControl(clock))
    yield made
    await made.session.close()
