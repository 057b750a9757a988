"""What one more prompt adds to a call, by what the last answers took."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import AnswerRow, CallRow, WorkspaceRow

SAMPLE = 100
DEFAULT_SECONDS = 3.0
DEFAULT_TOKENS = 2500
MILLION = 1_000_000


@dataclass(frozen=True)
class Estimate:
    """Per call. `roubles` is None while the workspace has no tariff."""

    seconds: float
    tokens: int
    roubles: float | None


async def estimate_one(session: AsyncSession, workspace_id: int) -> Estimate:
    last = (
        select(AnswerRow.seconds, AnswerRow.prompt_tokens, AnswerRow.completion_tokens)
        .join(CallRow, CallRow.id == AnswerRow.call_id)
        .where(CallRow.workspace_id == workspace_id, AnswerRow.prompt_tokens.is_not(None))
        .order_by(AnswerRow.id.desc())
        .limit(SAMPLE)
        .subquery()
    )
    row = (
        await session.execute(
            select(func.avg(last.c.seconds), func.avg(last.c.prompt_tokens), func.avg(last.c.completion_tokens))
        )
    ).one()
    seconds = float(row[0]) if row[0] is not None else DEFAULT_SECONDS
    tokens_in = float(row[1]) if row[1] is not None else float(DEFAULT_TOKENS)
    tokens_out = float(row[2]) if row[2] is not None else 100.0
    workspace = await session.get_one(WorkspaceRow, workspace_id)
    tariff = workspace.settings.get("tariff") or {}
    roubles = None
    if "input" in tariff and "output" in tariff:
        roubles = (tokens_in * tariff["input"] + tokens_out * tariff["output"]) / MILLION
    return Estimate(seconds, round(tokens_in + tokens_out), roubles)
