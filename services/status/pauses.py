"""Is the model, or the speech server, standing still?"""

from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import AnswerRow, AuditRow, CallRow, TranscriptRow
from services.domain.call import CallState
from services.status.holds import DAY

PAUSES = {
    "model_paused": CallState.TRANSCRIBED,
    "model_not_found": CallState.TRANSCRIBED,
    "speech_paused": CallState.BOUND,
    "speech_not_found": CallState.BOUND,
    "daily_cap": CallState.TRANSCRIBED,
}
"""Notices that the model or the speech server stands still, with the state in which calls wait for it."""

_TOLD = (
    select(AuditRow.action, func.max(AuditRow.at))
    .where(
        AuditRow.workspace_id == bindparam("workspace_id"),
        AuditRow.at > bindparam("since"),
        AuditRow.action.in_([f"notice:{code}" for code in PAUSES]),
    )
    .group_by(AuditRow.action)
)


async def pauses(session: AsyncSession, workspace_id: int, now: datetime) -> tuple[str, ...]:
    """Told within a day, with calls that wait since and nothing that has worked after it."""
    notices = await session.execute(_TOLD, {"workspace_id": workspace_id, "since": now - DAY})
    told = {action.removeprefix("notice:"): at for action, at in notices}
    lasting = []
    for code, state in PAUSES.items():
        if code in told and await _waits(session, workspace_id, state, now):
            worked_at = await _worked_at(session, workspace_id, state)
            if worked_at is None or worked_at < told[code]:
                lasting.append(code)
    return tuple(lasting)


async def _waits(session: AsyncSession, workspace_id: int, state: CallState, now: datetime) -> bool:
    waiting = select(CallRow.id).where(
        CallRow.workspace_id == workspace_id, CallRow.state == state, CallRow.due_at > now
    )
    return await session.scalar(waiting.limit(1)) is not None


async def _worked_at(session: AsyncSession, workspace_id: int, state: CallState) -> datetime | None:
    """When the model, or the speech server, last did its work."""
    made = AnswerRow if state is CallState.TRANSCRIBED else TranscriptRow
    return await session.scalar(
        select(made.created_at)
        .join(CallRow, CallRow.id == made.call_id)
        .where(CallRow.workspace_id == workspace_id, made.model != "")
        .order_by(made.id.desc())
        .limit(1)
    )
