"""Prompts with their current wording."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.locking import LOCK
from services.db.models import PromptRow, PromptVersionRow, QuestionRow
from services.db.repositories.wordings import condition_of, place_of_row, question_of_row
from services.domain.prompt import Prompt, PromptVersion, Question, Scope
from services.errors import NotFound


def works_with(integration_id: int) -> ColumnElement[bool]:
    """Takes its calls, or puts answers into it."""
    return or_(PromptRow.integration_id == integration_id, _present(PromptVersionRow.into_id == integration_id))


def writes_to(integration_id: int) -> ColumnElement[bool]:
    """Puts answers into it."""
    own = and_(PromptRow.integration_id == integration_id, _present(PromptVersionRow.into_id.is_(None)))
    return or_(own, _present(PromptVersionRow.into_id == integration_id))


def _present(holds: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of the wording in force."""
    return exists().where(
        PromptVersionRow.prompt_id == PromptRow.id, PromptVersionRow.number == PromptRow.version_number, holds
    )


async def prompt_row(session: AsyncSession, workspace_id: int, prompt_id: int) -> PromptRow:
    """Locked where the database can. Raises NotFound."""
    row = await session.get(PromptRow, prompt_id, with_for_update=LOCK)
    if row is None or row.workspace_id != workspace_id or row.deleted_at is not None:
        raise NotFound(f"prompt {prompt_id}")
    return row


async def ordered_rows(session: AsyncSession, workspace_id: int) -> Sequence[PromptRow]:
    """All that are not deleted, as they stand in the list."""
    rows = await session.scalars(
        select(PromptRow)
        .where(PromptRow.workspace_id == workspace_id, PromptRow.deleted_at.is_(None))
        .order_by(PromptRow.position, PromptRow.id)
    )
    return rows.all()


async def load_prompt(session: AsyncSession, workspace_id: int, prompt_id: int) -> Prompt:
    """Raises NotFound."""
    found = await _load(session, [PromptRow.id == prompt_id, PromptRow.workspace_id == workspace_id])
    if not found:
        raise NotFound(f"prompt {prompt_id}")
    return found[0]


async def load_prompts(
    session: AsyncSession,
    workspace_id: int,
    *,
    integration_id: int | None = None,
    funnel_id: int | None = None,
    words: str = "",
) -> tuple[Prompt, ...]:
    conditions = [PromptRow.workspace_id == workspace_id]
    if integration_id is not None:
        conditions.append(PromptRow.integration_id == integration_id)
    if funnel_id is not None:
        conditions.append(PromptRow.funnel_id == funnel_id)
    found = await _load(session, conditions)
    wanted = words.lower().replace("ё", "е").split()
    return tuple(
        prompt for prompt in found if all(word in prompt.name.lower().replace("ё", "е") for word in wanted)
    )


async def _load(session: AsyncSession, conditions: Sequence[ColumnElement[bool]]) -> tuple[Prompt, ...]:
    rows = (
        await session.execute(
            select(PromptRow, PromptVersionRow)
            .join(
                PromptVersionRow,
                and_(
                    PromptVersionRow.prompt_id == PromptRow.id,
                    PromptVersionRow.number == PromptRow.version_number,
                ),
            )
            .where(PromptRow.deleted_at.is_(None), *conditions)
            .order_by(PromptRow.position, PromptRow.id)
        )
    ).all()
    questions: dict[int, list[Question]] = {}
    for row in await session.scalars(
        select(QuestionRow)
        .where(QuestionRow.version_id.in_([version.id for _, version in rows]))
        .order_by(QuestionRow.position)
    ):
        questions.setdefault(row.version_id, []).append(question_of_row(row))
    return tuple(_prompt(row, version, questions.get(version.id, [])) for row, version in rows)


def _prompt(row: PromptRow, version: PromptVersionRow, questions: list[Question]) -> Prompt:
    return Prompt(
        id=row.id,
        workspace_id=row.workspace_id,
        name=row.name,
        scope=Scope(row.integration_id, row.funnel_id, row.stage_id),
        enabled=row.enabled,
        enabled_at=row.enabled_at,
        position=row.position,
        revision=row.revision,
        version=PromptVersion(
            id=version.id,
            number=version.number,
            place=place_of_row(version),
            questions=tuple(questions),
            condition=condition_of(version),
        ),
        hide_empty=row.hide_empty,
        tell=tuple(row.tell or ()),
    )
