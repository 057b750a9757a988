"""Writes answers into the CRM, each exactly once, and takes them back when somebody asks.

A write is committed as `sending` before the request leaves. Found in `sending` after a crash, or after an
unclear outcome, it is looked up before it is ever repeated; how, is the destination's own business.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from services.connecting.connectors import Connectors
from services.db.models import DeliveryRow
from services.db.repositories.deliveries import OPEN, is_open
from services.db.unit_of_work import Database
from services.domain.answer import DeliveryState, UndoState
from services.domain.call import Reason
from services.domain.prompt import Destination
from services.errors import (
    BadAnswer,
    Blind,
    NotFound,
    Rejected,
    RemoteError,
    ScopeMissing,
    Unauthorized,
    Unclear,
    Unreachable,
)
from services.integrations.base import Connector
from services.integrations.writing import SlowTimeline
from services.pipeline.health import HealthBook
from services.pipeline.ledger import Ledger
from services.pipeline.outcome import PARKED
from services.pipeline.writers.base import Done, Group, Writer
from services.ports import Clock, Guard
from services.timing import Timing

log = structlog.get_logger(__name__)

BETWEEN_PARTS = timedelta(seconds=20)
MORE = 200
"""So many further deliveries in one job at most."""


def is_due(row: DeliveryRow, now: datetime) -> bool:
    open_still = not DeliveryState(row.state).final or row.undo == UndoState.WANTED
    return open_still and row.due_at <= now


class Deliver:
    def __init__(
        self,
        database: Database,
        connectors: Connectors,
        health: HealthBook,
        ledger: Ledger,
        clock: Clock,
        timing: Timing,
        guard: Guard,
        writers: Mapping[Destination, Writer],
    ) -> None:
        self._database = database
        self._connectors = connectors
        self._health = health
        self._ledger = ledger
        self._clock = clock
        self._timing = timing
        self._guard = guard
        self._writers = writers

    async def run(self, key: str, attempt: int) -> None:
        """The job: `key` is the delivery's number. Goes on with whatever else is due for the same account:
        its jobs stand behind this one in the lane, and find their work done.
        """
        async with self._database.read() as session:
            row = await session.get(DeliveryRow, int(key))
        if row is None:
            return
        if is_due(row, self._clock.now()):
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
                    is_open(),
                    DeliveryRow.due_at <= self._clock.now(),
                )
                .order_by(DeliveryRow.id)
                .limit(1)
            )

    async def _deliver(self, row: DeliveryRow) -> None:
        writer = self._writers[Destination(row.destination)]
        try:
            connector = await self._connectors.get(row.integration_id)
            if row.undo == UndoState.WANTED and row.state == DeliveryState.CONFIRMED:
                await self._undo(writer, connector, row)
            elif row.undo == UndoState.WANTED and row.state == DeliveryState.PLANNED and row.before is None:
                await self._ledger.call_off(row)
            elif row.state == DeliveryState.PLANNED:
                await self._send(writer, connector, await self._group(row))
            else:
                await self._reconcile(writer, connector, row)
        except NotFound:
            state = DeliveryState.FAILED if row.state == DeliveryState.PLANNED else DeliveryState.UNVERIFIABLE
            await self._ledger.end([row], Done(reason=Reason.ACCESS_EXPIRED), state)
        except ScopeMissing as failure:
            await self._health.right_missing(row.integration_id, failure)
            await self._ledger.back_off(row, failure)
        except Unauthorized as failure:
            await self._health.failed(row.integration_id, failure)
            await self._ledger.later(row, PARKED)
        except Rejected as failure:
            log.warning("delivery_rejected", delivery_id=row.id, code=failure.remote_code)
            await self._ledger.end([row], Done(reason=Reason.REMOTE_REJECTED), DeliveryState.FAILED)
        except RemoteError as failure:
            log.info("delivery_postponed", delivery_id=row.id, failure=failure.code)
            await self._ledger.back_off(row, failure)

    async def _group(self, row: DeliveryRow) -> Group:
        """All that a call still has for the fields of the same object goes with one request."""
        if row.destination != Destination.FIELDS:
            return [row]
        async with self._database.read() as session:
            rows = await session.scalars(
                select(DeliveryRow)
                .where(
                    DeliveryRow.call_id == row.call_id,
                    DeliveryRow.integration_id == row.integration_id,
                    DeliveryRow.destination == row.destination,
                    DeliveryRow.target == row.target,
                    DeliveryRow.state == DeliveryState.PLANNED,
                )
                .order_by(DeliveryRow.id)
            )
            return rows.all()

    async def _send(self, writer: Writer, connector: Connector, group: Group) -> None:
        if await self._comes_too_early(group[0]):
            await self._ledger.later(group[0], BETWEEN_PARTS)
            return
        plan = await writer.plan(connector, group)
        if plan.done is not None:
            await self._ledger.end(group, plan.done)
            return
        self._guard()
        if not await self._ledger.claim(group, plan.before):
            return
        try:
            done = await writer.send(connector, group, plan)
        except (Unclear, BadAnswer) as failure:
            log.warning("delivery_unclear", delivery_id=group[0].id, detail=failure.detail)
            for row in group:
                await self._ledger.later(row, self._timing.reconcile, DeliveryState.UNKNOWN, counted=True)
        except (Unreachable, Unauthorized):
            await self._ledger.release(group)
            raise
        except Rejected as failure:
            log.warning("delivery_rejected", delivery_id=group[0].id, code=failure.remote_code)
            await self._ledger.release(group)
            await self._ledger.end(group, Done(reason=Reason.REMOTE_REJECTED), DeliveryState.FAILED)
        else:
            await self._ledger.end(group, done)

    async def _comes_too_early(self, row: DeliveryRow) -> bool:
        """The parts of a long comment stand in their order: an earlier one is still on its way."""
        if row.part == 1 or row.destination != Destination.COMMENT:
            return False
        async with self._database.read() as session:
            earlier = await session.scalar(
                select(DeliveryRow.id)
                .where(
                    DeliveryRow.call_id == row.call_id,
                    DeliveryRow.version_id == row.version_id,
                    DeliveryRow.destination == row.destination,
                    DeliveryRow.target == row.target,
                    DeliveryRow.part < row.part,
                    DeliveryRow.state.in_(OPEN),
                )
                .limit(1)
            )
        return earlier is not None

    async def _reconcile(self, writer: Writer, connector: Connector, row: DeliveryRow) -> None:
        """Looks once the remote system can no longer be at work on the lost request."""
        attempted_at = row.attempted_at or row.created_at
        wait = attempted_at + self._timing.reconcile - self._clock.now()
        if wait > timedelta(0):
            await self._ledger.later(row, wait, DeliveryState.UNKNOWN)
            return
        try:
            done = await writer.look(connector, row)
        except Rejected as failure:
            reason = Reason.CANNOT_LOOK if isinstance(failure, Blind) else Reason.CANNOT_VERIFY
            await self._ledger.end([row], Done(reason=reason), DeliveryState.UNVERIFIABLE)
            return
        if done is None and (wait := self._until_last_look(connector, row)) > timedelta(0):
            await self._ledger.later(row, wait, DeliveryState.UNKNOWN)
            return
        if done is None and self._timing.step(row.tries) is None:
            await self._ledger.end([row], Done(reason=Reason.REMOTE_UNREACHABLE), DeliveryState.FAILED)
            return
        if done is None:
            await self._ledger.later(row, timedelta(0), DeliveryState.PLANNED)
            return
        log.info("delivery_found", delivery_id=row.id)
        await self._ledger.end([row], done)

    def _until_last_look(self, connector: Connector, row: DeliveryRow) -> timedelta:
        """Not yet there is no proof where comments may be shown late."""
        if row.destination != Destination.COMMENT or not isinstance(connector, SlowTimeline):
            return timedelta(0)
        attempted_at = row.attempted_at or row.created_at
        return attempted_at + connector.looks * self._timing.reconcile - self._clock.now()

    async def _undo(self, writer: Writer, connector: Connector, row: DeliveryRow) -> None:
        self._guard()
        try:
            state = await writer.undo(connector, row)
        except Rejected as failure:
            log.warning("undo_rejected", delivery_id=row.id, code=failure.remote_code)
            state = UndoState.FAILED
        await self._ledger.undone(row, state)
