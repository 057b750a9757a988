"""Plans where the answers of a prompt go: the rows of deliveries, in the transaction that saves the answers."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.insert import insert_unless_there
from services.db.models import AnswerRow, DeliveryRow, PromptVersionRow, VerdictRow
from services.db.repositories.wordings import field_to_json
from services.domain.answer import AnswerState, DeliveryState
from services.domain.call import Binding, Call
from services.domain.field import FieldType, RemoteField, Value
from services.domain.prompt import Destination, Policy, Question
from services.domain.workspace import Workspace
from services.integrations.base import Connector
from services.integrations.writing import FieldWriter, ListWriter, Remote, Timeline
from services.pipeline.schedule import Schedule
from services.pipeline.work import PromptWork
from services.pipeline.writers.rows import PREFIX
from services.ports import Clock
from services.prompts.known import known_value
from services.values.cut import cut_at_word
from services.wording import NO_DATA, QUOTE, call_line, moment_in_call

WAITING = (DeliveryState.PLANNED, DeliveryState.FAILED)
"""Nothing of these is on its way."""
TOGETHER = timedelta(seconds=60)
"""Values for the fields of an object wait so long for the call's other prompts, to go with one request."""

Convert = Callable[[RemoteField, Value], Remote]


class Planner:
    def __init__(self, schedule: Schedule, clock: Clock) -> None:
        self._schedule = schedule
        self._clock = clock

    async def plan(
        self,
        session: AsyncSession,
        call: Call,
        binding: Binding,
        connector: Connector,
        work: PromptWork,
        said: Sequence[AnswerRow],
        place: Workspace,
    ) -> None:
        if await _taken_back(session, call.id) or not _fits(work, binding):
            return
        destination = work.place.destination
        said_all = all(row.state != AnswerState.FAILED for row in said)
        if destination is Destination.COMMENT and isinstance(connector, Timeline) and said_all:
            await self._comment(session, call, binding, connector, work, said[0], place)
        elif destination is Destination.LIST and isinstance(connector, ListWriter) and work.place.list is not None:
            values = _values(work, said, connector.to_column, place)
            target = PREFIX + work.place.list.id
            if values and not await self._earlier(session, call, work, target):
                values |= _filled(work, call, connector.to_column, place)
            name = row_name(call, place)
            await self._values(session, call, work, target, values, marker=row_code(call, work), body=name)
        elif destination is Destination.FIELDS and isinstance(connector, FieldWriter):
            values = _values(work, said, connector.to_remote, place)
            after = TOGETHER if await _others_are_asked(session, call.id, work) else timedelta(0)
            await self._values(session, call, work, target_of(binding), values, after=after)

    async def _comment(
        self,
        session: AsyncSession,
        call: Call,
        binding: Binding,
        connector: Timeline,
        work: PromptWork,
        answer: AnswerRow,
        place: Workspace,
    ) -> None:
        target = target_of(binding)
        marker = comment_marker(call, work, target)
        parts = connector.comment_parts(work.name, comment_text(call, place, answer), marker)
        for number, (part_marker, body) in enumerate(parts, start=1):
            await self._add(
                session, call, work, target, part=number, parts=len(parts), marker=part_marker, body=body
            )

    async def _values(
        self,
        session: AsyncSession,
        call: Call,
        work: PromptWork,
        target: str,
        values: Mapping[str, Any],
        *,
        marker: str = "",
        body: str = "",
        after: timedelta = timedelta(0),
    ) -> None:
        """What an earlier delivery carries stays with that one.

        An answer that came later joins it while it waits, else it is one part more.
        """
        earlier = await self._earlier(session, call, work, target)
        carried = {name for row in earlier for name in row.payload or {}}
        new = {name: one for name, one in values.items() if name not in carried}
        waiting = next((row for row in earlier if row.state in WAITING), None)
        if new and waiting is not None:
            waiting.payload = {**(waiting.payload or {}), **new}
            waiting.state, waiting.reason = DeliveryState.PLANNED, None
            await self._schedule.deliver(session, waiting, after)
        elif new:
            part = len(earlier) + 1
            await self._add(
                session, call, work, target, part=part, marker=marker, body=body, payload=new, after=after
            )

    async def _earlier(
        self, session: AsyncSession, call: Call, work: PromptWork, target: str
    ) -> Sequence[DeliveryRow]:
        rows = await session.scalars(
            select(DeliveryRow).where(
                DeliveryRow.call_id == call.id,
                DeliveryRow.version_id == work.version_id,
                DeliveryRow.destination == work.place.destination,
                DeliveryRow.target == target,
            )
        )
        return rows.all()

    async def _add(
        self,
        session: AsyncSession,
        call: Call,
        work: PromptWork,
        target: str,
        *,
        part: int,
        marker: str,
        body: str,
        parts: int = 1,
        payload: Mapping[str, Any] | None = None,
        after: timedelta = timedelta(0),
    ) -> None:
        now = self._clock.now()
        delivery_id = await insert_unless_there(
            session,
            DeliveryRow,
            {
                "call_id": call.id,
                "prompt_id": work.prompt_id,
                "version_id": work.version_id,
                "integration_id": work.place.into or call.integration_id,
                "destination": work.place.destination,
                "target": target,
                "part": part,
                "parts": parts,
                "body": body,
                "marker": marker,
                "payload": payload,
                "state": DeliveryState.PLANNED,
                "due_at": now + after,
                "created_at": now,
            },
        )
        if delivery_id is not None:
            row = await session.get_one(DeliveryRow, delivery_id)
            await self._schedule.deliver(session, row, after)


