"""Figures of a company's work: what is finished, what is not written yet, how quick the model is."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import AnswerRow, CallRow, DeliveryRow
from services.db.repositories.deliveries import is_open
from services.domain.answer import AnswerState

SAMPLE = 100


async def finished_since(session: AsyncSession, workspace_id: int, moment: datetime) -> dict[str, int]:
    rows = await session.execute(
        select(CallRow.state, func.count())
        .where(CallRow.workspace_id == workspace_id, CallRow.finished_at >= moment)
        .group_by(CallRow.state)
    )
    return dict(rows.all())


async def unsent(session: AsyncSession, workspace_id: int) -> int:
    count = await session.scalar(
        select(func.count(DeliveryRow.id))
        .join(CallRow, CallRow.id == DeliveryRow.call_id)
        .where(CallRow.workspace_id == workspace_id, is_open())
    )
    return count or 0


async def seconds_per_answer(session: AsyncSession, workspace_id: int) -> float | None:
    last = (
        select(AnswerRow.seconds)
        .join(CallRow, CallRow.id == AnswerRow.call_id)
        .where(CallRow.workspace_id == workspace_id, AnswerRow.state != AnswerState.FAILED)
        .order_by(AnswerRow.id.desc())
        .limit(SAMPLE)
        .subquery()
    )
    return await session.scalar(select(func.avg(last.c.seconds)))
