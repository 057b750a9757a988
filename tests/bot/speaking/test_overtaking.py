"""A press is answered at once, even where the window of the one before still waits for Telegram's limit."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiogram import Dispatcher
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from bot.hearing.desk import Desk
from bot.speaking.flood import FloodControl
from handlers.editing import redraw
from services.db.unit_of_work import Database
from services.domain.workspace import Role
from services.inbox import Inbox
from services.secrets import Vault
from tests.fakes.clock import FakeClock
from tests.fakes.rows import TEST_KEYS
from tests.harness.telegram import bot_at
from tests.harness.world import User, World

BURST = 12
"""So many messages may come into a chat within ten seconds."""
PAUSE = 10.0


class Standing(FakeClock):
    """Time passes only when the test says so."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


async def until(seen: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not seen():
            await asyncio.sleep(0)


class Screen:
    """A chat that has had all Telegram takes for now; a press on its window draws what the button says."""

    def __init__(self, world: World, owner: User, clock: FakeClock) -> None:
        self.world, self.owner, self.clock = world, owner, clock
        self.bot = bot_at(world.telegram.url, world.telegram.token)
        self.bot.session.middleware(FloodControl(clock))
        dispatcher = Dispatcher()
        dispatcher.callback_query.register(self._work)
        inbox = Inbox(world.database, Vault(TEST_KEYS), clock, "one")
        self.desk = Desk(self.bot, dispatcher, inbox, world.i18n)
        self.presses: list[str] = []

    async def fill(self) -> None:
        button = InlineKeyboardButton(text="Нажать", callback_data="x")
        keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
        for number in range(BURST):
            sent = await self.bot.send_message(self.owner.chat.id, f"окно {number}", reply_markup=keyboard)
        self.window = sent.message_id
        await self.desk.catch_up(everything=True)

    async def press(self, *wanted: str) -> None:
        world, owner = self.world, self.owner
        for data in wanted:
            self.presses.append(world.telegram.press(owner.chat, self.window, owner.person, data=data))
        await self.desk.accept(world.telegram.take_updates())

    async def _work(self, query: CallbackQuery) -> None:
        data = query.data or ""
        await query.answer(data)
        if data.startswith("draw"):
            await redraw(query, data)
        elif data.startswith("edit"):
            assert isinstance(query.message, Message)
            await query.message.edit_text(data)

    @property
    def shown(self) -> str:
        return next((one.text for one in self.owner.messages if one.message_id == self.window), "")

    @property
    def edits(self) -> int:
        return sum(entry.method == "editMessageText" for entry in self.world.telegram.journal)

    def all_answered(self) -> bool:
        return all(self.world.telegram.callbacks[number]["answer"] for number in self.presses)

    async def end(self) -> None:
        self.clock.advance(PAUSE)
        await self.desk.stop()


@pytest.fixture
async def screen(database: Database) -> AsyncIterator[Screen]:
    clock = Standing()
    async with World(database, clock) as world:
        made = Screen(world, await world.member(Role.OWNER), clock)
        await made.fill()
        yield made
        await made.bot.session.close()


async def test_presses_are_answered_while_the_window_waits_and_the_last_is_drawn(screen: Screen) -> None:
    await screen.press("draw 1")
    await until(screen.all_answered)
    for number in range(2, 6):
        await screen.press(f"draw {number}")
    await until(screen.all_answered)
    assert screen.shown == f"окно {BURST - 1}"
    await screen.end()
    assert screen.shown == "draw 5"
    assert screen.edits == 1


async def test_what_is_owed_is_drawn_where_the_press_behind_draws_nothing(screen: Screen) -> None:
    await screen.press("draw 1", "toast")
    await until(screen.all_answered)
    await screen.end()
    assert screen.shown == "draw 1"


async def test_what_is_owed_is_forgotten_where_something_newer_was_shown(screen: Screen) -> None:
    await screen.press("draw 1", "edit 2")
    await until(screen.all_answered)
    await screen.end()
    assert screen.shown == "edit 2"
    assert screen.edits == 1


async def test_an_owed_window_that_is_gone_comes_as_a_new_message(screen: Screen) -> None:
    await screen.press("draw 1", "toast")
    await until(screen.all_answered)
    await screen.world.bot.delete_message(screen.owner.chat.id, screen.window)
    await screen.end()
    assert screen.owner.messages[-1].text == "draw 1"


async def test_a_chat_that_forbids_the_bot_does_not_stop_its_line(screen: Screen) -> None:
    await screen.press("draw 1", "toast")
    await until(screen.all_answered)
    screen.world.telegram.block(screen.owner.person)
    screen.clock.advance(PAUSE)
    await screen.press("toast again")
    await until(screen.all_answered)
    await screen.end()
    assert screen.edits == 1


async def test_nobody_is_overtaken_by_another_chat(screen: Screen) -> None:
    other: Any = screen.world.stranger("Борис")
    await screen.press("draw 1")
    screen.world.telegram.send_text(other.chat, other.person, "слово")
    await screen.desk.accept(screen.world.telegram.take_updates())
    await until(screen.all_answered)
    assert screen.edits == 0
    await screen.end()
    assert screen.shown == "draw 1"
