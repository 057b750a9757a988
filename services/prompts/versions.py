"""A new wording of a prompt: versions are never changed, so that an answer always tells what was asked."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import PromptRow, PromptVersionRow
from services.db.repositories.wordings import options_to_json, question_to_row
from services.domain.prompt import Ask, Place
from services.domain.workspace import Member


async def add_version(
    session: AsyncSession,
    row: PromptRow,
    member: Member,
    place: Place,
    asks: Sequence[Ask],
    *,
    number: int,
    condition: str,
    now: datetime,
) -> None:
    version = PromptVersionRow(
        prompt_id=row.id,
        number=number,
        destination=place.destination,
        into_id=place.into,
        options=options_to_json(place, condition),
        created_by=member.id,
        created_at=now,
    )
    session.add(version)
    await session.flush()
    session.add_all(question_to_row(version.id, number, ask) for number, ask in enumerate(asks, start=1))
    await session.flush()
