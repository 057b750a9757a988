"""Writes answers into the CRM, each exactly once.

A write is committed as `sending` before the request leaves. Found in `sending` after a crash, or after an
unclear outcome, it is looked up before it is ever repeated: by the marker in the comment's last line.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.cards.wanted import want
from services.connectors import Connectors
from services.db.models import DeliveryRow
from services.db.unit_of_work import Database
from services.domain.answer import DeliveryState
from services.domain.call import ObjectRef, Reason
from services.domain.integration import ObjectKind
from services.errors import (
    BadAnswer,
    NotFound,
    RateLimited,
    Rejected,
    RemoteError,
    Unauthorized,
    Unclear,
    Unreachable,
)
from services.integrations.base import Connector
from services.pipeline.health import HealthBook
from services.pipeline.outcome import PARKED
from services.pipeline.schedule import Schedule
from services.ports import Clock, Guard, Jobs
from services.timing import Timing

log = structlog.get_logger(__name__)

MORE = 200
"""So many further deliveries in one job at most."""


def target_of(text: str) -> ObjectRef:
    """`deal:456` back into what it names."""
    kind, _, number = text.partition(":")
    return ObjectRef(ObjectKind(kind), number)


class Deliver:
    def __init__(
        self,
        database: Database,
        connectors: Connectors,
        health: HealthBook,
        jobs: Jobs,
        schedule: Schedule,
        clock: Clock,
        timing: Timing,
        guard: Guard,
    ) -> None:
        self._database = database
        self._connectors = connectors
        self._health = health
        self._jobs = jobs
        self._schedule = schedule
        self._clock = clock
        self._timing = timing
        self._guard = guard

    async def run(self, key: str, attempt: int) -> None:
        """The job: `key` is the delivery's number. Goes on with whatever else is due for the same account:
        its jobs stand behind this one in the lane, and find their work done.
        """
        async with self._database.read() as session:
            row = await session.get(DeliveryRow, int(key))
        if row is None:
            return
        if not DeliveryState(row.state).final and row.due_at <= self._clock.now():
            await self._deliver(row)
        for _ in range(MORE):
            following = await self._next_due(row.integration_id)
            if following is None:
                return
            await self._deliver(following)

    async def _next_due(self, integration_id: int) -> DeliveryRow | None:
        async with self._database.read() as session:
            return await session.scalar(
                select(DeliveryRow)
                .where(
                    DeliveryRow.integration_id == integration_id,
                    DeliveryRow.state.in_([state for state in DeliveryState if not state.final]),
                    DeliveryRow.due_at <= self._clock.now(),
                )
                .order_by(DeliveryRow.id)
                .limit(1)
            )

    async def _deliver(self, row: DeliveryRow) -> None:
        try:
            connector = await self._connectors.get(row.integration_id)
            if row.state == DeliveryState.PLANNED:
                await self._send(connector, row)
            else:
                await self._reconcile(connector, row)
        except NotFound:
            await self._end(row.id, DeliveryState.FAILED, Reason.ACCESS_EXPIRED)
        except Unauthorized as failure:
            await self._health.failed(row.integration_id, failure)
            await self._later(row.id, PARKED)
        except RemoteError as failure:
            log.info("delivery_postponed", delivery_id=row.id, failure=failure.code)
            await self._back_off(row.id, failure)

    async def _send(self, connector: Connector, row: DeliveryRow) -> None:
        self._guard()
        sent_at = await self._claim(row)
        if sent_at is None:
            return
        try:
            remote_id = await connector.add_comment(target_of(row.target), row.body)
        except (Unclear, BadAnswer) as failure:
            log.warning("delivery_unclear", delivery_id=row.id, detail=failure.detail)
            await self._unclear(row.id)
        except (Unreachable, Unauthorized):
            await self._release(row.id)
            raise
        except Rejected as failure:
            log.warning("delivery_rejected", delivery_id=row.id, code=failure.remote_code)
            await self._end(row.id, DeliveryState.FAILED, Reason.REMOTE_REJECTED)
        else:
            await self._end(row.id, DeliveryState.CONFIRMED, None, remote_id)

    async def _claim(self, row: DeliveryRow) -> datetime | None:
        """Commits `sending`; None when somebody else did it first."""
        now = self._clock.now()
        async with self._database.write() as session:
            claimed = await session.execute(
                update(DeliveryRow)
                .where(
                    DeliveryRow.id == row.id,
                    DeliveryRow.state == DeliveryState.PLANNED,
                    DeliveryRow.attempt == row.attempt,
                )
                .values(state=DeliveryState.SENDING, attempted_at=now)
                .returning(DeliveryRow.id)
            )
            return now if claimed.scalar_one_or_none() is not None else None

    async def _reconcile(self, connector: Connector, row: DeliveryRow) -> None:
        """Looks for our marker once the remote system can no longer be at work on the lost request."""
        attempted_at = row.attempted_at or row.created_at
        ready_at = attempted_at + self._timing.reconcile
        wait = ready_at - self._clock.now()
        if wait > timedelta(0):
            await self._later(row.id, wait, DeliveryState.UNKNOWN)
            return
        try:
            found = await connector.find_comment(target_of(row.target), row.marker, attempted_at)
        except Rejected:
            await self._end(row.id, DeliveryState.UNVERIFIABLE, Reason.CANNOT_VERIFY)
            return
        if found is not None:
            log.info("delivery_found", delivery_id=row.id)
            await self._end(row.id, DeliveryState.CONFIRMED, None, found)
            return
        await self._later(row.id, timedelta(0), DeliveryState.PLANNED)

    async def _unclear(self, delivery_id: int) -> None:
        await self._later(delivery_id, self._timing.reconcile, DeliveryState.UNKNOWN)

    async def _release(self, delivery_id: int) -> None:
        """The request surely did not happen: it may be sent again."""
        async with self._database.write() as session:
            row = await session.get_one(DeliveryRow, delivery_id, with_for_update=True)
            row.state = DeliveryState.PLANNED

    async def _back_off(self, delivery_id: int, failure: RemoteError) -> None:
        async with self._database.write() as session:
            row = await session.get_one(DeliveryRow, delivery_id, with_for_update=True)
            step = self._timing.step(row.tries)
            asked = getattr(failure, "retry_after", None)
            if isinstance(failure, RateLimited):
                step = timedelta(seconds=asked or 5.0)
            else:
                row.tries += 1
            if step is not None:
                await self._schedule.deliver(session, row, step)
                return
            unknown = row.state in {DeliveryState.SENDING, DeliveryState.UNKNOWN}
        state = DeliveryState.UNVERIFIABLE if unknown else DeliveryState.FAILED
        await self._end(delivery_id, state, Reason.REMOTE_UNREACHABLE)

    async def _later(self, delivery_id: int, after: timedelta, state: DeliveryState | None = None) -> None:
        async with self._database.write() as session:
            row = await session.get_one(DeliveryRow, delivery_id, with_for_update=True)
            row.state = state or row.state
            await self._schedule.deliver(session, row, after)

    async def _end(
        self, delivery_id: int, state: DeliveryState, reason: Reason | None, remote_id: str | None = None
    ) -> None:
        async with self._database.write() as session:
            row = await session.get_one(DeliveryRow, delivery_id, with_for_update=True)
            row.state, row.reason = state, reason
            if remote_id is not None:
                row.remote_id, row.confirmed_at = remote_id, self._clock.now()
            await self._show(session, row)
        log.info("delivery_ended", delivery_id=delivery_id, state=state, reason=reason)

    async def _show(self, session: AsyncSession, row: DeliveryRow) -> None:
        await want(session, self._jobs, row.call_id, self._clock.now())
