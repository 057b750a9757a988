"""Many calls end together: cards of many chats within Telegram's strict rates, in order, people answered first."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.speaking.flood import in_background
from bot.speaking.pace import Priority
from sandbox.telegram import Chat
from services.cards.wanted import want
from services.db.models import CallRow, ChatRow, IntegrationRow
from services.db.unit_of_work import Database
from services.domain.call import CallState
from services.domain.workspace import Role
from services.jobs.queues import Job
from tests.fakes.clock import FakeClock
from tests.harness.world import World

CALLS = 8
PRIVATE, GROUPS = 3, 1


@pytest.fixture
async def world(database: Database, clock: FakeClock) -> AsyncIterator[World]:
    async with World(database, clock) as opened:
        opened.telegram.rates.enforce = True
        yield opened


async def listening(world: World) -> list[tuple[Chat, int]]:
    """Private chats, groups, and two topics of a forum: chat and thread."""
    people = [await world.member(Role.EDITOR, f"N{number}") for number in range(PRIVATE)]
    places = [(one.chat, 0) for one in people]
    places += [(world.telegram.group(f"Отдел {n}", [people[0].person]), 0) for n in range(GROUPS)]
    forum = world.telegram.group("Форум", [people[0].person], forum=True)
    places += [(forum, world.telegram.topic(forum, name)) for name in ("Сделки", "Сервис")]
    async with world.database.write() as session:
        for chat, thread_id in places:
            session.add(
                ChatRow(
                    workspace_id=1,
                    chat_id=chat.id,
                    thread_id=thread_id,
                    kind=chat.kind,
                    title=chat.title,
                    language="en" if thread_id else "ru",
                    created_at=world.clock.now(),
                )
            )
    world.telegram.take_updates()
    return places


async def calls_end(world: World, count: int) -> None:
    """All at once, and in no order."""
    begun = world.clock.now() - timedelta(hours=3)
    starts = [begun + timedelta(minutes=number) for number in range(count)]
    async with world.database.write() as session:
        integration = IntegrationRow(
            workspace_id=1,
            kind="bitrix24",
            name="Портал",
            account="portal.test",
            secrets="",
            state="active",
            created_at=begun,
        )
        session.add(integration)
        await session.flush()
        for number in sorted(range(count), key=lambda one: one * 7 % count):
            row = CallRow(
                workspace_id=1,
                integration_id=integration.id,
                external_id=f"n{number}",
                started_at=starts[number],
                duration=60,
                direction="incoming",
                client_name=f"N{number}.",
                state=CallState.DONE,
                due_at=world.clock.now(),
                seen_at=world.clock.now(),
            )
            session.add(row)
            await session.flush()
            await want(session, world.jobs, row.id, world.clock.now())


async def all_lanes(world: World) -> None:
    """As the engine does it: each lane its jobs one by one, all lanes at once."""
    while world.jobs.waiting:
        due = [job for job in world.jobs.waiting if job.due <= world.clock.now()]
        if not due:
            world.clock.moment = min(job.due for job in world.jobs.waiting)
            continue
        first = list({job.lane: job for job in reversed(due)}.values())
        for job in first:
            world.jobs.waiting.remove(job)
        await asyncio.gather(*(world.jobs.handlers[job.name](job.key, job.attempt) for job in first))


def cards(world: World, chat: Chat, thread_id: int) -> list[int]:
    shown = [one.text for one in world.telegram.messages(chat, thread_id=thread_id) if "📞" in one.text]
    return [int(text.partition(" N")[2].partition(".")[0]) for text in shown]


async def test_a_flood_stays_within_the_limits_and_keeps_order(world: World) -> None:
    places = await listening(world)
    await calls_end(world, CALLS)
    assert {job.name for job in world.jobs.waiting} == {Job.CARDS}
    assert len(world.jobs.waiting) == len(places)
    await all_lanes(world)
    assert [entry for entry in world.telegram.journal if entry.status != 200] == []
    for chat, thread_id in places:
        assert cards(world, chat, thread_id) == list(range(CALLS))


async def test_whoever_waits_long_hears_it_once_in_the_language_of_the_chat(world: World) -> None:
    (forum, topic) = (await listening(world))[-1]
    await calls_end(world, 5)
    world.clock.advance(121)
    await all_lanes(world)
    texts = [one.text for one in world.telegram.messages(forum, thread_id=topic)]
    assert (texts[0], texts[-1]) == ("⏳ Cards are late, 5 more in line.", "✅ Cards come on time again.")
    assert len(texts) == 7
    assert [entry for entry in world.telegram.journal if entry.status != 200] == []


async def test_people_and_alerts_do_not_stand_behind_cards(world: World) -> None:
    (chat, _), *_ = places = await listening(world)
    group = places[PRIVATE][0]
    person = world.telegram.persons[chat.id]
    await calls_end(world, CALLS)
    done: dict[str, int] = {}

    async def say(name: str, where: Chat, priority: Priority | None) -> None:
        if priority is None:
            await world.bot.send_message(where.id, name)
        else:
            with in_background(priority):
                await world.bot.send_message(where.id, name)
        done[name] = len(cards(world, where, 0))

    async def interrupt() -> None:
        while len(cards(world, group, 0)) < 4:
            await asyncio.sleep(0)
        world.telegram.press(chat, world.telegram.messages(chat)[0].message_id, person, data="wr")
        await asyncio.gather(
            say("alert", group, Priority.ALERT),
            say("answer", group, None),
            world.settle(),
        )

    await asyncio.gather(all_lanes(world), interrupt())
    assert done["answer"] <= 5
    assert done["alert"] <= 5
    assert any("Как идёт работа" in one.text for one in world.telegram.messages(chat))
    assert [entry for entry in world.telegram.journal if entry.status == 429] == []


async def test_the_words_of_being_late_in_russian(world: World) -> None:
    (chat, _), *_ = await listening(world)
    await calls_end(world, 4)
    world.clock.advance(121)
    await all_lanes(world)
    texts = [one.text for one in world.telegram.messages(chat)]
    assert texts[0] == "⏳ Карточки задерживаются, в очереди ещё 4."
    assert texts[-1] == "✅ Карточки снова приходят вовремя."
