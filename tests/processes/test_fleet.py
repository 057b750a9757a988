"""Two processes on one PostgreSQL: a killed one's work is taken over, and a sleeper stands back."""

import asyncio
import signal
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from bench.rig import Rig
from services.db.models import ExecutorRow
from services.db.unit_of_work import Database
from services.fleet import DEAD_AFTER, DEADLINE_SECONDS, Fleet
from services.jobs.engine import DurableJobs
from services.jobs.queues import Job
from services.ports import Fenced
from tests.fakes.clock import FakeClock


@pytest.mark.parametrize("database_address", ["postgresql"], indirect=True)
async def test_the_work_of_a_dead_process_is_resumed(
    database: Database, database_address: str, clock: FakeClock
) -> None:
    begun, ran = asyncio.Event(), asyncio.Event()

    async def never_ends(key: str, attempt: int) -> None:
        begun.set()
        await asyncio.Event().wait()

    async def works(key: str, attempt: int) -> None:
        ran.set()

    first = DurableJobs(database_address, executor_id="first", eager=0.02, calm=0.02)
    await first.start({Job.PROCESS: never_ends})
    await Fleet(database, first, "first", clock).beat()
    async with database.write() as session:
        await first.put(session, Job.PROCESS, "1", lane="a")
    async with asyncio.timeout(20):
        await begun.wait()
    await first.stop(grace_seconds=0)

    second = DurableJobs(database_address, executor_id="second", eager=0.02, calm=0.02)
    await second.start({Job.PROCESS: works})
    try:
        survivor = Fleet(database, second, "second", clock)
        await survivor.beat()
        assert not ran.is_set()
        clock.advance((DEAD_AFTER + timedelta(seconds=1)).total_seconds())
        await survivor.beat()
        async with asyncio.timeout(20):
            await ran.wait()
        async with database.read() as session:
            assert list(await session.scalars(select(ExecutorRow.id))) == ["second"]
    finally:
        await second.stop()


async def test_a_process_that_slept_too_long_writes_nothing(
    database: Database, database_address: str, clock: FakeClock
) -> None:
    jobs = DurableJobs(database_address, executor_id="one", eager=0.02, calm=0.02)
    await jobs.start({})
    try:
        machine = [0.0]
        fleet = Fleet(database, jobs, "one", clock, monotonic=lambda: machine[0])
        await fleet.beat()
        fleet.guard()
        machine[0] += DEADLINE_SECONDS + 1
        with pytest.raises(Fenced):
            fleet.guard()
        await fleet.beat()
        fleet.guard()
        clock.advance(DEADLINE_SECONDS + 1)  # a suspended machine: its steady clock stood still
        with pytest.raises(Fenced):
            fleet.guard()
    finally:
        await jobs.stop()


async def test_a_beat_counts_from_before_it_was_written(
    database: Database, database_address: str, clock: FakeClock
) -> None:
    """The others see a row that is as old as the commit was slow."""
    jobs = DurableJobs(database_address, executor_id="one", eager=0.02, calm=0.02)
    await jobs.start({})
    machine = [0.0]

    @event.listens_for(database.engine.sync_engine, "commit")
    def slow_commit(_connection: object) -> None:
        machine[0] += DEADLINE_SECONDS + 10

    try:
        fleet = Fleet(database, jobs, "one", clock, monotonic=lambda: machine[0])
        await fleet.beat()
        with pytest.raises(Fenced):
            fleet.guard()
    finally:
        await jobs.stop()


@pytest.mark.parametrize("database_address", ["postgresql"], indirect=True)
async def test_a_process_leaves_when_its_jobs_have_ended(database_address: str) -> None:
    """Else the others would take over work that is still going on."""
    async with Rig(DATABASE_URL=database_address) as rig:
        process = await rig.start()
        await rig.say("/start", "Начнём с подключения CRM")
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
        assert rig.log.index("jobs_stopped") < rig.log.index("fleet_left")
