"""Words are kept for a time; calls stay, and so does what they left in the CRM."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, text

from sandbox.faults import Fault
from services.db.base import Base
from services.db.models import (
    AnswerRow,
    AuditRow,
    CallRow,
    ClaimRow,
    DeliveryRow,
    PieceRow,
    TranscriptRow,
    WizardStateRow,
    WorkspaceRow,
)
from services.db.repositories.deliveries import is_open
from services.domain.call import CallState
from services.errors import Refused
from services.retention import BATCH, Retention
from tests.fakes.rows import OWNER
from tests.pipeline.scenes import ADD, call_row, owner, prepared
from tests.pipeline.world import World


async def answered(world: World) -> int:
    deal = await prepared(world)
    world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
    await world.pull()
    return deal


async def count(world: World, row: type[Base]) -> int:
    async with world.database.read() as session:
        return await session.scalar(select(func.count()).select_from(row)) or 0


async def keep_house(world: World) -> None:
    await Retention(world.database, world.clock).run()


async def test_the_words_of_an_old_call_go_and_the_call_stays(world: World) -> None:
    deal = await answered(world)
    world.clock.advance(timedelta(days=364).total_seconds())
    await keep_house(world)
    assert await count(world, TranscriptRow) == 1
    world.clock.advance(timedelta(days=2).total_seconds())
    await keep_house(world)
    assert await count(world, TranscriptRow) == 0
    async with world.database.read() as session:
        answer = (await session.scalars(select(AnswerRow))).one()
        write = (await session.scalars(select(DeliveryRow))).one()
    assert (answer.text, answer.quote, write.body) == ("", "", "")
    await world.pull()
    assert (await call_row(world)).state == CallState.DONE
    assert len(world.portal.comments("deal", deal)) == 1


async def test_a_call_without_words_is_still_shown_but_not_repeated(world: World) -> None:
    await answered(world)
    async with world.database.write() as session:
        write = (await session.scalars(select(DeliveryRow))).one()
        write.state = "failed"
    world.clock.advance(timedelta(days=366).total_seconds())
    await keep_house(world)
    boss, call = await owner(world), await call_row(world)
    await world.pipeline.calls.show_again(boss, call.id)
    await world.jobs.run_due()
    card = world.notifier.latest()
    assert (card.lines[0].text, card.retryable, card.undoable) == ("", False, False)
    with pytest.raises(Refused) as refused:
        await world.pipeline.calls.retry(boss, call.id)
    assert refused.value.why == "words_gone"


async def test_a_company_may_keep_its_words_for_ever(world: World) -> None:
    await answered(world)
    async with world.database.write() as session:
        workspace = (await session.scalars(select(WorkspaceRow))).one()
        workspace.settings = {"keep_days": None}
    world.clock.advance(timedelta(days=5000).total_seconds())
    await keep_house(world)
    assert await count(world, TranscriptRow) == 1


async def test_old_leavings_go_in_batches_and_young_ones_stay(world: World) -> None:
    now, company = world.clock.now(), world.company.workspace_id
    long_ago = now - timedelta(days=8)
    async with world.database.write() as session:
        session.add_all(
            PieceRow(key=f"old-{number}", text="да", created_at=long_ago) for number in range(BATCH + 1)
        )
        session.add(PieceRow(key="young", text="да", created_at=now))
        for number, used_at in enumerate([now - timedelta(days=31), long_ago, None]):
            session.add(
                ClaimRow(workspace_id=company, token_hash=str(number), created_at=long_ago, used_at=used_at)
            )
        for at in (now - timedelta(days=366), long_ago):
            session.add(AuditRow(workspace_id=company, user_id=OWNER, action="x", subject="1", details={}, at=at))
        session.add(
            WizardStateRow(key="old", state="wizard", data={"number": 7, "draft": {}}, updated_at=long_ago)
        )
        session.add(WizardStateRow(key="young", state="wizard", data={"draft": {}}, updated_at=now))
    await keep_house(world)
    assert [await count(world, row) for row in (PieceRow, ClaimRow, AuditRow)] == [1, 2, 1]
    async with world.database.read() as session:
        old = await session.get_one(WizardStateRow, "old")
        young = await session.get_one(WizardStateRow, "young")
    assert (old.state, old.data) == (None, {"number": 7})
    assert (young.state, young.data) == ("wizard", {"draft": {}})


async def test_calls_under_way_keep_their_words(world: World) -> None:
    await answered(world)
    async with world.database.write() as session:
        call = (await session.scalars(select(CallRow))).one()
        call.state = CallState.TRANSCRIBED
        call.due_at = world.clock.now() + timedelta(days=5000)
    world.clock.advance(timedelta(days=400).total_seconds())
    await keep_house(world)
    assert await count(world, TranscriptRow) == 1


async def test_a_write_that_waited_longer_than_its_words_are_kept_is_not_made_without_them(world: World) -> None:
    """The access was gone for a year: what comes back with it must not be an empty comment."""
    deal = await prepared(world)
    world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
    world.portal.faults.add(Fault("status", ADD, times=None, status=401, body='{"error":"expired_token"}'))
    await world.pull()
    assert await open_writes(world) == 1
    world.clock.advance(timedelta(days=366).total_seconds())
    await keep_house(world)
    world.portal.faults.clear()
    before = len(world.portal.journal)
    await world.jobs.run_for(timedelta(days=2).total_seconds())
    assert not world.portal.comments("deal", deal)
    assert len(world.portal.journal) == before
    assert await open_writes(world) == 0


async def open_writes(world: World) -> int:
    async with world.database.read() as session:
        return await session.scalar(select(func.count()).select_from(DeliveryRow).where(is_open())) or 0


async def test_the_file_of_a_call_without_a_talk_goes_as_well(world: World) -> None:
    """Silence, too short, nobody's: nothing was transcribed, and yet the file is named after somebody."""
    await answered(world)
    async with world.database.write() as session:
        await session.execute(delete(TranscriptRow))
        call = (await session.scalars(select(CallRow))).one()
        call.client_name, call.state = "", CallState.SKIPPED
        call.traits, call.refs = {"file_name": "Петров 9261234567.mp3"}, {"path": "/Звонки/Петров 9261234567.mp3"}
    world.clock.advance(timedelta(days=366).total_seconds())
    await keep_house(world)
    call = await call_row(world)
    assert (call.traits, "Петров" in str(call.refs)) == ({}, False)


async def test_what_is_deleted_is_in_no_file_any_more(world: World) -> None:
    """SQLite leaves deleted words where they were until the place is needed; PostgreSQL clears up by itself."""
    if world.database.engine.dialect.name != "sqlite":
        return
    await answered(world)
    async with world.database.read() as session:
        folder = Path((await session.execute(text("PRAGMA database_list"))).all()[0][2]).parent
    word = "a-word-that-stands-nowhere-else"
    async with world.database.write() as session:
        row = (await session.scalars(select(TranscriptRow))).one()
        row.segments = [[0, 1, "client", word] for _ in range(1000)]
    await world.database.fold()
    assert word.encode() in in_files(folder)
    world.clock.advance(timedelta(days=366).total_seconds())
    await keep_house(world)
    assert word.encode() not in in_files(folder)


def in_files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
