"""Taking back what was written into the CRM for a call: within a day, by those who may."""

from datetime import datetime, timedelta

from sqlalchemy import select

from services.audit import note
from services.cards.wanted import want
from services.db.models import CallRow, DeliveryRow
from services.db.repositories.calls import untouchable
from services.db.repositories.deliveries import lost
from services.db.unit_of_work import Database
from services.domain.answer import DeliveryState, UndoState
from services.domain.workspace import Member
from services.errors import NotFound, Refused
from services.pipeline.schedule import Schedule
from services.ports import Clock, Jobs

WINDOW = timedelta(hours=24)


def may_be_undone(row: DeliveryRow, now: datetime) -> bool:
    """Written, not taken back yet, and not too long ago. A failed undoing may be tried again."""
    if row.state != DeliveryState.CONFIRMED or row.confirmed_at is None or lost(row):
        return False
    return row.undo in (None, UndoState.FAILED) and now - row.confirmed_at <= WINDOW


class UndoService:
    def __init__(self, database: Database, jobs: Jobs, schedule: Schedule, clock: Clock) -> None:
        self._database = database
        self._jobs = jobs
        self._schedule = schedule
        self._clock = clock

    async def undo(self, member: Member, call_id: int) -> int:
        """Everything written for the call; returns how many writes. The work is done in the background.

        Raises NotFound, Refused: `nothing_to_undo`, and of `untouchable`.
        """
        now = self._clock.now()
        async with self._database.write() as session:
            call = await session.get(CallRow, call_id)
            if call is None or call.workspace_id != member.workspace_id:
                raise NotFound(f"call {call_id}")
            if (why := untouchable(call)) is not None:
                raise Refused(why)
            rows = await session.scalars(
                select(DeliveryRow)
                .where(DeliveryRow.call_id == call_id)
                .order_by(DeliveryRow.id)
                .with_for_update()
            )
            known = rows.all()
            if not any(may_be_undone(row, now) for row in known):
                raise Refused("nothing_to_undo")
            # What is on its way is taken back as well, as soon as it is known whether it arrived.
            chosen = [row for row in known if may_be_undone(row, now) or not DeliveryState(row.state).final]
            for row in chosen:
                row.undo, row.tries = UndoState.WANTED, 0
                await self._schedule.deliver(session, row)
            note(session, self._clock, member.workspace_id, member.user_id, "call_undone", call_id)
            await want(session, self._jobs, call_id, now)
            return len(chosen)
