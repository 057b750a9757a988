"""Puts again what should have a job and has none, so that no call can be forgotten."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import select

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
        async with self._database.read() as session:
            rows = (
                await session.execute(
                    select(CallRow.id, CallRow.attempt)
                    .where(CallRow.state.in_(OPEN_CALLS), CallRow.due_at < late)
                    .order_by(CallRow.due_at)
                    .limit(BATCH)
                )
            ).all()
        for call_id in await self._forgotten(Job.PROCESS, [(row[0], row[1]) for row in rows]):
            async with self._database.write() as session:
                call = await session.get(CallRow, call_id)
                if call is not None:  # a company may be deleted meanwhile, here and below
                    await self._schedule.process(session, call)

    async def _targets(self, late: datetime) -> None:
        async with self._database.read() as session:
            rows = (
                await session.execute(
                    select(CallTargetRow.id, CallTargetRow.attempt)
                    .where(CallTargetRow.due_at < late)
                    .order_by(CallTargetRow.due_at)
                    .limit(BATCH)
                )
            ).all()
        for target_id in await self._forgotten(Job.TARGET, [(row[0], row[1]) for row in rows]):
            async with self._database.write() as session:
                target = await session.get(CallTargetRow, target_id)
                if target is not None:
                    await self._schedule.target(session, target)

    async def _deliveries(self, late: datetime) -> None:
        async with self._database.read() as session:
            rows = (
                await session.execute(
                    select(DeliveryRow.id, DeliveryRow.attempt)
                    .where(is_open(), DeliveryRow.due_at < late)
                    .order_by(DeliveryRow.due_at)
                    .limit(BATCH)
                )
            ).all()
        for delivery_id in await self._forgotten(Job.DELIVER, [(row[0], row[1]) for row in rows]):
            async with self._database.write() as session:
                delivery = await session.get(DeliveryRow, delivery_id)
                if delivery is not None:
                    await self._schedule.deliver(session, delivery)

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
        async with self._database.read() as session:
            rows = (
                await session.execute(
                    select(AlertMessageRow.id, AlertMessageRow.attempt)
                    .where(AlertMessageRow.sent.is_(False), AlertMessageRow.due_at < late)
                    .order_by(AlertMessageRow.due_at)
                    .limit(BATCH)
                )
            ).all()
        for message_id in await self._forgotten(Job.ALERT, [(row[0], row[1]) for row in rows]):
            async with self._database.write() as session:
                row = await session.get(AlertMessageRow, message_id)
                if row is not None:
                    await put_alert(session, self._jobs, row, self._clock.now())

    async def _digests(self, _late: datetime) -> None:
        await put_digests(self._database, self._jobs, self._clock.now())

    async def _forget_orders(self, late: datetime) -> None:
        async with self._database.read() as session:
            query = select(ForgetOrderRow.id, ForgetOrderRow.attempt).where(ForgetOrderRow.due_at < late)
            rows = (await session.execute(query.order_by(ForgetOrderRow.due_at).limit(BATCH))).all()
        for order_id in await self._forgotten(Job.FORGET, [(row[0], row[1]) for row in rows]):
            async with self._database.write() as session:
                order = await session.get(ForgetOrderRow, order_id)
                if order is not None:
                    await put_order(session, self._jobs, order, self._clock.now())

    async def _forgotten(self, job: Job, rows: Sequence[tuple[int, int]]) -> list[int]:
        carried = await self._jobs.under_way(job, {str(number): attempt for number, attempt in rows})
        forgotten = [number for number, _ in rows if str(number) not in carried]
        if forgotten:
            log.warning("work_found_without_job", job=job, count=len(forgotten))
        return forgotten
