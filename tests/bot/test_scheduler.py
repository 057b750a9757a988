"""Housekeeping happens once a day, however often the process is restarted."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.scheduler import DAY, HOUR, Timetable
from services.db.unit_of_work import Database
from services.jobs.queues import Job
from tests.fakes.clock import FakeClock
from tests.fakes.jobs import JobBoard


def _make_due(timetable: Timetable) -> None:
    for job in timetable._scheduler.get_jobs():
        job.modify(next_run_time=datetime.now(UTC))


async def test_a_process_restarted_daily_still_keeps_house(database: Database, clock: FakeClock) -> None:
    jobs = JobBoard(clock)

    async def beat() -> None:
        """Alone."""

    for _restart in range(3):
        timetable = Timetable(database, jobs, clock, pull_seconds=60)
        timetable.start(beat=beat)
        try:
            # The longest interval is the shortest life of a process that gets to everything.
            longest = max(job.trigger.interval_length for job in timetable._scheduler.get_jobs())
            assert longest <= HOUR
            for _hour in range(int(DAY / longest) - 1):
                clock.advance(longest)
                await timetable.funnels()
                await timetable.purge()
        finally:
            timetable.stop()
        clock.advance(longest)
    days = [int(job.due.timestamp() // DAY) for job in jobs.waiting if job.name == Job.PURGE]
    assert len(days) == len(set(days)) == 4
    assert len([job for job in jobs.waiting if job.name == Job.FUNNELS]) == 4


async def test_a_process_that_only_talks_beats_and_does_nothing_else(database: Database, clock: FakeClock) -> None:
    """Without a beat the others take it for dead, and do once more what it is doing."""

    async def beat() -> None:
        """Alive."""

    timetable = Timetable(database, JobBoard(clock), clock, pull_seconds=60)
    timetable.start(beat=beat, working=False)
    try:
        assert [job.args for job in timetable._scheduler.get_jobs()] == [(beat,)]
    finally:
        timetable.stop()


async def test_what_the_stop_cuts_off_is_no_failure(
    database: Database, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def beat() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    timetable = Timetable(database, JobBoard(clock), clock, pull_seconds=60)
    timetable.start(beat=beat, working=False)
    _make_due(timetable)
    async with asyncio.timeout(10):
        await begun.wait()
        timetable.stop()
        await ended.wait()
    await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)
    assert not [line for line in caplog.records if line.levelname in ("WARNING", "ERROR")]


async def test_what_the_stop_cuts_off_before_its_first_step_is_no_failure_either(
    database: Database, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    begun = False

    async def beat() -> None:
        nonlocal begun
        begun = True

    timetable = Timetable(database, JobBoard(clock), clock, pull_seconds=60)
    timetable.start(beat=beat, working=False)
    _make_due(timetable)
    timetable.stop()
    # Now the scheduler begins what is due, and only then hears of its stop.
    await asyncio.sleep(0)
    cut_off = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*cut_off, return_exceptions=True)
    assert cut_off
    assert not begun
    assert not [line for line in caplog.records if line.levelname in ("WARNING", "ERROR")]


async def test_a_job_that_fails_is_told_of(
    database: Database, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    async def beat() -> None:
        raise ValueError

    timetable = Timetable(database, JobBoard(clock), clock, pull_seconds=60)
    timetable.start(beat=beat, working=False)
    try:
        _make_due(timetable)
        await asyncio.sleep(0)
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})
    finally:
        timetable.stop()
    assert [line.exc_info[0] for line in caplog.records if line.levelname == "ERROR" and line.exc_info] == [
        ValueError
    ]


async def test_a_database_that_is_away_is_told_of_once_and_once_when_it_is_back(
    database: Database, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    """There is a tick each few seconds, and each would write a traceback of its own."""
    away = True

    async def beat() -> None:
        if away:
            raise ConnectionRefusedError

    timetable = Timetable(database, JobBoard(clock), clock, pull_seconds=60)
    for _tick in range(3):
        await timetable._run(beat)
        await timetable._run(timetable.sweep)
    away = False
    for _tick in range(3):
        await timetable._run(beat)
    told = [line.msg["event"] for line in caplog.records if isinstance(line.msg, dict)]
    assert told == ["ticks_missed", "ticks_again"]
