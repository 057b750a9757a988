"""Stores what is suspended of a prompt's version, and tells what was not known before."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.locking import LOCK
from services.db.models import PromptVersionRow, QuestionRow
from services.domain.prompt import Question
from services.pipeline.work import PromptWork


async def suspend(session: AsyncSession, work: PromptWork) -> Sequence[str]:
    """The names of fields that became suspended by this very change; the others are somebody else's to tell."""
    asked = [
        question.ask.field.name
        for question in work.questions
        if question.ask.field is not None and await _changed(session, question) and question.problem
    ]
    return [*asked, *await _filled(session, work)]


async def _changed(session: AsyncSession, question: Question) -> bool:
    changed = await session.scalar(
        update(QuestionRow)
        .where(QuestionRow.id == question.id, QuestionRow.problem.is_distinct_from(question.problem))
        .values(problem=question.problem)
        .returning(QuestionRow.id)
    )
    return changed is not None


async def _filled(session: AsyncSession, work: PromptWork) -> Sequence[str]:
    """Filled columns stand in the version's place, whose row is locked for it."""
    if not work.place.filled:
        return []
    query = select(PromptVersionRow).where(PromptVersionRow.id == work.version_id).with_for_update(**LOCK)
    row = await session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        return []
    problems = {one.field.id: one.problem for one in work.place.filled}
    lost: list[str] = []
    stored: list[dict[str, Any]] = []
    for one in row.options.get("filled", ()):
        problem = problems.get(one["field"]["id"])
        if problem and problem != one.get("problem"):
            lost.append(one["field"]["name"])
        stored.append({**one, "problem": problem})
    row.options = {**row.options, "filled": stored}
    await session.flush()
    return lost
