"""What is still to be asked of a call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import AlertRow, AnswerRow, CallRow, PromptRow, PromptVersionRow, QuestionRow, VerdictRow
from services.db.repositories.wordings import condition_of, place_of_row, question_of_row
from services.domain.prompt import Place, Question


@dataclass(frozen=True)
class PromptWork:
    """A matched prompt of a call, with the questions that have no answer yet."""

    verdict_id: int
    prompt_id: int
    version_id: int
    name: str
    salt: str
    """The same for all versions of the prompt, another for every other prompt anywhere."""
    call_started_at: datetime
    place: Place
    questions: tuple[Question, ...]
    unanswered: tuple[Question, ...]
    condition: str = ""
    """Of the prompt's alert; empty: there is none, or it is judged already."""


async def open_work(session: AsyncSession, call_id: int) -> tuple[PromptWork, ...]:
    """The prompts still to be put to the call, in their order."""
    return await _work(session, call_id, ["matched"])


async def answered_work(session: AsyncSession, call_id: int, into: int) -> tuple[PromptWork, ...]:
    """Prompts that were put to the call and whose answers go into this other integration."""
    works = await _work(session, call_id, ["answered", "failed"])
    return tuple(work for work in works if work.place.into == into)


async def _work(session: AsyncSession, call_id: int, states: Sequence[str]) -> tuple[PromptWork, ...]:
    call = await session.get_one(CallRow, call_id)
    rows = (
        await session.execute(
            select(VerdictRow, PromptRow, PromptVersionRow)
            .join(PromptRow, PromptRow.id == VerdictRow.prompt_id)
            .join(PromptVersionRow, PromptVersionRow.id == VerdictRow.version_id)
            .where(VerdictRow.call_id == call_id, VerdictRow.state.in_(states))
            .order_by(VerdictRow.position, VerdictRow.prompt_id)
        )
    ).all()
    questions = await session.scalars(
        select(QuestionRow)
        .where(QuestionRow.version_id.in_([version.id for _, _, version in rows]))
        .order_by(QuestionRow.version_id, QuestionRow.position)
    )
    answered = set(await session.scalars(select(AnswerRow.question_id).where(AnswerRow.call_id == call_id)))
    judged = set(await session.scalars(select(AlertRow.version_id).where(AlertRow.call_id == call_id)))
    by_version: dict[int, list[Question]] = {}
    for row in questions:
        by_version.setdefault(row.version_id, []).append(question_of_row(row))
    return tuple(
        PromptWork(
            verdict_id=verdict.id,
            prompt_id=prompt.id,
            version_id=version.id,
            name=prompt.name,
            salt=f"{prompt.id}@{prompt.created_at.isoformat()}",
            call_started_at=call.started_at,
            place=place_of_row(version),
            questions=tuple(by_version.get(version.id, ())),
            unanswered=tuple(q for q in by_version.get(version.id, ()) if q.id not in answered),
            condition="" if version.id in judged else condition_of(version),
        )
        for verdict, prompt, version in rows
    )
