"""One look at many integrations: a job for all of them costs hardly more than a job for one.

Most looks find nothing. Those are stored together; whatever finds calls is stored at once, and goes on in a job of
its own when there is more.
"""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from services.db.models import IntegrationRow
from services.db.unit_of_work import Database
from services.domain.integration import IntegrationState
from services.integrations.base import CallPage
from services.jobs.queues import Job, integration_lane
from services.pipeline.pull import PullCalls
from services.ports import Clock, Jobs

log = structlog.get_logger(__name__)

AT_ONCE = 32
"""Looks under way in one round: a page of calls of each is held in memory."""
FRESH = timedelta(seconds=5)
TOGETHER = 25
"""Quiet looks are stored so many at a time, and the rest when the slowest has come."""


class Line:
    """A free place goes to the system that has the fewest: one that hangs keeps no other from its calls.

    Of a system those that were well the last time go first.
    """

    def __init__(self, rows: Iterable[IntegrationRow]) -> None:
        self._waiting: defaultdict[str, deque[IntegrationRow]] = defaultdict(deque)
        self._under_way: Counter[str] = Counter()
        for row in sorted(rows, key=lambda one: one.failures > 0):
            self._waiting[row.kind].append(row)

    def next(self) -> IntegrationRow | None:
        """`ended` must follow. None: nobody waits any more."""
        waiting = [kind for kind, rows in self._waiting.items() if rows]
        if not waiting:
            return None
        kind = min(waiting, key=self._under_way.__getitem__)
        self._under_way[kind] += 1
        return self._waiting[kind].popleft()

    def ended(self, row: IntegrationRow) -> None:
        self._under_way[row.kind] -= 1


class PullRound:
    def __init__(self, database: Database, pull: PullCalls, jobs: Jobs, clock: Clock) -> None:
        self._database = database
        self._pull = pull
        self._jobs = jobs
        self._clock = clock
        self._under_way: set[int] = set()
        """Integrations that an earlier round of this process still waits for."""

    async def run(self, key: str, attempt: int) -> None:
        """The job: `key` is the share of the integrations and the tick, `1/4@176400`."""
        share, _, tick = key.partition("@")
        number, _, shares = share.partition("/")
        rows = await self._rows(int(number), int(shares))
        read_at = self._clock.now()
        self._under_way |= {row.id for row in rows}
        quiet: list[tuple[IntegrationRow, CallPage]] = []
        line = Line(rows)

        async def place() -> None:
            while (row := line.next()) is not None:
                try:
                    present = await self._as_it_is(row, read_at)
                    if present is not None:
                        await self._look(present, tick, quiet)
                except Exception:
                    log.exception("look_broke", integration_id=row.id)
                finally:
                    line.ended(row)
                    self._under_way.discard(row.id)

        try:
            await asyncio.gather(*(place() for _ in range(min(AT_ONCE, len(rows)))))
        finally:
            self._under_way -= {row.id for row in rows}
        await self._flush(quiet)

    async def _rows(self, number: int, shares: int) -> list[IntegrationRow]:
        async with self._database.read() as session:
            rows = await session.scalars(
                select(IntegrationRow)
                .where(IntegrationRow.state == IntegrationState.ACTIVE, IntegrationRow.id % shares == number)
                .order_by(IntegrationRow.id)
            )
            return [row for row in rows if row.id not in self._under_way]

    async def _as_it_is(self, row: IntegrationRow, read_at: datetime) -> IntegrationRow | None:
        """Who had to wait for a place is read again: access and state may have changed. None: it is no more."""
        if self._clock.now() - read_at < FRESH:
            return row
        async with self._database.read() as session:
            present = await session.get(IntegrationRow, row.id)
        return present if present is not None and present.state == IntegrationState.ACTIVE else None

    async def _look(self, row: IntegrationRow, tick: str, quiet: list[tuple[IntegrationRow, CallPage]]) -> None:
        page = await self._pull.look(row)
        if page is None:
            return
        is_well = page.trouble is None and row.problem is None and row.failures == 0
        if not page.calls and not page.more and is_well:
            quiet.append((row, page))
            if len(quiet) >= TOGETHER:
                await self._flush(quiet)
            return
        await self._pull.store(row.id, row.cursor, page)
        if page.more:
            async with self._database.write() as session:
                await self._jobs.put(session, Job.PULL, f"{row.id}@{tick}", lane=integration_lane(row.id))

    async def _flush(self, quiet: list[tuple[IntegrationRow, CallPage]]) -> None:
        some, quiet[:] = list(quiet), []
        if some:
            await self._pull.store_quiet(some)
