"""Says when; never works itself. A job's name carries its tick: of many processes, one runs it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from services.db.models import IntegrationRow
from services.db.unit_of_work import Database
from services.domain.integration import IntegrationState
from services.fleet import BEAT_SECONDS
from services.jobs.queues import Job, round_lane
from services.ports import Clock, Jobs

log = structlog.get_logger(__name__)

SWEEP_SECONDS = 60
HOUR = 3_600
DAY = 86_400
SHARE = 100
"""Integrations in one round's job."""


def _is_failure(line: logging.LogRecord) -> bool:
    """What the scheduler's own stop cuts off, be it before its first step, is logged by it as an error."""
    return not (line.exc_info and isinstance(line.exc_info[1], asyncio.CancelledError))


class Timetable:
    def __init__(self, database: Database, jobs: Jobs, clock: Clock, pull_seconds: float) -> None:
        self._database = database
        self._jobs = jobs
        self._clock = clock
        self._pull_seconds = pull_seconds
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._missed: set[Callable[[], Awaitable[None]]] = set()
        """What the database was not there for."""

    def start(self, *, beat: Callable[[], Awaitable[None]], working: bool = True) -> None:
        """A process that only talks to people beats as well, or the others would take its updates for orphans."""
        every: dict[Callable[[], Awaitable[None]], float] = {beat: BEAT_SECONDS}
        if working:
            every |= {
                self.pull: self._pull_seconds,
                self.sweep: SWEEP_SECONDS,
                self.funnels: HOUR,
                self.purge: HOUR,
                self.expiry: HOUR,
            }
        for work, seconds in every.items():
            self._scheduler.add_job(
                self._run,
                "interval",
                args=[work],
                seconds=seconds,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        logging.getLogger("apscheduler.executors.default").addFilter(_is_failure)
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def _run(self, work: Callable[[], Awaitable[None]]) -> None:
        """A database that is away is told of once, and once more when it is back: ticks are seconds apart."""
        try:
            await work()
        except (OSError, SQLAlchemyError) as error:
            if not self._missed:
                log.warning("ticks_missed", work=work.__name__, error=type(error).__name__)
            self._missed.add(work)
            return
        if work in self._missed:
            self._missed.clear()
            log.info("ticks_again")

    def _tick(self, seconds: float) -> int:
        return int(self._clock.now().timestamp() / seconds)

    async def pull(self) -> None:
        """A round for all integrations, shared out when they are many: several processes then have their part."""
        tick = self._tick(self._pull_seconds)
        async with self._database.read() as session:
            query = select(func.count(IntegrationRow.id)).where(IntegrationRow.state == IntegrationState.ACTIVE)
            count = await session.scalar(query) or 0
        if not count:
            return
        shares = 1 + count // SHARE
        async with self._database.write() as session:
            for share in range(shares):
                await self._jobs.put(session, Job.ROUND, f"{share}/{shares}@{tick}", lane=round_lane(share, tick))

    async def sweep(self) -> None:
        await self._put(Job.SWEEP, str(self._tick(SWEEP_SECONDS)))

    async def expiry(self) -> None:
        await self._put(Job.EXPIRY, str(self._tick(HOUR)))

    # Looked at each hour and run once a day: a process that is restarted daily never lives through a whole one.

    async def funnels(self) -> None:
        await self._put(Job.FUNNELS, str(self._tick(DAY)))

    async def purge(self) -> None:
        await self._put(Job.PURGE, str(self._tick(DAY)))

    async def _put(self, job: Job, key: str) -> None:
        async with self._database.write() as session:
            await self._jobs.put(session, job, key, lane=f"housekeeping:{job}")
