"""Updates are stored before they are confirmed, worked once, in order, and never silently lost."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiogram import Dispatcher
from aiogram.types import Message
from sqlalchemy import event, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from bot.hearing.desk import Desk, chat_of
from bot.hearing.polling import Polling
from sandbox.faults import Fault
from services.db.models import ExecutorRow, InboxRow, WorkspaceRow
from services.db.unit_of_work import Database
from services.domain.workspace import Role
from services.inbox import KEPT_DONE, Inbox
from services.retention import Retention
from services.secrets import Vault
from tests.fakes.clock import FakeClock
from tests.fakes.rows import TEST_KEYS
from tests.harness.world import User, World

OTHER_KEYS = ["OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg="]


def inbox_of(world: World, holder: str = "one", keys: list[str] = TEST_KEYS) -> Inbox:
    return Inbox(world.database, Vault(keys), world.clock, holder)


def desk_of(world: World, inbox: Inbox | None = None, dispatcher: Dispatcher | None = None) -> Desk:
    return Desk(world.bot, dispatcher or world.dispatcher, inbox or inbox_of(world), world.i18n)


async def rows(world: World) -> list[InboxRow]:
    async with world.database.read() as session:
        return list(await session.scalars(select(InboxRow).order_by(InboxRow.update_id)))


def says(user: User, text: str) -> dict[str, Any]:
    user.world.telegram.send_text(user.chat, user.person, text)
    (update,) = user.world.telegram.take_updates()
    return update


class Script:
    """Stands where the face stands: each message is its own instruction."""

    def __init__(self, world: World) -> None:
        self.heard: list[str] = []
        self.world = world
        self.hold = asyncio.Event()
        self.reached = asyncio.Event()
        self.dispatcher = Dispatcher()
        self.dispatcher.message.register(self.work)

    async def work(self, message: Message) -> None:
        text = message.text or ""
        self.heard.append(text)
        if "write" in text:
            async with self.world.database.write() as session:
                row = await session.get_one(WorkspaceRow, 1)
                row.name = row.name + "+"
        if "hang" in text:
            self.reached.set()
            await self.hold.wait()
        if "break" in text:
            raise RuntimeError("broken handler")


@pytest.fixture
async def world(database: Database, clock: FakeClock) -> Any:
    async with World(database, clock) as opened:
        yield opened


@pytest.fixture
async def owner(world: World) -> User:
    return await world.member(Role.OWNER)


async def company(world: World) -> str:
    async with world.database.read() as session:
        return (await session.get_one(WorkspaceRow, 1)).name


async def crashed(world: World, script: Script, *updates: dict[str, Any]) -> None:
    """A process takes them, and dies while it is at work on the last."""
    desk = desk_of(world, inbox_of(world, "dead"), script.dispatcher)
    await desk.catch_up(everything=True)
    await desk.accept(updates)
    await script.reached.wait()
    for task in list(desk._nursery._tasks):
        task.cancel()
    await desk.stop()


async def again(world: World, script: Script, *, holder: str = "one") -> None:
    script.hold.set()
    desk = desk_of(world, inbox_of(world, holder), script.dispatcher)
    await desk.catch_up(everything=True)
    await desk.stop()


async def test_the_row_is_secret_while_it_waits_and_empty_when_it_is_done(world: World, owner: User) -> None:
    script = Script(world)
    desk = desk_of(world, dispatcher=script.dispatcher)
    await desk.catch_up(everything=True)
    await desk.accept([says(owner, "hang: пароль от портала")])
    await script.reached.wait()
    (row,) = await rows(world)
    assert row.state == "waiting"
    assert "пароль" not in str(row.payload)
    assert "hang" not in str(row.payload)
    script.hold.set()
    await desk.stop()
    (row,) = await rows(world)
    assert (row.state, row.payload) == ("done", {})


async def test_what_left_no_trace_is_done_after_the_crash(world: World, owner: User) -> None:
    script = Script(world)
    updates = [says(owner, text) for text in ("first", "hang", "second", "third")]
    await crashed(world, script, *updates)
    assert script.heard == ["first", "hang"]
    await again(world, script)
    assert script.heard == ["first", "hang", "hang", "second", "third"]
    assert {row.state for row in await rows(world)} == {"done"}
    assert not owner.messages


async def test_what_was_half_done_is_never_done_again_and_its_sender_told(world: World, owner: User) -> None:
    script, before = Script(world), await company(world)
    await crashed(world, script, says(owner, "write, hang"), says(owner, "write"))
    await again(world, script)
    assert script.heard == ["write, hang", "write"]
    assert await company(world) == before + "++"
    (told,) = owner.messages
    assert "перезапустили на полпути" in told.text
    assert {row.state for row in await rows(world)} == {"done"}


async def test_an_update_that_comes_again_is_known(world: World, owner: User) -> None:
    script = Script(world)
    update = says(owner, "once")
    for holder in ("one", "two"):
        desk = desk_of(world, inbox_of(world, holder), script.dispatcher)
        await desk.catch_up(everything=False)
        await desk.accept([update, update])
        await desk.stop()
    assert script.heard == ["once"]


@pytest.mark.parametrize("comes_again", [True, False])
async def test_what_was_stored_while_nobody_heard_so_is_worked_once(
    world: World, owner: User, comes_again: bool
) -> None:
    """The database went with the last word of the commit: it comes again, perhaps to somebody else."""
    script, updates = Script(world), [says(owner, text) for text in ("one", "two")]
    desk = desk_of(world, dispatcher=script.dispatcher)
    await desk.catch_up(everything=True)

    def goes(_session: object) -> None:
        raise ConnectionResetError

    event.listen(Session, "after_commit", goes, once=True)
    with pytest.raises(ConnectionResetError):
        await desk.accept(updates)
    if comes_again:
        await desk.accept([*updates, updates[0]])
    else:
        await desk.catch_up(everything=False)
    await desk.accept(updates)
    await desk.catch_up(everything=False)
    await desk.stop()
    assert script.heard == ["one", "two"]
    assert [row.state for row in await rows(world)] == ["done", "done"]


async def test_the_past_comes_before_what_arrives_meanwhile(world: World, owner: User) -> None:
    script = Script(world)
    await crashed(world, script, says(owner, "hang"))
    script.hold.set()
    desk = desk_of(world, inbox_of(world, "two"), script.dispatcher)
    await desk.accept([says(owner, "new")])
    await desk.catch_up(everything=True)
    await desk.stop()
    assert script.heard == ["hang", "hang", "new"]


async def test_one_chat_waits_for_itself_alone_and_a_broken_handler_stops_nobody(
    world: World, owner: User
) -> None:
    script, other = Script(world), world.stranger("Борис")
    desk = desk_of(world, dispatcher=script.dispatcher)
    await desk.catch_up(everything=True)
    await desk.accept([says(owner, "hang"), says(owner, "after"), says(other, "break"), says(other, "on")])
    await script.reached.wait()
    while "on" not in script.heard:
        await asyncio.sleep(0)
    assert script.heard == ["hang", "break", "on"]
    script.hold.set()
    await desk.stop()
    assert script.heard[-1] == "after"


async def test_what_kills_each_process_is_given_up(world: World, owner: User) -> None:
    script = Script(world)
    await crashed(world, script, says(owner, "hang"))
    for _ in range(2):
        script.reached.clear()
        await crashed(world, script, says(owner, "hang"))
    heard = len(script.heard)
    await again(world, script)
    states = [row.state for row in await rows(world)]
    assert states[0] == "given_up"
    assert len(script.heard) == heard + 2


@pytest.mark.parametrize(("hours", "keys", "redone"), [(25, TEST_KEYS, 0), (1, OTHER_KEYS, 0), (1, TEST_KEYS, 1)])
async def test_what_is_too_old_or_locked_for_ever_is_given_up(
    world: World, owner: User, clock: FakeClock, hours: int, keys: list[str], redone: int
) -> None:
    script = Script(world)
    await crashed(world, script, says(owner, "hang"))
    clock.advance(hours * 3600)
    left = await inbox_of(world, "two", keys).take_over(everything=True)
    assert len(left) == redone
    (row,) = await rows(world)
    assert (row.state, bool(row.payload)) == (("waiting", True) if redone else ("given_up", False))


async def test_only_the_dead_are_inherited_from(world: World, owner: User, clock: FakeClock) -> None:
    script = Script(world)
    await crashed(world, script, says(owner, "hang"))
    async with world.database.write() as session:
        session.add(ExecutorRow(id="dead", beat_at=clock.now()))
    other = inbox_of(world, "two")
    assert await other.take_over(everything=False) == []
    clock.advance(41)
    assert len(await other.take_over(everything=False)) == 1
    assert await inbox_of(world, "two").take_over(everything=False), "its own former life is dead as well"


async def test_a_living_process_is_known_by_a_name_of_any_length(
    world: World, owner: User, clock: FakeClock
) -> None:
    long, alike = "o_e%" * 30, "oxex" * 30
    for holder in (long, alike):
        await inbox_of(world, holder).take([says(owner, holder)])
    async with world.database.write() as session:
        session.add(ExecutorRow(id=long, beat_at=clock.now()))
    (left,) = await inbox_of(world, "two").take_over(everything=False)
    assert left.payload["message"]["text"] == alike


async def test_polling_beside_a_living_process_leaves_it_what_it_works_on(world: World, owner: User) -> None:
    """A release that starts before the former one has ended: on PostgreSQL nothing keeps it out."""
    script = Script(world)
    await crashed(world, script, says(owner, "hang"))
    async with world.database.write() as session:
        session.add(ExecutorRow(id="dead", beat_at=world.clock.now()))
    desk = desk_of(world, inbox_of(world, "two"), script.dispatcher)
    await Polling(world.bot, desk, world.clock, ["message"], alone=False)._caught_up()
    await desk.stop()
    assert script.heard == ["hang"]


async def test_finished_ones_are_forgotten(world: World, owner: User, clock: FakeClock) -> None:
    script = Script(world)
    desk = desk_of(world, dispatcher=script.dispatcher)
    await desk.catch_up(everything=True)
    await desk.accept([says(owner, "one")])
    await desk.stop()
    await Retention(world.database, clock).run()
    assert len(await rows(world)) == 1
    clock.advance(KEPT_DONE.total_seconds() + 1)
    await Retention(world.database, clock).run()
    assert await rows(world) == []


async def polled(world: World, desk: Desk, until: Callable[[], Awaitable[bool]]) -> None:
    polling = Polling(world.bot, desk, world.clock, ["message"])
    work = asyncio.ensure_future(polling.run())
    while not await until():
        await asyncio.sleep(0.01)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await desk.stop()


async def test_polling_confirms_what_is_stored_and_goes_on_after_every_failure(world: World, owner: User) -> None:
    script = Script(world)
    for fault in ("reset", "html", "status"):
        world.telegram.faults.add(Fault(fault, "getUpdates"))
    for text in ("one", "two"):
        world.telegram.send_text(owner.chat, owner.person, text)
    world.telegram.updates._queue.append({"update_id": 150, "message": {"odd": True}})
    world.telegram.updates._next_id = 151
    world.telegram.send_text(owner.chat, owner.person, "three")

    async def confirmed() -> bool:
        return world.telegram.updates.pending == 0

    await polled(world, desk_of(world, dispatcher=script.dispatcher), confirmed)
    assert script.heard == ["one", "two", "three"]
    assert [row.state for row in await rows(world)] == ["done"] * 4


async def test_what_cannot_be_stored_is_not_confirmed(world: World, owner: User) -> None:
    script, pending = Script(world), world.telegram.updates
    desk = desk_of(world, dispatcher=script.dispatcher)
    work = asyncio.ensure_future(Polling(world.bot, desk, world.clock, ["message"]).run())
    while not pending.pollers:
        await asyncio.sleep(0.01)
    async with world.database.engine.begin() as connection:
        await connection.execute(sql("ALTER TABLE inbox RENAME TO away"))
    world.telegram.send_text(owner.chat, owner.person, "one")
    while pending.pollers < 3:
        await asyncio.sleep(0.01)
    assert (pending.pending, script.heard) == (1, [])
    async with world.database.engine.begin() as connection:
        await connection.execute(sql("ALTER TABLE away RENAME TO inbox"))
    while pending.pending:
        await asyncio.sleep(0.01)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await desk.stop()
    assert script.heard == ["one"]


@pytest.mark.parametrize(
    ("payload", "chat"),
    [
        ({"update_id": 1, "message": {"chat": {"id": 5}}}, 5),
        ({"update_id": 1, "callback_query": {"message": {"chat": {"id": -7}}}}, -7),
        ({"update_id": 1, "my_chat_member": {"chat": {"id": 8}}}, 8),
        ({"update_id": 1, "inline_query": {"from": {"id": 8}}}, 0),
        ({"update_id": 1, "message": None}, 0),
        ({"update_id": 1, "callback_query": {"message": "x"}}, 0),
    ],
)
def test_where_an_update_happened(payload: dict[str, Any], chat: int) -> None:
    assert chat_of(payload) == chat
