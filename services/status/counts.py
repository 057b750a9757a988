"""Figures of a company's work: what is finished, what is not written yet, how quick the model is.

Statements that are run at every press are built once, here and elsewhere: to build one costs as much as to run it.
"""

from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import AnswerRow, CallRow, DeliveryRow
from services.db.repositories.deliveries import is_open
from services.domain.answer import AnswerState

SAMPLE = 100

_OF_COMPANY = CallRow.workspace_id == bindparam("workspace_id")
_FINISHED = (
    select(CallRow.state, func.count())
    .where(_OF_COMPANY, CallRow.finished_at >= bindparam("moment"))
    .group_by(CallRow.state)
)
_UNSENT = (
    select(func.count(DeliveryRow.id))
    .join(CallRow, CallRow.id == DeliveryRow.call_id)
    .where(_OF_COMPANY, is_open())
)
_LAST_ANSWERS = (
    select(AnswerRow.seconds)
    .join(CallRow, CallRow.id == AnswerRow.call_id)
    .where(_OF_COMPANY, AnswerRow.state != AnswerState.FAILED)
    .order_by(AnswerRow.id.desc())
    .limit(SAMPLE)
    .subquery()
)
_SECONDS = select(func.avg(_LAST_ANSWERS.c.seconds))


async def finished_since(session: AsyncSession, workspace_id: int, moment: datetime) -> dict[str, int]:
    rows = await session.execute(_FINISHED, {"workspace_id": workspace_id, "moment": moment})
    return dict(rows.all())


async def unsent(session: AsyncSession, workspace_id: int) -> int:
    return await session.scalar(_UNSENT, {"workspace_id": workspace_id}) or 0


async def seconds_per_answer(session: AsyncSession, workspace_id: int) -> float | None:
    return await session.scalar(_SECONDS, {"workspace_id": workspace_id})
