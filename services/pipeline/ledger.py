"""The rows of deliveries move here, each move a transaction of its own.

A row moves only for the process that has it: the one that saw its present attempt.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.cards.wanted import want
from services.db.locking import LOCK
from services.db.models import DeliveryRow
from services.db.unit_of_work import Database
from services.domain.answer import DeliveryState, UndoState
from services.domain.call import Reason
from services.errors import RateLimited, RemoteError, ScopeMissing
from services.pipeline.schedule import Schedule
from services.pipeline.writers.base import Done, Group
from services.ports import Clock, Jobs
from services.timing import Timing

log = structlog.get_logger(__name__)

COMPANIONS = timedelta(minutes=5)
"""Deliveries that travel with another one are looked after by themselves only so much later."""


class Ledger:
    def __init__(self, database: Database, jobs: Jobs, schedule: Schedule, clock: Clock, timing: Timing) -> None:
        self._database = database
        self._jobs = jobs
        self._schedule = schedule
        self._clock = clock
        self._timing = timing

    async def claim(self, group: Group, before: Mapping[str, Any] | None) -> bool:
        """Commits `sending` for the whole group; False when somebody else did it first. `before` is by field."""
        now = self._clock.now()
        async with self._database.write() as session:
            for row in group:
                present = await session.get_one(DeliveryRow, row.id, with_for_update=LOCK)
                if present.state != DeliveryState.PLANNED or present.attempt != row.attempt:
                    await session.rollback()
                    return False
                present.state, present.attempted_at = DeliveryState.SENDING, now
                if before is not None and present.before is None:
                    own = present.payload or {}
                    present.before = {name: one for name, one in before.items() if name in own}
        return True

    async def call_off(self, row: DeliveryRow) -> None:
        """Taken back before it was written."""
        async with self._database.write() as session:
            present = await _ours(session, row)
            if present is None:
                return
            present.state, present.reason = DeliveryState.FAILED, Reason.TAKEN_BACK
            present.undo = UndoState.DONE
            await self._show(session, present)

    async def undone(self, known: DeliveryRow, state: UndoState) -> None:
        async with self._database.write() as session:
            row = await _ours(session, known)
            if row is None:
                return
            row.undo = state
            await self._show(session, row)
        log.info("delivery_undone", delivery_id=known.id, state=state)

    async def release(self, group: Group) -> None:
        """The request surely did not happen: the first one comes again, and takes the others along.

        What was noted for it is forgotten, unless an earlier try may have arrived.
        """
        async with self._database.write() as session:
            for one in group:
                row = await _ours(session, one)
                if row is not None:
                    row.state, row.before = DeliveryState.PLANNED, one.before
                    row.due_at = self._clock.now() + COMPANIONS

    async def back_off(self, known: DeliveryRow, failure: RemoteError) -> None:
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
        await self.end([known], Done(reason=reason), state)

    async def later(
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

    async def end(self, group: Group, done: Done, state: DeliveryState | None = None) -> None:
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
    row = await session.get_one(DeliveryRow, known.id, with_for_update=LOCK)
    ended = DeliveryState(row.state).final and row.undo != UndoState.WANTED
    return None if ended or row.attempt != known.attempt else row
