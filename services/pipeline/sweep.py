"""Puts again what should have a job and has none, so that no call can be forgotten."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

import structlog
from sqlalchemy import ColumnElement, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts.raising import put_alert
from services.cards.outbox import call_anew, forgotten
from services.db.models import AlertMessageRow, CallRow, CallTargetRow, DeliveryRow, ForgetOrderRow
from services.db.repositories.deliveries import is_open
from services.db.unit_of_work import Database
from services.digests.due import put_digests
from services.domain.call import CallState
from services.forgetting.orders import put_order
from services.jobs.queues import Job
from services.pipeline.schedule import Schedule
from services.ports import Clock, Jobs
from services.timing import Timing

log = structlog.get_logger(__name__)

BATCH = 500
OPEN_CALLS = [state for state in CallState if not state.final]

Due = TypeVar("Due", CallRow, CallTargetRow, DeliveryRow, AlertMessageRow, ForgetOrderRow)


class Sweep:
    def __init__(self, database: Database, jobs: Jobs, schedule: Schedule, clock: Clock, timing: Timing) -> None:
        self._database = database
        self._jobs = jobs
        self._schedule = schedule
        self._clock = clock
        self._timing = timing

    async def run(self, key: str, attempt: int) -> None:
        """The job, once a minute. What breaks one part of it must not keep the others from their work for ever."""
        late = self._clock.now() - self._timing.sweep_slack
        for part in (
            self._calls,
            self._targets,
            self._deliveries,
            self._cards,
            self._alerts,
            self._digests,
            self._forget_orders,
        ):
            try:
                await part(late)
            except Exception:
                log.exception("sweep_broke", part=part.__name__)

    async def _calls(self, late: datetime) -> None:
        await self._put_again(Job.PROCESS, CallRow, CallRow.state.in_(OPEN_CALLS), late, self._schedule.process)

    async def _targets(self, late: datetime) -> None:
        await self._put_again(Job.TARGET, CallTargetRow, true(), late, self._schedule.target)

    async def _deliveries(self, late: datetime) -> None:
        await self._put_again(Job.DELIVER, DeliveryRow, is_open(), late, self._schedule.deliver)

    async def _cards(self, late: datetime) -> None:
        """Cards wait for the job of their chat; while that one rests or works they are not forgotten."""
        async with self._database.read() as session:
            rows = await forgotten(session, late, BATCH)
        jobs = {number: row.attempt for number, row in rows.items() if row is not None and row.due_at is not None}
        lost = set(await self._forgotten(Job.CARDS, list(jobs.items()))) | rows.keys() - jobs.keys()
        for number in sorted(lost):
            async with self._database.write() as session:
                await call_anew(session, self._jobs, number, self._clock.now())

    async def _alerts(self, late: datetime) -> None:
        async def put(session: AsyncSession, row: AlertMessageRow) -> None:
            await put_alert(session, self._jobs, row, self._clock.now())

        await self._put_again(Job.ALERT, AlertMessageRow, AlertMessageRow.sent.is_(False), late, put)

    async def _digests(self, _late: datetime) -> None:
        await put_digests(self._database, self._jobs, self._clock.now())

    async def _forget_orders(self, late: datetime) -> None:
        async def put(session: AsyncSession, row: ForgetOrderRow) -> None:
            await put_order(session, self._jobs, row, self._clock.now())

        await self._put_again(Job.FORGET, ForgetOrderRow, true(), late, put)

    async def _put_again(
        self,
        job: Job,
        kind: type[Due],
        unfinished: ColumnElement[bool],
        late: datetime,
        put: Callable[[AsyncSession, Due], Awaitable[None]],
    ) -> None:
        """What is open, late and without a job. A company may be deleted meanwhile, and its rows with it."""
        query = select(kind.id, kind.attempt).where(unfinished, kind.due_at < late)
        async with self._database.read() as session:
            rows = (await session.execute(query.order_by(kind.due_at).limit(BATCH))).all()
        for number in await self._forgotten(job, [(row[0], row[1]) for row in rows]):
            async with self._database.write() as session:
                row = await session.get(kind, number)
                if row is not None:
                    await put(session, row)

    async def _forgotten(self, job: Job, rows: Sequence[tuple[int, int]]) -> list[int]:
        carried = await self._jobs.under_way(job, {str(number): attempt for number, attempt in rows})
        forgotten = [number for number, _ in rows if str(number) not in carried]
        if forgotten:
            log.warning("work_found_without_job", job=job, count=len(forgotten))
        return forgotten
