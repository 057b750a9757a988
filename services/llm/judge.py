"""What to believe of an answer: its form, its quote, its value."""

from dataclasses import dataclass

from services.domain.call import Reason
from services.domain.field import Value
from services.llm.parse import ModelReply, Unparsable, parse
from services.llm.quotes import find_quote
from services.ports import AnswerRequest, Unfit


@dataclass(frozen=True)
class Judged:
    """`complaint` is what the model is told, once; `understood` is False when the form was broken."""

    found: bool = False
    text: str = ""
    quote: str = ""
    quote_at: float | None = None
    value: Value = None
    problem: Reason | None = None
    complaint: str | None = None
    understood: bool = True


def judge(request: AnswerRequest, text: str) -> Judged:
    try:
        reply = parse(text)
    except Unparsable as problem:
        complaint = f"Ответ не в формате JSON: {problem}. Пришли только объект JSON."
        return Judged(complaint=complaint, understood=False)
    if not reply.says_something:
        return Judged()
    return _believed(request, reply)


def _believed(request: AnswerRequest, reply: ModelReply) -> Judged:
    """The quote as the transcript has it; one that was never said is dropped, whatever the answer says."""
    place = find_quote(reply.quote or "", request.segments)
    complaints: list[str] = []
    problem: Reason | None = None
    value: Value = None
    if place is None and (reply.quote or request.expects is not None):
        complaints.append("Цитаты нет в расшифровке: приведи дословно одну реплику или верни found=false.")
    if request.expects is not None:
        problem = Reason.QUOTE_NOT_FOUND if place is None else None
        try:
            value = request.expects.read(reply.said)
        except Unfit as unfit:
            problem = unfit.reason
            complaints.append(unfit.told)
    return Judged(
        found=True,
        text=reply.answer.strip() or _joined(reply.said),
        quote=place.text if place else "",
        quote_at=place.at if place else None,
        value=value,
        problem=problem,
        complaint=" ".join([*complaints, "Пришли исправленный объект JSON."]) if complaints else None,
    )


def _joined(said: str | list[str]) -> str:
    return said if isinstance(said, str) else ", ".join(said)
