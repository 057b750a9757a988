"""Characters that no database takes, typed at every step: Telegram would not send them, somebody between may."""

import pytest

from bot.hearing.desk import Desk
from services.clean import storable
from services.inbox import Inbox
from services.secrets import Vault
from tests.fakes.clock import FakeClock
from tests.fakes.rows import TEST_KEYS
from tests.handlers.matrix.beginning import BEGUN, go
from tests.handlers.matrix.test_hostile_words import broken
from tests.handlers.prompts.making import fill
from tests.handlers.test_hostile_requests import done
from tests.harness.world import User, World

NEEDS_A_TELEPHONY = {"funnel_name", "rule", "integration_option"}


@pytest.mark.parametrize("odd", ["a\x00b", "\ud800x"])
async def test_at_every_step(
    world: World, connected: User, clock: FakeClock, caplog: pytest.LogCaptureFixture, odd: str
) -> None:
    await fill(world, connected, "Секретный", "Тайный")
    desk = Desk(world.bot, world.dispatcher, Inbox(world.database, Vault(TEST_KEYS), clock, "one"), world.i18n)
    await desk.catch_up(everything=True)

    async def types(words: str) -> None:
        world.telegram.send_text(connected.chat, connected.person, words)
        await desk.accept(world.telegram.take_updates())
        await done(world)
        assert broken(caplog) == []

    for command in ("/start", "/enable", "/start join_", "/prompts", ""):
        await types(f"{command} {odd}")
    for name in BEGUN.keys() - NEEDS_A_TELEPHONY:
        # With one system the wizard does not ask for it.
        await go(connected, [step for step in BEGUN[name] if step != "127.0.0.1"])
        await types(odd)
        await connected.types("/cancel")
    await desk.stop()


def test_length_stays_and_the_original_too() -> None:
    """Entities of a message are counted in its characters."""
    update = {"a": ["x\x00", {"b": "\ud800y"}], "n": 1}
    assert storable(update) == {"a": ["x\ufffd", {"b": "\ufffdy"}], "n": 1}
    assert update == {"a": ["x\x00", {"b": "\ud800y"}], "n": 1}
