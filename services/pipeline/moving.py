"""An integration becomes another account: what is under way for the old one ends and never reaches the new one."""

from collections.abc import Sequence

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.cards.wanted import refresh
from services.db.locking import LOCK
from services.db.models import CallRow, DeliveryRow, FieldWriteRow, IntegrationRow, PromptRow, PromptVersionRow
from services.db.repositories.accounts import find_again, leave_behind
from services.db.repositories.deliveries import OPEN, is_open
from services.db.repositories.prompts import writes_to
from services.db.repositories.targets import lose_targets
from services.domain.answer import DeliveryState, UndoState
from services.domain.call import CallState, Reason
from services.domain.prompt import Destination
from services.pipeline.outcome import Outcomes
from services.ports import Clock, Jobs

log = structlog.get_logger(__name__)

OPEN_CALLS = [state for state in CallState if not state.final]
TYPED = [Destination.LIST, Destination.FIELDS]


class Moving:
    def __init__(self, jobs: Jobs, outcomes: Outcomes, clock: Clock) -> None:
        self._jobs = jobs
        self._outcomes = outcomes
        self._clock = clock

    async def move(self, session: AsyncSession, row: IntegrationRow, account: str) -> None:
        """In the caller's transaction. The cursor is forgotten: the new account starts from now on."""
        calls = await self._end_calls(session, row.id)
        calls |= await _end_writes(session, row.id)
        await session.execute(delete(FieldWriteRow).where(FieldWriteRow.integration_id == row.id))
        await _switch_off_typed(session, row.id)
        await lose_targets(session, row.id)
        await leave_behind(session, row.id, row.account)
        await find_again(session, row.id, account)
        log.info("integration_moved", integration_id=row.id, ended=len(calls))
        row.account, row.cursor, row.funnels_at = account, None, None
        for call_id in sorted(calls):
            await refresh(session, self._jobs, call_id, self._clock.now())

    async def _end_calls(self, session: AsyncSession, integration_id: int) -> set[int]:
        rows = await session.scalars(
            select(CallRow)
            .where(CallRow.integration_id == integration_id, CallRow.state.in_(OPEN_CALLS))
            .order_by(CallRow.id)
            .with_for_update(**LOCK)
        )
        ended = rows.all()
        for call in ended:
            await self._outcomes.finish(session, call, CallState.SKIPPED, Reason.ACCESS_EXPIRED)
        return {call.id for call in ended}


async def _end_writes(session: AsyncSession, integration_id: int) -> set[int]:
    """A write that may have arrived can be looked up no more."""
    rows = await session.scalars(
        select(DeliveryRow)
        .where(DeliveryRow.integration_id == integration_id, is_open())
        .order_by(DeliveryRow.id)
        .with_for_update(**LOCK)
    )
    ended: Sequence[DeliveryRow] = rows.all()
    for row in ended:
        if row.state in OPEN:
            unsent = row.state == DeliveryState.PLANNED
            row.state = DeliveryState.FAILED if unsent else DeliveryState.UNVERIFIABLE
            row.reason = Reason.ACCESS_EXPIRED
        if row.undo == UndoState.WANTED:
            row.undo = UndoState.DONE if row.state == DeliveryState.FAILED else UndoState.FAILED
    return {row.call_id for row in ended}


async def _switch_off_typed(session: AsyncSession, integration_id: int) -> None:
    """Lists and fields go by numbers, too: those of the old account mean something else in the new one."""
    versions = select(PromptVersionRow.id).where(
        PromptVersionRow.prompt_id == PromptRow.id,
        PromptVersionRow.number == PromptRow.version_number,
        PromptVersionRow.destination.in_(TYPED),
    )
    await session.execute(
        update(PromptRow)
        .where(writes_to(integration_id), versions.exists())
        .values(enabled=False, enabled_at=None, revision=PromptRow.revision + 1)
        .execution_options(synchronize_session=False)
    )