def _fits(work: PromptWork, binding: Binding) -> bool:
    """By the phone number a lead may be found where fields of deals are to be written."""
    return work.place.object_kind in (None, binding.object.kind)


def target_of(binding: Binding) -> str:
    return f"{binding.object.kind}:{binding.object.id}"


def _digest(*parts: object) -> str:
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def comment_marker(call: Call, work: PromptWork, target: str) -> str:
    """The last line of a comment, by which it is found again: the same for every try of the same answer."""
    job = _digest(call.integration_id, call.found.external_id, work.salt, work.version_id, target, "comment")
    return f"ai:{job[:10]}"


def row_code(call: Call, work: PromptWork) -> str:
    """One row for each call and prompt, whatever its wording; another installation's row has another code."""
    return f"callprompt-{_digest(call.integration_id, call.found.external_id, work.salt)[:20]}"


def row_name(call: Call, place: Workspace) -> str:
    found = call.found
    line = call_line(found.started_at, place.zone, found.direction, found.duration, place.language)
    who = (call.binding.client_name if call.binding is not None else "") or found.phone
    return f"{line}, {who}" if who else line


def comment_text(call: Call, place: Workspace, answer: AnswerRow) -> str:
    """Which call it was, the answer, and the words of the call that support it."""
    head = call_line(call.found.started_at, place.zone, call.found.direction, call.found.duration, place.language)
    if answer.state == AnswerState.NO_DATA:
        return f"{head}\n\n{NO_DATA[place.language]}"
    text = f"{head}\n\n{answer.text}"
    if answer.quote and answer.quote_at is not None:
        text += f"\n\n{QUOTE[place.language]} ({moment_in_call(answer.quote_at)}): «{answer.quote}»"
    return text


def _values(
    work: PromptWork, said: Sequence[AnswerRow], convert: Convert, place: Workspace
) -> dict[str, dict[str, Any]]:
    """Answers that may be written. A required text column says "no data" itself: the row would not be taken."""
    answers = {row.question_id: row for row in said}
    values: dict[str, dict[str, Any]] = {}
    for question in work.questions:
        answer, field = answers.get(question.id), question.ask.field
        if answer is None or field is None or answer.state != AnswerState.ANSWERED:
            continue
        values[field.id] = _entry(question, field, convert(field, _cut(field, answer.value, place)))
    if not values:
        return {}
    for question in work.questions:
        answer, field = answers.get(question.id), question.ask.field
        silent = answer is not None and answer.state in (AnswerState.NO_DATA, AnswerState.REFUSED)
        if silent and field is not None and field.required and field.type is FieldType.TEXT:
            values[field.id] = _entry(question, field, convert(field, NO_DATA[place.language]))
    return values


def _entry(question: Question, field: RemoteField, value: Remote) -> dict[str, Any]:
    return {"field": field_to_json(field), "policy": question.ask.policy, "value": value}


def _filled(work: PromptWork, call: Call, convert: Convert, place: Workspace) -> dict[str, dict[str, Any]]:
    """Columns that we fill ourselves."""
    values: dict[str, dict[str, Any]] = {}
    for one in work.place.filled:
        if one.problem is not None:
            continue
        value = known_value(one.known, one.field, call, place)
        if value is None and one.field.required and one.field.type is FieldType.TEXT:
            value = NO_DATA[place.language]
        if value is not None:
            values[one.field.id] = {
                "field": field_to_json(one.field),
                "policy": Policy.IF_EMPTY,
                "value": convert(one.field, _cut(one.field, value, place)),
            }
    return values


def _cut(field: RemoteField, value: Value, place: Workspace) -> Value:
    """Longer than the field holds: cut at a word, never rejected after the model was paid."""
    if field.limit is None or not isinstance(value, str) or len(value) <= field.limit:
        return value
    return cut_at_word(value, field.limit, place.language)


async def _taken_back(session: AsyncSession, call_id: int) -> bool:
    """Somebody wants nothing of this call in the CRM: answers that come later stay on the card."""
    undone = select(DeliveryRow.id).where(DeliveryRow.call_id == call_id, DeliveryRow.undo.is_not(None))
    return await session.scalar(undone.limit(1)) is not None


async def _others_are_asked(session: AsyncSession, call_id: int, work: PromptWork) -> bool:
    """Does another prompt of the call still wait to write fields too?"""
    waiting = await session.scalar(
        select(VerdictRow.id)
        .join(PromptVersionRow, PromptVersionRow.id == VerdictRow.version_id)
        .where(
            VerdictRow.call_id == call_id,
            VerdictRow.id != work.verdict_id,
            VerdictRow.state == "matched",
            PromptVersionRow.destination == Destination.FIELDS,
        )
        .limit(1)
    )
    return waiting is not None
