"""The durable engine on both databases: order within a lane, rollback, repeats, delays, restart."""

import asyncio
from datetime import timedelta

import pytest

from services.db.unit_of_work import Database
from services.jobs.engine import DurableJobs
from services.jobs.queues import Job
from services.ports import Fenced


class Diary:
    """Remembers what ran and lets a test wait for it."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, int]] = []
        self._changed = asyncio.Condition()

    async def write(self, key: str, attempt: int) -> None:
        async with self._changed:
            self.entries.append((key, attempt))
            self._changed.notify_all()

    async def holds(self, count: int) -> None:
        async with self._changed, asyncio.timeout(20):
            await self._changed.wait_for(lambda: len(self.entries) >= count)


async def test_jobs_of_a_lane_run_in_order_and_repeats_are_ignored(
    database: Database, database_address: str
) -> None:
    jobs, diary = DurableJobs(database_address, executor_id="one", eager=0.02, calm=0.02), Diary()
    await jobs.start({Job.PROCESS: diary.write})
    try:
        async with database.write() as session:
            for number in range(8, 13):
                await jobs.put(session, Job.PROCESS, str(number), lane="a")
            await jobs.put(session, Job.PROCESS, "8", lane="a")
        await diary.holds(5)
        assert [key for key, _ in diary.entries] == ["8", "9", "10", "11", "12"]
    finally:
        await jobs.stop()


async def test_a_rollback_takes_the_job_along(database: Database, database_address: str) -> None:
    jobs, diary = DurableJobs(database_address, executor_id="one", eager=0.02, calm=0.02), Diary()
    await jobs.start({Job.PROCESS: diary.write})
    try:
        with pytest.raises(ZeroDivisionError):
            async with database.write() as session:
                await jobs.put(session, Job.PROCESS, "lost", lane="a")
                raise ZeroDivisionError
        async with database.write() as session:
            await jobs.put(session, Job.PROCESS, "kept", lane="a")
        await diary.holds(1)
        assert diary.entries == [("kept", 0)]
    finally:
        await jobs.stop()


async def test_work_left_by_a_stopped_process_runs_at_the_next_start(
    database: Database, database_address: str
) -> None:
    first = DurableJobs(database_address, executor_id="one", eager=0.02, calm=0.02)
    await first.start({})
    async with database.write() as session:
        await first.put(session, Job.PROCESS, "left", lane="a", attempt=3)
        await first.put(session, Job.PROCESS, "later", lane="b", after=timedelta(seconds=0.2))
    await first.stop()
    second, diary = DurableJobs(database_address, executor_id="two", eager=0.02, calm=0.02), Diary()
    await second.start({Job.PROCESS: diary.write})
    try:
        await diary.holds(2)
        assert sorted(diary.entries) == [("later", 0), ("left", 3)]
    finally:
        await second.stop()


@pytest.mark.parametrize(
    ("failure", "level", "told"),
    [(RuntimeError("on purpose"), "ERROR", "job_broke"), (Fenced("one"), "WARNING", "job_left_to_others")],
)
async def test_a_job_that_breaks_does_not_stop_the_lane(
    database: Database,
    database_address: str,
    caplog: pytest.LogCaptureFixture,
    failure: Exception,
    level: str,
    told: str,
) -> None:
    """One that stands back, for others may have taken it over, is no failure."""
    jobs, diary = DurableJobs(database_address, executor_id="one", eager=0.02, calm=0.02), Diary()

    async def breaks(key: str, attempt: int) -> None:
        if key == "bad":
            raise failure
        await diary.write(key, attempt)

    await jobs.start({Job.PROCESS: breaks})
    try:
        async with database.write() as session:
            await jobs.put(session, Job.PROCESS, "bad", lane="a")
            await jobs.put(session, Job.PROCESS, "good", lane="a")
        await diary.holds(1)
        assert diary.entries == [("good", 0)]
    finally:
        await jobs.stop()
    lines = [(line.levelname, line.msg["event"]) for line in caplog.records if isinstance(line.msg, dict)]
    assert [line for line in lines if line[0] != "INFO"] == [(level, told)]
