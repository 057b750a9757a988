"""What the model's answers cost, by the tariff that the owner told."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import AnswerRow, CallRow, WorkspaceRow

MILLION = 1_000_000
LONGEST_WAY = timedelta(days=60)
"""From the beginning of a call to its last answer: older calls need not be looked through."""


def roubles(tariff: Mapping[str, float], tokens_in: float, cached: float, tokens_out: float) -> float | None:
    """The tariff is in roubles per million tokens; cached ones are part of those that go in."""
    if "input" not in tariff or "output" not in tariff:
        return None
    full = (tokens_in - cached) * tariff["input"]
    return (full + cached * tariff.get("cached", tariff["input"]) + tokens_out * tariff["output"]) / MILLION


async def spent_since(session: AsyncSession, workspace_id: int, moment: datetime) -> float | None:
    """Roubles for all answers since then; None while the workspace has no tariff."""
    workspace = await session.get_one(WorkspaceRow, workspace_id)
    sums = await session.execute(
        select(
            func.coalesce(func.sum(AnswerRow.prompt_tokens), 0),
            func.coalesce(func.sum(AnswerRow.cached_tokens), 0),
            func.coalesce(func.sum(AnswerRow.completion_tokens), 0),
        )
        .join(CallRow, CallRow.id == AnswerRow.call_id)
        .where(
            CallRow.workspace_id == workspace_id,
            CallRow.started_at >= moment - LONGEST_WAY,
            AnswerRow.created_at >= moment,
        )
    )
    tokens_in, cached, tokens_out = (float(one) for one in sums.one())
    return roubles(workspace.settings.get("tariff") or {}, tokens_in, cached, tokens_out)


def day_around(moment: datetime, zone: str) -> tuple[datetime, datetime]:
    """The midnights of a company between which the moment lies."""
    place = ZoneInfo(zone)
    day = moment.astimezone(place).date()
    begin, end = (datetime.combine(day + timedelta(days=more), time.min, place) for more in (0, 1))
    return begin, end


def told(sum_of_money: float) -> str:
    """`500`, `99.50`."""
    return f"{sum_of_money:.0f}" if sum_of_money == int(sum_of_money) else f"{sum_of_money:.2f}"
