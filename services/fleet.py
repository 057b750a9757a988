"""Several processes on one PostgreSQL: who is alive, and whose work must be taken over.

Each process beats its row. A process that finds another's row stale resumes that one's jobs. A process that
itself slept too long (a paused machine, a stopped process) must assume that this has happened to it: its
guard refuses every further write to the outside world until it has beaten again.
"""

import time
from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy import delete, select

from services.db.insert import insert_unless_there
from services.db.models import ExecutorRow
from services.db.unit_of_work import Database
from services.jobs.engine import DurableJobs
from services.ports import Clock, Fenced

log = structlog.get_logger(__name__)

BEAT_SECONDS = 5
DEADLINE_SECONDS = 20
"""After so long without a beat of its own a process stands back ..."""
DEAD_AFTER = timedelta(seconds=40)
"""... well before the others take its work."""


class Fleet:
    def __init__(
        self,
        database: Database,
        jobs: DurableJobs,
        executor_id: str,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._jobs = jobs
        self._executor_id = executor_id
        self._clock = clock
        self._monotonic = monotonic
        self._beaten_at = self._now()

    def _now(self) -> tuple[float, float]:
        """Seconds by two clocks: the steady one may stand still while the machine is suspended."""
        return self._monotonic(), self._clock.now().timestamp()

    def guard(self) -> None:
        """Called right before each write to the outside. Raises Fenced."""
        passed = [now - then for now, then in zip(self._now(), self._beaten_at, strict=True)]
        if max(passed) > DEADLINE_SECONDS:
            raise Fenced(self._executor_id)

    async def beat(self) -> None:
        """Says that this process lives, and takes over from those that do not.

        It counts from before the write: the others go by what the row says, however late it was committed.
        """
        began, now = self._now(), self._clock.now()
        async with self._database.write() as session:
            await insert_unless_there(session, ExecutorRow, {"id": self._executor_id, "beat_at": now})
            row = await session.get_one(ExecutorRow, self._executor_id)
            row.beat_at = now
            dead = list(
                await session.scalars(select(ExecutorRow.id).where(ExecutorRow.beat_at < now - DEAD_AFTER))
            )
        self._beaten_at = began
        for executor_id in dead:
            await self._take_over(executor_id)

    async def leave(self) -> None:
        """A process that stops in order looks dead at once: the others take what it could not finish."""
        async with self._database.write() as session:
            row = await session.get(ExecutorRow, self._executor_id)
            if row is not None:
                row.beat_at = self._clock.now() - 2 * DEAD_AFTER
        log.info("fleet_left")

    async def _take_over(self, executor_id: str) -> None:
        taken = await self._jobs.resume_work_of(executor_id)
        async with self._database.write() as session:
            await session.execute(delete(ExecutorRow).where(ExecutorRow.id == executor_id))
        log.warning("work_taken_over", executor=executor_id, jobs=taken)


class Alone:
    """The fleet of a single process on SQLite: a lock file keeps a second one out."""

    def guard(self) -> None:
        """Nobody else can be doing our work."""

    async def beat(self) -> None:
        """Nobody is listening."""

    async def leave(self) -> None:
        """The next start resumes what is left."""
