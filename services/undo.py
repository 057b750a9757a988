"""Taking back what was written into the CRM for a call: within a day, by those who may."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit import note
from services.cards.wanted import want
from services.db.locking import LOCK
from services.db.models import CallRow, DeliveryRow, IntegrationRow
from services.db.repositories.calls import untouchable
from services.db.repositories.deliveries import lost
from services.db.unit_of_work import Database
from services.domain.answer import DeliveryState, UndoState
from services.domain.integration import Ability, Kind
from services.domain.prompt import Destination
from services.domain.workspace import Member
from services.errors import NotFound, Refused
from services.integrations.catalogue import CATALOGUE
from services.pipeline.schedule import Schedule
from services.ports import Clock, Jobs

WINDOW = timedelta(hours=24)


async def undoable(session: AsyncSession, rows: Sequence[DeliveryRow], now: datetime) -> list[DeliveryRow]:
    """What may be taken back now, by us."""
    fresh = [row for row in rows if _is_fresh(row, now)]
    by_hand = await _left_to_people(session, fresh)
    return [row for row in fresh if row.id not in by_hand]


async def _left_to_people(session: AsyncSession, rows: Sequence[DeliveryRow]) -> set[int]:
    """Comments in systems that let nobody but people remove them."""
    comments = [row for row in rows if row.destination == Destination.COMMENT]
    numbers = {row.integration_id for row in comments}
    if not numbers:
        return set()
    kinds = await session.execute(
        select(IntegrationRow.id, IntegrationRow.kind).where(IntegrationRow.id.in_(numbers))
    )
    removes = {one for one, kind in kinds if Ability.REMOVES_COMMENTS in CATALOGUE[Kind(kind)].abilities}
    return {row.id for row in comments if row.integration_id not in removes}


def _is_fresh(row: DeliveryRow, now: datetime) -> bool:
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

        The card says of each comment that only people can remove that it is still there.
        Raises NotFound, Refused: `nothing_to_undo`, `undone_by_hand`, and of `untouchable`.
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
                .with_for_update(**LOCK)
            )
            known = rows.all()
            possible = await undoable(session, known, now)
            left = [row for row in known if _is_fresh(row, now) and row not in possible]
            if not possible:
                raise Refused("undone_by_hand" if left else "nothing_to_undo")
            for row in left:
                row.undo = UndoState.FAILED
            # What is on its way is taken back as well, as soon as it is known whether it arrived.
            chosen = [row for row in known if row in possible or not DeliveryState(row.state).final]
            for row in chosen:
                row.undo, row.tries = UndoState.WANTED, 0
                await self._schedule.deliver(session, row)
            note(session, self._clock, member.workspace_id, member.user_id, "call_undone", call_id)
            await want(session, self._jobs, call_id, now)
            return len(chosen)
