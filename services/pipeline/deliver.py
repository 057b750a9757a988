"""Writes answers into the CRM, each exactly once, and takes them back when somebody asks.

A write is committed as `sending` before the request leaves. Found in `sending` after a crash, or after an
unclear outcome, it is looked up before it is ever repeated; how, is the destination's own business.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.cards.wanted import want
from services.connectors import Connectors
from services.db.models import DeliveryRow
from services.db.repositories.deliveries import OPEN, is_open
from services.db.unit_of_work import Database
from services.domain.answer import DeliveryState, UndoState
from services.domain.call import Reason
from services.domain.prompt import Destination
from services.errors import (
    BadAnswer,
    NotFound,
    RateLimited,
    Rejected,
    RemoteError,
    ScopeMissing,
    Unauthorized,
    Unclear,
    Unreachable,
)
from services.integrations.base import Connector
from services.pipeline.health import HealthBook
from services.pipeline.outcome import PARKED
from services.pipeline.schedule import Schedule
from services.pipeline.writers.base import Done, Group, Plan, Writer
from services.ports import Clock, Guard, Jobs
from services.timing import Timing

log = structlog.get_logger(__name__)

COMPANIONS = timedelta(minutes=5)
"""Deliveries that travel with another one are looked after by themselves only so much later."""
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
        jobs: Jobs,
        schedule: Schedule,
        clock: Clock,
        timing: Timing,
        guard: Guard,
        writers: Mapping[Destination, Writer],
    ) -> None:
        self._database = database
        self._connectors = connectors
        self._health = health
        self._jobs = jobs
        self._schedule = schedule
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
                await self._call_off(row)
            elif row.state == DeliveryState.PLANNED:
                await self._send(writer, connector, await self._group(row))
            else:
                await self._reconcile(writer, connector, row)
        except NotFound:
            state = DeliveryState.FAILED if row.state == DeliveryState.PLANNED else DeliveryState.UNVERIFIABLE
            await self._end([row], state, Done(reason=Reason.ACCESS_EXPIRED))
        except ScopeMissing as failure:
            await self._health.right_missing(row.integration_id, failure)
            await self._back_off(row, failure)
        except Unauthorized as failure:
            await self._health.failed(row.integration_id, failure)
            await self._later(row, PARKED)
        except Rejected as failure:
            log.warning("delivery_rejected", delivery_id=row.id, code=failure.remote_code)
            await self._end([row], DeliveryState.FAILED, Done(reason=Reason.REMOTE_REJECTED))
        except RemoteError as failure:
            log.info("delivery_postponed", delivery_id=row.id, failure=failure.code)
            await self._back_off(row, failure)

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
            await self._later(group[0], BETWEEN_PARTS)
            return
        plan = await writer.plan(connector, group)
        if plan.done is not None:
            await self._finish(group, plan.done)
            return
        self._guard()
        if not await self._claim(group, plan):
            return
        try:
            done = await writer.send(connector, group, plan)
        except (Unclear, BadAnswer) as failure:
            log.warning("delivery_unclear", delivery_id=group[0].id, detail=failure.detail)
            for row in group:
                await self._later(row, self._timing.reconcile, DeliveryState.UNKNOWN, counted=True)
        except (Unreachable, Unauthorized):
            await self._release(group)
            raise
        except Rejected as failure:
            log.warning("delivery_rejected", delivery_id=group[0].id, code=failure.remote_code)
            await self._release(group)
            await self._end(group, DeliveryState.FAILED, Done(reason=Reason.REMOTE_REJECTED))
        else:
            await self._finish(group, done)

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

    async def _claim(self, group: Group, plan: Plan) -> bool:
        """Commits `sending` for the whole group; False when somebody else did it first."""
        now = self._clock.now()
        async with self._database.write() as session:
            for row in group:
                present = await session.get_one(DeliveryRow, row.id, with_for_update=True)
                if present.state != DeliveryState.PLANNED or present.attempt != row.attempt:
                    await session.rollback()
                    return False
                present.state, present.attempted_at = DeliveryState.SENDING, now
                if plan.before is not None and present.before is None:
                    own = present.payload or {}
                    present.before = {name: one for name, one in plan.before.items() if name in own}
        return True

    async def _reconcile(self, writer: Writer, connector: Connector, row: DeliveryRow) -> None:
        """Looks once the remote system can no longer be at work on the lost request."""
        attempted_at = row.attempted_at or row.created_at
        wait = attempted_at + self._timing.reconcile - self._clock.now()
        if wait > timedelta(0):
            await self._later(row, wait, DeliveryState.UNKNOWN)
            return
        try:
            done = await writer.look(connector, row)
        except Rejected:
            await self._end([row], DeliveryState.UNVERIFIABLE, Done(reason=Reason.CANNOT_VERIFY))
            return
        if done is None and self._timing.step(row.tries) is None:
            await self._end([row], DeliveryState.FAILED, Done(reason=Reason.REMOTE_UNREACHABLE))
            return
        if done is None:
            await self._later(row, timedelta(0), DeliveryState.PLANNED)
            return
        log.info("delivery_found", delivery_id=row.id)
        await self._finish([row], done)

    async def _call_off(self, row: DeliveryRow) -> None:
        """Taken back before it was written."""
        async with self._database.write() as session:
            present = await _ours(session, row)
            if present is None:
                return
            present.state, present.reason = DeliveryState.FAILED, Reason.TAKEN_BACK
            present.undo = UndoState.DONE
            await self._show(session, present)

    async def _undo(self, writer: Writer, connector: Connector, row: DeliveryRow) -> None:
        self._guard()
        try:
            state = await writer.undo(connector, row)
        except Rejected as failure:
            log.warning("undo_rejected", delivery_id=row.id, code=failure.remote_code)
            state = UndoState.FAILED
        async with self._database.write() as session:
            present = await _ours(session, row)
            if present is None:
                return
            present.undo = state
            await self._show(session, present)
        log.info("delivery_undone", delivery_id=row.id, state=state)

    async def _release(self, group: Group) -> None:
        """The request surely did not happen: the first one comes again, and takes the others along.

        What was noted for it is forgotten, unless an earlier try may have arrived.
        """
        async with self._database.write() as session:
            for one in group:
                row = await _ours(session, one)
                if row is not None:
                    row.state, row.before = DeliveryState.PLANNED, one.before
                    row.due_at = self._clock.now() + COMPANIONS

    async def _back_off(self, known: DeliveryRow, failure: RemoteError) -> None:
        async with self._database.write() as session:
            row = await _ours(session, known)
            if row is None:
                return
            step = self._timing.step(row.tries)
            asked = getattr(failure, "retry_after", None)
            if isinstance(failure, RateLimited):
                step = timedelta(seconds=asked or 5.0)
            else:
                row.tries += 1
            if step is not None:
                await self._schedule.deliver(session, row, step)
                return
            if row.undo == UndoState.WANTED:
                row.undo = UndoState.FAILED
                await self._show(session, row)
                return
            unknown = row.state in {DeliveryState.SENDING, DeliveryState.UNKNOWN}
        state = DeliveryState.UNVERIFIABLE if unknown else DeliveryState.FAILED
        reason = Reason.RIGHT_MISSING if isinstance(failure, ScopeMissing) else Reason.REMOTE_UNREACHABLE
        await self._end([known], state, Done(reason=reason))

    async def _later(
        self,
        known: DeliveryRow,
        after: timedelta,
        state: DeliveryState | None = None,
        *,
        counted: bool = False,
    ) -> None:
        async with self._database.write() as session:
            row = await _ours(session, known)
            if row is not None:
                row.state, row.tries = state or row.state, row.tries + counted
                await self._schedule.deliver(session, row, after)

    async def _finish(self, group: Group, done: Done) -> None:
        await self._end(group, None, done)

    async def _end(self, group: Group, state: DeliveryState | None, done: Done) -> None:
        """`state` None: each row is confirmed, or failed for the reason that is told of it."""
        async with self._database.write() as session:
            for one in group:
                row = await _ours(session, one)
                if row is not None:
                    self._note(row, state, done)
                    log.info("delivery_ended", delivery_id=row.id, state=row.state, reason=row.reason)
            await self._show(session, group[0])

    def _note(self, row: DeliveryRow, state: DeliveryState | None, done: Done) -> None:
        reason = done.reason_of(row.id)
        row.reason = reason
        row.state = state or (DeliveryState.CONFIRMED if reason is None else DeliveryState.FAILED)
        row.remote_id = done.remote_id or row.remote_id
        if row.id in done.fates:
            row.fates = dict(done.fates[row.id])
        if row.id in done.pieces:
            shortened = done.pieces[row.id]
            row.payload = {
                name: {**one, "value": shortened.get(name, one["value"])}
                for name, one in (row.payload or {}).items()
            }
        if row.state == DeliveryState.CONFIRMED:
            row.confirmed_at = self._clock.now()
        elif row.undo == UndoState.WANTED:
            row.undo = UndoState.DONE if row.state == DeliveryState.FAILED else UndoState.FAILED

    async def _show(self, session: AsyncSession, row: DeliveryRow) -> None:
        await want(session, self._jobs, row.call_id, self._clock.now())


async def _ours(session: AsyncSession, known: DeliveryRow) -> DeliveryRow | None:
    """The row to be changed; None when another process has gone on with it, or a person, while we were at it."""
    row = await session.get_one(DeliveryRow, known.id, with_for_update=True)
    ended = DeliveryState(row.state).final and row.undo != UndoState.WANTED
    return None if ended or row.attempt != known.attempt else row
