"""The latest calls of an integration, as rules see them: for previews, and for values to choose from."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import CallRow
from services.db.repositories.accounts import SIGN
from services.db.repositories.calls import found_of
from services.domain.call import FoundCall
from services.ports import Clock

MOST = 200
DAY = timedelta(days=1)


async def calls_of_a_day(
    session: AsyncSession, integration_id: int, clock: Clock
) -> tuple[tuple[FoundCall, ...], bool]:
    """Answered calls of the last 24 hours, or, when there are none, the latest ones; and which of the two.

    At most 200, the newest first. Nobody puts a question to a call that was not answered.
    """
    found = await latest_calls(session, integration_id)
    since = clock.now() - DAY
    recent = tuple(one for one in found if one.started_at >= since)
    return (recent, True) if recent else (found, False)


async def latest_calls(session: AsyncSession, integration_id: int, most: int = MOST) -> tuple[FoundCall, ...]:
    rows = await session.scalars(
        select(CallRow)
        .where(
            CallRow.integration_id == integration_id,
            CallRow.answered.is_(True),
            CallRow.external_id.not_like(f"{SIGN}%"),
        )
        .order_by(CallRow.started_at.desc(), CallRow.id.desc())
        .limit(most)
    )
    return tuple(found_of(row) for row in rows)
