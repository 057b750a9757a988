"""Reads what a card shows from the rows of its call."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import (
    AnswerRow,
    CallRow,
    DeliveryRow,
    PromptRow,
    PromptVersionRow,
    VerdictRow,
    WorkspaceRow,
)
from services.domain.answer import AnswerState, DeliveryState
from services.domain.call import CallState, Direction, Reason
from services.domain.card import CardLine, CardView, LineState, Written
from services.domain.prompt import Destination


async def build_view(session: AsyncSession, call_id: int) -> CardView:
    call = await session.get_one(CallRow, call_id)
    workspace = await session.get_one(WorkspaceRow, call.workspace_id)
    rows = (
        await session.execute(
            select(VerdictRow, PromptRow.name, PromptVersionRow.destination)
            .join(PromptRow, PromptRow.id == VerdictRow.prompt_id)
            .join(PromptVersionRow, PromptVersionRow.id == VerdictRow.version_id)
            .where(VerdictRow.call_id == call_id)
            .order_by(VerdictRow.position, VerdictRow.prompt_id)
        )
    ).all()
    answers = await _answers(session, call_id)
    deliveries = await _deliveries(session, call_id)
    lines = tuple(
        _line(verdict, name, destination, answers.get(verdict.version_id), deliveries.get(verdict.prompt_id, ()))
        for verdict, name, destination in rows
        if _is_shown(verdict)
    )
    reason = Reason(call.reason) if call.reason else None
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
        reason=reason if CallState(call.state).final and nothing_answered else None,
        retryable=_retryable(call, lines),
    )


def _is_shown(verdict: VerdictRow) -> bool:
    """Prompts that were not for this call stay out, and so does one that was switched off while it waited."""
    return verdict.state != "skipped"


async def _answers(session: AsyncSession, call_id: int) -> dict[int, AnswerRow]:
    """By version; a prompt with one question has one."""
    rows = await session.scalars(
        select(AnswerRow).where(AnswerRow.call_id == call_id).order_by(AnswerRow.question_id.desc())
    )
    return {row.version_id: row for row in rows}


async def _deliveries(session: AsyncSession, call_id: int) -> dict[int, Sequence[DeliveryRow]]:
    rows = await session.scalars(select(DeliveryRow).where(DeliveryRow.call_id == call_id))
    grouped: dict[int, list[DeliveryRow]] = {}
    for row in rows:
        grouped.setdefault(row.prompt_id, []).append(row)
    return dict(grouped)


def _line(
    verdict: VerdictRow,
    name: str,
    destination: str,
    answer: AnswerRow | None,
    deliveries: Sequence[DeliveryRow],
) -> CardLine:
    if verdict.state == "failed":
        return CardLine(name, LineState.FAILED, reason=Reason(verdict.reason) if verdict.reason else None)
    if verdict.state == "matched" or answer is None:
        return CardLine(name, LineState.WAITING)
    written = _written(destination, deliveries)
    failure = next((row.reason for row in deliveries if row.reason), None)
    reason = Reason(failure) if failure else None
    if answer.state == AnswerState.NO_DATA:
        return CardLine(name, LineState.NO_DATA, written=written, reason=reason)
    return CardLine(
        name,
        LineState.ANSWERED,
        text=answer.text,
        quote=answer.quote,
        quote_at=answer.quote_at,
        written=written,
        reason=reason,
    )


def _written(destination: str, deliveries: Sequence[DeliveryRow]) -> Written:
    if destination == Destination.CHAT:
        return Written.NOT_NEEDED
    states = {row.state for row in deliveries}
    if DeliveryState.FAILED in states:
        return Written.FAILED
    if DeliveryState.UNVERIFIABLE in states:
        return Written.UNCLEAR
    return Written.WRITTEN if states == {DeliveryState.CONFIRMED} else Written.NOT_YET


def _retryable(call: CallRow, lines: Sequence[CardLine]) -> bool:
    failed_write = any(line.written in (Written.FAILED, Written.UNCLEAR) for line in lines)
    return call.state == CallState.FAILED or failed_write
