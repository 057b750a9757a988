"""What one more prompt adds to a call, by what the last answers took."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import AnswerRow, CallRow, WorkspaceRow
from services.spending import roubles

SAMPLE = 100
DEFAULT_SECONDS = 3.0
DEFAULT_TOKENS = 2500
DEFAULT_TOKENS_OUT = 100


@dataclass(frozen=True)
class Estimate:
    """Per call. `roubles` is None while the workspace has no tariff."""

    seconds: float
    tokens: int
    roubles: float | None


async def estimate_one(session: AsyncSession, workspace_id: int) -> Estimate:
    """By the averages of the last answers; the defaults above while there are none."""
    last = (
        select(AnswerRow.seconds, AnswerRow.prompt_tokens, AnswerRow.cached_tokens, AnswerRow.completion_tokens)
        .join(CallRow, CallRow.id == AnswerRow.call_id)
        .where(CallRow.workspace_id == workspace_id, AnswerRow.prompt_tokens.is_not(None))
        .order_by(AnswerRow.id.desc())
        .limit(SAMPLE)
        .subquery()
    )
    averages = (
        await session.execute(
            select(
                func.avg(last.c.seconds),
                func.avg(last.c.prompt_tokens),
                func.avg(func.coalesce(last.c.cached_tokens, 0)),
                func.avg(last.c.completion_tokens),
            )
        )
    ).one()
    defaults = (DEFAULT_SECONDS, DEFAULT_TOKENS, 0, DEFAULT_TOKENS_OUT)
    seconds, tokens_in, cached, tokens_out = (
        float(default if average is None else average) for average, default in zip(averages, defaults, strict=True)
    )
    workspace = await session.get_one(WorkspaceRow, workspace_id)
    tariff = workspace.settings.get("tariff") or {}
    return Estimate(seconds, round(tokens_in + tokens_out), roubles(tariff, tokens_in, cached, tokens_out))
