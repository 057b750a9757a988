"""Several processes of one bot: together they keep what Telegram allows one bot."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from sqlalchemy import event, text

from bot.speaking.flood import FloodControl, MustWait, in_background
from bot.speaking.ledger import AGAIN, NEVER_ANSWERED, Booking, Ledger
from bot.speaking.pace import Priority
from sandbox.faults import Fault
from sandbox.telegram import TelegramServer
from services.db.engine import open_engine
from services.db.unit_of_work import Database
from services.retention import Retention
from tests.fakes.clock import FakeClock
from tests.harness.telegram import bot_at

pytestmark = pytest.mark.parametrize("database_address", ["postgresql"], indirect=True)

GROUP = "-500"


@pytest.fixture
async def other(database_address: str, database: Database) -> AsyncIterator[Database]:
    """The same database, with the connections of a second process."""
    opened = Database(open_engine(database_address))
    yield opened
    await opened.close()


@pytest.fixture
async def pair(
    telegram: TelegramServer, database: Database, other: Database, clock: FakeClock
) -> AsyncIterator[tuple[Bot, Bot]]:
    made = []
    for known in (database, other):
        bot = bot_at(telegram.url, telegram.token)
        bot.session.middleware(FloodControl(clock, Ledger(known, clock)))
        made.append(bot)
    yield made[0], made[1]
    for bot in made:
        await bot.session.close()


def open_chat(telegram: TelegramServer, name: str = "Анна") -> int:
    person = telegram.person(name)
    telegram.private(person).started = True
    return person.id


def refused(telegram: TelegramServer) -> list[str]:
    return [entry.method for entry in telegram.journal if entry.status == 429]


async def test_all_chats_together(telegram: TelegramServer, pair: tuple[Bot, Bot], clock: FakeClock) -> None:
    chats = [open_chat(telegram, f"N{number}") for number in range(60)]
    begun = clock.now()
    for number, chat in enumerate(chats * 2):
        with in_background():
            await pair[number % 2].send_message(chat, f"card {number}")
    assert refused(telegram) == []
    assert len(telegram.journal) / (clock.now() - begun).total_seconds() > 15


async def test_cards_of_one_group_from_here_and_there(
    telegram: TelegramServer, pair: tuple[Bot, Bot], clock: FakeClock
) -> None:
    group = telegram.group("Отдел", [telegram.person("Анна")]).id
    for number in range(25):
        with in_background():
            await pair[number % 2].send_message(group, f"card {number}")
    assert refused(telegram) == []
    assert [one.text for one in telegram.messages(telegram.chats[group])] == [f"card {n}" for n in range(25)]


async def test_answers_of_the_process_that_polls_find_room_beside_cards_of_another(
    telegram: TelegramServer, pair: tuple[Bot, Bot], clock: FakeClock
) -> None:
    polling, working = pair
    group = telegram.group("Отдел", [telegram.person("Анна")]).id
    for number in range(15):
        with in_background():
            await working.send_message(group, f"card {number}")
    before = clock.now()
    for number in range(3):
        await polling.send_message(group, f"answer {number}")
    assert clock.now() == before
    for number in range(10):
        with in_background():
            await working.send_message(group, f"card {15 + number}")
        await polling.send_message(group, f"answer {3 + number}")
    assert refused(telegram) == []


async def test_a_retry_after_that_one_has_heard_holds_for_the_other(
    telegram: TelegramServer, pair: tuple[Bot, Bot], clock: FakeClock
) -> None:
    stopped, free = open_chat(telegram), open_chat(telegram, "Борис")
    telegram.faults.add(Fault("rate_limit", "sendMessage", seconds=300))
    with in_background(), pytest.raises(TelegramRetryAfter):
        await pair[0].send_message(stopped, "card")
    with in_background(), pytest.raises(MustWait) as raised:
        await pair[1].send_message(stopped, "card")
    assert 299 < raised.value.seconds <= 300
    with in_background():
        await pair[1].send_message(free, "card")
    assert len(telegram.faults.shown) == 1
    clock.advance(300)
    with in_background():
        await pair[1].send_message(stopped, "card")


async def test_who_asks_at_the_same_moment_gets_no_more_than_there_is(
    database: Database, other: Database, clock: FakeClock
) -> None:
    ledgers = [Ledger(database, clock), Ledger(other, clock)]
    asked = [ledgers[n % 2].book(str(n + 1), Priority.ANSWER, Priority.ANSWER) for n in range(40)]
    booked = [one for one in await asyncio.gather(*asked) if one.has_room]
    assert len(booked) == len({one.mark for one in booked}) == 29


async def test_what_comes_up_together_is_written_together(database: Database, clock: FakeClock) -> None:
    """However slow the database is, nobody waits for more than two transactions."""
    ledger, commits = Ledger(database, clock), list[int]()

    @event.listens_for(database.engine.sync_engine, "commit")
    def count(_connection: object) -> None:
        commits.append(1)

    booked = await asyncio.gather(*(ledger.book(str(n), Priority.ANSWER, Priority.ANSWER) for n in range(20)))
    assert all(one.mark for one in booked)
    assert len(commits) == 2
    await asyncio.gather(*(ledger.answered(str(n), one.mark) for n, one in enumerate(booked)))
    assert len(commits) == 4
    clock.advance(1)
    again = [ledger.book(str(n), Priority.ANSWER, Priority.ANSWER) for n in range(29)]
    assert all(one.has_room for one in await asyncio.gather(*again))


async def test_whoever_is_cancelled_in_line_leaves_the_others_their_place(
    database: Database, clock: FakeClock
) -> None:
    ledger = Ledger(database, clock)
    asked = [asyncio.ensure_future(ledger.book(str(n), Priority.CARD, Priority.ANSWER)) for n in range(3)]
    await asyncio.sleep(0)
    asked[0].cancel()
    done = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(done[0], asyncio.CancelledError)
    assert [isinstance(one, Booking) and bool(one.mark) for one in done[1:]] == [True, True]


async def test_a_request_under_way_in_a_killed_process_is_forgotten(
    database: Database, other: Database, clock: FakeClock
) -> None:
    killed, alive = Ledger(database, clock), Ledger(other, clock)
    while (await killed.book(GROUP, Priority.ANSWER, Priority.ANSWER)).has_room:
        clock.advance(1)
    refusal = await alive.book(GROUP, Priority.ANSWER, Priority.ANSWER)
    assert refusal.seconds == AGAIN  # they may be answered at any moment
    clock.advance(NEVER_ANSWERED + 60)
    assert (await alive.book(GROUP, Priority.ANSWER, Priority.ANSWER)).has_room


async def test_a_request_counts_from_its_leaving_until_after_its_answer(
    database: Database, other: Database, clock: FakeClock
) -> None:
    slow, quick = Ledger(database, clock), Ledger(other, clock)
    marks = [(await slow.book(GROUP, Priority.ANSWER, Priority.ANSWER)).mark for _ in range(12)]
    clock.advance(30)
    assert not (await quick.book(GROUP, Priority.ANSWER, Priority.ANSWER)).has_room
    for mark in marks:
        await slow.answered(GROUP, mark)
    assert (await quick.book(GROUP, Priority.ANSWER, Priority.ANSWER)).seconds == 10
    clock.advance(10)
    assert (await quick.book(GROUP, Priority.ANSWER, Priority.ANSWER)).has_room


async def test_without_the_database_people_are_still_answered(
    telegram: TelegramServer, pair: tuple[Bot, Bot], database: Database
) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text("DROP TABLE pace"))
    assert (await pair[0].send_message(open_chat(telegram), "answer")).message_id


async def test_counters_of_yesterday_are_not_kept(
    telegram: TelegramServer, pair: tuple[Bot, Bot], database: Database, clock: FakeClock
) -> None:
    await pair[0].send_message(open_chat(telegram), "answer")
    clock.advance(2 * 86_400)
    await pair[0].send_message(open_chat(telegram, "Борис"), "answer")
    await Retention(database, clock).run()
    async with database.engine.connect() as connection:
        left = await connection.scalar(text("SELECT count(*) FROM pace"))
    assert left == 2  # of all chats, and of Boris


async def test_a_frozen_process_silences_nobody(
    database: Database, other: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds the row that all need, and its connection lives on."""
    monkeypatch.setattr("bot.speaking.ledger.LONGEST_LOCK", 50)
    ledger = Ledger(database, clock)
    assert (await ledger.book("7", Priority.ANSWER, Priority.ANSWER)).mark
    async with other.engine.begin() as frozen, asyncio.timeout(10):
        await frozen.execute(text("SELECT name FROM pace FOR UPDATE"))
        booking = await ledger.book("7", Priority.ANSWER, Priority.ANSWER)
    assert booking.has_room
    assert not booking.mark
