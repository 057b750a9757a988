"""What a card says of one prompt: its answers and what became of them in the CRM."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.db.models import AnswerRow, CallTargetRow, DeliveryRow, PromptVersionRow, QuestionRow, VerdictRow
from services.db.repositories.wordings import place_of_row, question_of_row
from services.domain.answer import AnswerState, DeliveryState, FieldFate, UndoState
from services.domain.call import Reason, TargetState
from services.domain.card import CardLine, CardPart, LineState, Written
from services.domain.field import FieldType
from services.domain.prompt import Destination
from services.domain.workspace import Language
from services.values.show import show_value

STATES = {
    AnswerState.ANSWERED: LineState.ANSWERED,
    AnswerState.NO_DATA: LineState.NO_DATA,
    AnswerState.REFUSED: LineState.REFUSED,
    AnswerState.FAILED: LineState.FAILED,
}
TELLING = (
    LineState.ANSWERED,
    LineState.REFUSED,
    LineState.FAILED,
    LineState.WAITING,
    LineState.NO_DATA,
)
"""Of several fields the first of these speaks for the whole prompt."""
UNDONE = {
    UndoState.WANTED: Written.UNDOING,
    UndoState.DONE: Written.UNDONE,
    UndoState.PARTLY: Written.PARTLY_UNDONE,
    UndoState.FAILED: Written.NOT_UNDONE,
}


def line_of(
    verdict: VerdictRow,
    name: str,
    version: PromptVersionRow,
    questions: Sequence[QuestionRow],
    answers: Mapping[int, AnswerRow],
    deliveries: Sequence[DeliveryRow],
    language: Language,
) -> CardLine:
    """`answers` are by question."""
    if place_of_row(version).is_typed and any(row.id in answers for row in questions):
        return _typed(verdict, name, version, questions, answers, deliveries, language)
    answer = next((answers[row.id] for row in questions if row.id in answers), None)
    if verdict.state == "failed":
        return CardLine(name, LineState.FAILED, reason=Reason(verdict.reason) if verdict.reason else None)
    if verdict.state == "matched" or answer is None:
        return CardLine(name, LineState.WAITING)
    return CardLine(
        name,
        STATES[AnswerState(answer.state)],
        text=answer.text,
        quote=answer.quote,
        quote_at=answer.quote_at,
        written=_written(version.destination, deliveries),
        reason=_failure(deliveries),
    )


def with_target(line: CardLine, version: PromptVersionRow, target: CallTargetRow | None) -> CardLine:
    """Of a prompt whose answers go into another CRM: what keeps them out of it."""
    if target is None or not _is_to_be_written(line) or line.written not in (Written.NOT_YET, Written.NOT_NEEDED):
        return line
    if target.state == TargetState.LOOKING:
        return replace(line, written=Written.LOOKING)
    if target.state == TargetState.NONE:
        return replace(line, written=Written.FAILED, reason=Reason(target.reason or Reason.NO_DEAL))
    if place_of_row(version).object_kind not in (None, target.object_kind):
        return replace(line, written=Written.FAILED, reason=Reason.OTHER_OBJECT)
    return line


def _is_to_be_written(line: CardLine) -> bool:
    """A comment says that there is no data; a field or a row without a value is none."""
    return line.state is LineState.ANSWERED or (line.state is LineState.NO_DATA and not line.parts)


def _typed(
    verdict: VerdictRow,
    name: str,
    version: PromptVersionRow,
    questions: Sequence[QuestionRow],
    answers: Mapping[int, AnswerRow],
    deliveries: Sequence[DeliveryRow],
    language: Language,
) -> CardLine:
    fates = {field: fate for row in deliveries for field, fate in (row.fates or {}).items()}
    parts = tuple(_part(row, answers.get(row.id), fates, language) for row in questions)
    waiting = verdict.state == "matched"
    state = LineState.WAITING if waiting else next(one for one in TELLING if one in {part.state for part in parts})
    written = _written(version.destination, deliveries) if deliveries else Written.NOT_NEEDED
    return CardLine(name, state, written=written, reason=_failure(deliveries), parts=parts)


def _part(row: QuestionRow, answer: AnswerRow | None, fates: Mapping[str, str], language: Language) -> CardPart:
    field = question_of_row(row).ask.field
    field_name = field.name if field is not None else ""
    if answer is None:
        return CardPart(field_name, LineState.WAITING)
    text = answer.text
    if field is not None and answer.value is not None and field.type is not FieldType.EMPLOYEE:
        text = show_value(field, answer.value, language)
    answered = answer.state == AnswerState.ANSWERED
    return CardPart(
        field_name,
        STATES[AnswerState(answer.state)],
        text=text,
        quote=answer.quote,
        quote_at=answer.quote_at,
        reason=Reason(answer.reason) if answer.reason else None,
        fate=FieldFate(fates[row.target]) if row.target in fates else None,
        unproven=answered and answer.quote_at is None,
    )


def _failure(deliveries: Sequence[DeliveryRow]) -> Reason | None:
    failed = next((row.reason for row in deliveries if row.reason), None)
    return Reason(failed) if failed else None


def _written(destination: str, deliveries: Sequence[DeliveryRow]) -> Written:
    if destination == Destination.CHAT:
        return Written.NOT_NEEDED
    undone = [UNDONE[UndoState(row.undo)] for row in deliveries if row.undo]
    if undone:
        order = [Written.UNDOING, Written.NOT_UNDONE, Written.PARTLY_UNDONE, Written.UNDONE]
        return min(undone, key=order.index)
    states = {row.state for row in deliveries}
    if DeliveryState.FAILED in states:
        return Written.FAILED
    if DeliveryState.UNVERIFIABLE in states:
        return Written.UNCLEAR
    return Written.WRITTEN if states == {DeliveryState.CONFIRMED} else Written.NOT_YET
