"""Reads what a card shows from the rows of its call."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.calls import may_be_written_again
from services.cards.lines import line_of, with_target
from services.db.models import (
    AnswerRow,
    CallRow,
    CallTargetRow,
    DeliveryRow,
    PromptRow,
    PromptVersionRow,
    QuestionRow,
    VerdictRow,
    WorkspaceRow,
)
from services.db.repositories.calls import untouchable
from services.db.repositories.targets import targets_of
from services.domain.call import CallState, Direction, Reason
from services.domain.card import CardLine, CardView, LineState, Written
from services.domain.workspace import Language
from services.ownfunnels.placed import place_of
from services.undo import undoable

HOPELESS = (Reason.NO_PHONE, Reason.OTHER_OBJECT, Reason.CANNOT_LOOK)
"""Nothing changes when it is tried again."""


def every_prompt(_prompt_id: int) -> bool:
    return True


async def build_view(
    session: AsyncSession,
    call_id: int,
    now: datetime,
    shows: Callable[[int], bool] = every_prompt,
    language: Language | None = None,
) -> CardView:
    """`shows` tells which prompts the chat wants to see; values are told in its language, or in the company's."""
    call = await session.get_one(CallRow, call_id)
    workspace = await session.get_one(WorkspaceRow, call.workspace_id)
    deliveries = (await session.scalars(select(DeliveryRow).where(DeliveryRow.call_id == call_id))).all()
    targets = {row.integration_id: row for row in await targets_of(session, call_id)}
    lines = await _lines(session, call_id, deliveries, targets, language or Language(workspace.language), shows)
    reason = Reason(call.reason) if call.reason else None
    here = untouchable(call) is None
    nothing_answered = all(line.state is not LineState.ANSWERED for line in lines)
    return CardView(
        call_id=call.id,
        started_at=call.started_at,
        zone=workspace.zone,
        direction=Direction(call.direction),
        duration=call.duration,
        manager=call.manager_name,
        client=call.client_name,
        phone=call.phone,
        object_title=call.object_title,
        object_url=call.object_url,
        lines=lines,
        awaits_recording=call.state == CallState.WAIT_RECORD,
        reason=reason if CallState(call.state).final and nothing_answered else None,
        retryable=here and _retryable(call, lines),
        undecided=here and any(may_be_written_again(row) for row in deliveries),
        undoable=here and bool(await undoable(session, deliveries, now)),
        place=await place_of(session, call),
        workspace_id=call.workspace_id,
    )


async def _lines(
    session: AsyncSession,
    call_id: int,
    deliveries: Sequence[DeliveryRow],
    targets: Mapping[int, CallTargetRow],
    language: Language,
    shows: Callable[[int], bool],
) -> tuple[CardLine, ...]:
    rows = (
        await session.execute(
            select(VerdictRow, PromptRow, PromptVersionRow)
            .join(PromptRow, PromptRow.id == VerdictRow.prompt_id)
            .join(PromptVersionRow, PromptVersionRow.id == VerdictRow.version_id)
            .where(VerdictRow.call_id == call_id)
            .order_by(VerdictRow.position, VerdictRow.prompt_id)
        )
    ).all()
    answers = {
        row.question_id: row
        for row in await session.scalars(select(AnswerRow).where(AnswerRow.call_id == call_id))
    }
    questions = (
        await session.scalars(
            select(QuestionRow)
            .where(QuestionRow.version_id.in_([version.id for _, _, version in rows]))
            .order_by(QuestionRow.position)
        )
    ).all()
    lines = []
    taken_back = any(row.undo is not None for row in deliveries)
    for verdict, prompt, version in rows:
        if verdict.state == "skipped" or not shows(prompt.id):
            continue  # it was not for this call, was switched off while the call waited, or is not wanted here
        own = [row for row in deliveries if row.prompt_id == prompt.id]
        line = line_of(
            verdict,
            prompt.name,
            version,
            [row for row in questions if row.version_id == version.id],
            answers,
            own,
            language,
        )
        if version.into_id is not None:
            line = with_target(line, version, targets.get(version.into_id))
        if taken_back and line.written in (Written.NOT_YET, Written.LOOKING) and not own:
            line = replace(line, written=Written.UNDONE)  # planned no more
        if not (prompt.hide_empty and line.state is LineState.NO_DATA):
            lines.append(line)
    return tuple(lines)


def _retryable(call: CallRow, lines: Sequence[CardLine]) -> bool:
    failed_write = any(
        line.written in (Written.FAILED, Written.UNCLEAR) and line.reason not in HOPELESS for line in lines
    )
    return call.state == CallState.FAILED or failed_write
