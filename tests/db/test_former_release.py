"""An installation of the former release is updated: everything is still there, and is worked on."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from services.db.engine import open_engine
from services.db.migrate import migrate
from services.db.models import AnswerRow, CallRow, ForgetOrderRow, PaceRow, PostedRow, TranscriptRow
from services.db.unit_of_work import Database
from services.digests.due import put_digests
from services.digests.show import ShowDigest
from services.domain.workspace import ChatAddress, Language, Member, Role
from services.forgetting.messages import Written
from services.forgetting.phone import PhoneForgetting
from services.forgetting.posted import Posted
from services.jobs.queues import Job
from services.listening.closed import ClosedChats
from services.notices import Notices
from services.pipeline.schedule import Schedule
from services.pipeline.sweep import Sweep
from services.retention import Retention
from services.timing import Timing
from services.workspace.history import HistoryService, Wanted
from tests.cards.conftest import Desk
from tests.db.former import FORMER, WORDS, left_behind, snapshot, tables_of, turn_to
from tests.fakes.clock import FakeClock
from tests.fakes.rows import OWNER


class Chats:
    """Implements `services.forgetting.messages.Chats`: remembers what was erased."""

    def __init__(self) -> None:
        self.erased: list[tuple[int, int]] = []

    async def erase(self, written: Written) -> bool:
        self.erased.append((written.address.chat_id, written.message_id))
        return True

    async def tell(
        self, address: ChatAddress, language: Language, code: str, values: Mapping[str, Any]
    ) -> None: ...


@pytest.fixture
async def desk(database_address: str, clock: FakeClock) -> AsyncIterator[Desk]:
    database = Database(open_engine(database_address))
    await turn_to(database, FORMER)
    yield await left_behind(database, clock)
    await database.close()


async def test_everything_is_still_there_and_on_the_way_back_too(desk: Desk) -> None:
    tables = await tables_of(desk.database)
    before = await snapshot(desk.database, tables)
    assert [name for name, rows in before.items() if not rows] == [], "each table has something to lose"
    await migrate(desk.database.engine)
    assert await snapshot(desk.database, tables) == before
    await turn_to(desk.database, FORMER)
    assert await tables_of(desk.database) == tables
    assert await snapshot(desk.database, tables) == before
    await migrate(desk.database.engine)
    assert await snapshot(desk.database, tables) == before


async def test_cards_are_edited_and_those_that_waited_come(desk: Desk) -> None:
    (former,) = desk.notifier.cards
    await migrate(desk.database.engine)
    await desk.jobs.run_due()
    desk.clock.advance(10)
    await desk.want()
    await desk.jobs.run_due()
    assert len(desk.notifier.cards[former]) == 2
    assert len(desk.notifier.cards) == 2
    assert {card.shown - card.wanted for card in await desk.cards()} == {0}


async def test_a_digest_comes_and_is_remembered(desk: Desk) -> None:
    await migrate(desk.database.engine)
    closed = ClosedChats(Notices(desk.database, desk.jobs, desk.notifier, desk.clock), desk.clock)
    desk.jobs.handlers[Job.DIGEST] = ShowDigest(desk.database, desk.notifier, closed, desk.clock).run
    desk.clock.advance(7 * 3600)
    await put_digests(desk.database, desk.jobs, desk.clock.now())
    await desk.jobs.run_due()
    ((address, view, _silent),) = desk.notifier.digests
    assert (address, [alert.quote for alert in view.alerts]) == (ChatAddress(-100500, 7), [WORDS])
    assert await count(desk, PostedRow) == 1
    posted = Posted(desk.database)
    await posted.note(desk.call_id, OWNER, 99, "mark")
    assert await posted.has(desk.call_id, OWNER, "mark")


async def test_what_was_to_be_forgotten_is_and_the_nights_work_is_done(desk: Desk) -> None:
    (card,) = [card.message_id for card in await desk.cards() if card.message_id is not None]
    await migrate(desk.database.engine)
    chats = Chats()
    desk.jobs.handlers[Job.FORGET] = PhoneForgetting(desk.database, desk.jobs, chats, desk.clock).run
    desk.clock.moment = datetime.now(UTC) + timedelta(hours=1)
    await Sweep(desk.database, desk.jobs, Schedule(desk.jobs, desk.clock, 1), desk.clock, Timing()).run("1", 0)
    desk.jobs.waiting = [job for job in desk.jobs.waiting if job.name == Job.FORGET]
    await desk.jobs.run_for(3600)
    assert (OWNER, card) in chats.erased
    assert len(chats.erased) == 2, "the card and the alert"
    async with desk.database.read() as session:
        call = await session.get_one(CallRow, desk.call_id)
        assert (call.phone, call.client_name, call.traits) == ("", "", {})
        assert (await session.scalars(select(AnswerRow.text))).all() == [""]
    assert [await count(desk, table) for table in (ForgetOrderRow, TranscriptRow)] == [0, 0]
    await Retention(desk.database, desk.clock).run()
    owner = Member(desk.company.member_id, desk.company.workspace_id, OWNER, "Анна", Role.OWNER, None)
    page = await HistoryService(desk.database).page(owner, Wanted())
    assert {entry.action for entry in page.entries} >= {"phone_forgotten", "zone_changed"}


async def test_what_is_said_is_counted(desk: Desk) -> None:
    await migrate(desk.database.engine)
    async with desk.database.write() as session:
        session.add(PaceRow(name="everywhere", said=[["mark", 1.5, None]], free_at=1.25))
    async with desk.database.read() as session:
        row = (await session.scalars(select(PaceRow))).one()
    assert (row.said, row.free_at, row.stopped_until) == ([["mark", 1.5, None]], 1.25, 0.0)


async def count(desk: Desk, table: type) -> int:
    async with desk.database.read() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0
