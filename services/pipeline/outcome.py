"""How a call ends or waits: one place that moves a call's row."""

from datetime import timedelta

import structlog
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.cards.wanted import refresh, want
from services.db.locking import LOCK
from services.db.models import CallRow, VerdictRow
from services.db.unit_of_work import Database
from services.domain.call import Call, CallState, Reason
from services.pipeline.schedule import Schedule
from services.ports import Clock, Jobs
from services.timing import Timing

log = structlog.get_logger(__name__)

PARKED = timedelta(hours=6)
"""A call that waits for somebody to renew the access: that act puts it again at once."""


class Outcomes:
    def __init__(self, database: Database, jobs: Jobs, schedule: Schedule, clock: Clock, timing: Timing) -> None:
        self._database = database
        self._jobs = jobs
        self._schedule = schedule
        self._clock = clock
        self._timing = timing

    def age(self, call: Call) -> timedelta:
        """How long the call is known."""
        return self._clock.now() - call.first_seen_at

    async def advance(self, session: AsyncSession, row: CallRow, state: CallState) -> None:
        """A step forward: its back-off starts anew. A call that was ended meanwhile stays where it is."""
        if CallState(row.state).final:
            return
        row.state = state
        row.tries = 0
        row.due_at = self._clock.now()

    async def finish(self, session: AsyncSession, row: CallRow, state: CallState, reason: Reason | None) -> None:
        """The end; prompts that were still to be asked share its reason. A call ends once."""
        if CallState(row.state).final:
            return
        row.state, row.reason, row.finished_at = state, reason, self._clock.now()
        failed = state is CallState.FAILED
        if reason is not None:
            await session.execute(
                update(VerdictRow)
                .where(VerdictRow.call_id == row.id, VerdictRow.state == "matched")
                .values(state="failed" if failed else "skipped", reason=reason)
            )
        if state is CallState.SKIPPED:
            # A repeated call may have a card already; a skipped one gets none.
            await refresh(session, self._jobs, row.id, self._clock.now())
        log.info("call_finished", call_id=row.id, state=state, reason=reason)

    def finish_new(self, row: CallRow, reason: Reason) -> None:
        """The end of a call that has just come: it has no card, and no prompt was matched to it."""
        row.state, row.reason, row.finished_at = CallState.SKIPPED, reason, self._clock.now()
        log.info("call_finished", call_id=row.id, state=row.state, reason=reason)

    async def fail(self, call_id: int, reason: Reason) -> None:
        """Gives up; the card says why and offers to repeat."""
        async with self._database.write() as session:
            row = await session.get_one(CallRow, call_id, with_for_update=LOCK)
            await self.finish(session, row, CallState.FAILED, reason)
            if row.object_id is not None:
                await want(session, self._jobs, call_id, self._clock.now())

    async def skip(self, call_id: int, reason: Reason) -> None:
        async with self._database.write() as session:
            row = await session.get_one(CallRow, call_id, with_for_update=LOCK)
            await self.finish(session, row, CallState.SKIPPED, reason)

    async def postpone(
        self,
        call_id: int,
        giving_up: Reason,
        *,
        waiting: CallState | None = None,
        horizon: timedelta | None = None,
        at_least: timedelta | None = None,
    ) -> None:
        """Tries again after the next back-off step, or gives up after the last one or past the horizon.

        `at_least` is the wait that the other side asked for.
        """
        async with self._database.write() as session:
            row = await session.get_one(CallRow, call_id, with_for_update=LOCK)
            step = self._timing.step(row.tries)
            late = horizon is not None and self._clock.now() - row.seen_at >= horizon
            if CallState(row.state).final:
                return
            if step is not None and not late:
                row.tries += 1
                await self._wait_in(session, row, waiting or CallState(row.state))
                await self._schedule.process(session, row, max(step, at_least or step))
                return
        await self.fail(call_id, giving_up)

    async def linger(self, call_id: int, waiting: CallState, pause: timedelta) -> None:
        """Waits without end, by the back-off steps that are shorter than the pause and then by the pause.

        Tries are not counted beyond those steps: what goes wrong meanwhile has the others for itself.
        """
        async with self._database.write() as session:
            row = await session.get_one(CallRow, call_id, with_for_update=LOCK)
            if CallState(row.state).final:
                return
            steps = [step for step in self._timing.ladder if step < pause]
            after = steps[row.tries] if row.tries < len(steps) else pause
            row.tries = min(row.tries + 1, len(steps))
            await self._wait_in(session, row, waiting)
            await self._schedule.process(session, row, after)

    async def _wait_in(self, session: AsyncSession, row: CallRow, state: CallState) -> None:
        """Cards that are there already say what is waited for."""
        if row.state != state:
            row.state = state
            await refresh(session, self._jobs, row.id, self._clock.now())

    async def park(self, call_id: int, after: timedelta = PARKED) -> None:
        """Waits without counting a try: the obstacle is not the call's."""
        async with self._database.write() as session:
            row = await session.get_one(CallRow, call_id, with_for_update=LOCK)
            if not CallState(row.state).final:
                await self._schedule.process(session, row, after)
