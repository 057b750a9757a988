"""What to believe of an answer: its form, its quote, its value."""

from dataclasses import dataclass, replace

from services.domain.alert import AlertVerdict
from services.domain.call import Reason
from services.domain.field import Value
from services.llm.alerts import judge_alert
from services.llm.fillers import carries
from services.llm.nothing import withheld
from services.llm.parse import ModelReply, Unparsable, parse
from services.llm.quotes import Place, find_quote
from services.ports import AnswerRequest, Expectation, Unfit
from services.privacy.mask import Mask

NOT_SAID = "Цитаты нет в расшифровке: приведи дословно одну реплику или верни found=false."
PROVES_NOTHING = "Цитата ничего не подтверждает: приведи дословно реплику, из которой виден ответ."


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
    alert: AlertVerdict | None = None


def judge(request: AnswerRequest, text: str, mask: Mask) -> Judged:
    """What stands for telephones and the like is put back first: all checks are made on what was really said."""
    try:
        reply = parse(text).restored(mask)
    except Unparsable as problem:
        complaint = f"Ответ не в формате JSON: {problem}. Пришли только объект JSON."
        return Judged(complaint=complaint, understood=False)
    answered = reply.says_something and not _has_no_value(request, reply)
    judged = _believed(request, reply) if answered else Judged()
    return replace(judged, alert=judge_alert(request, reply))


def _has_no_value(request: AnswerRequest, reply: ModelReply) -> bool:
    """A value that says "no data" counts where one was wanted, or where nothing else was said."""
    wanted = request.expects is not None and bool(request.expects.told)
    return withheld(reply.value) and (wanted or not reply.answer.strip())


def _believed(request: AnswerRequest, reply: ModelReply) -> Judged:
    """The quote as the transcript has it; one that was never said is dropped, whatever the answer says."""
    place, complaint = _proof(request, reply)
    said = reply.answer.strip() if withheld(reply.value) else reply.said
    complaints = [complaint] if complaint else []
    problem: Reason | None = None
    value: Value = None
    if request.expects is not None:
        problem = Reason.QUOTE_NOT_FOUND if place is None else None
        try:
            value = _value(request.expects, said, place)
        except Unfit as unfit:
            problem = unfit.reason
            complaints.append(unfit.told)
    return Judged(
        found=True,
        text=reply.answer.strip() or _joined(said),
        quote=place.text if place else "",
        quote_at=place.at if place else None,
        value=value,
        problem=problem,
        complaint=" ".join([*complaints, "Пришли исправленный объект JSON."]) if complaints else None,
    )


def _proof(request: AnswerRequest, reply: ModelReply) -> tuple[Place | None, str]:
    """Where the quote was said, and what is wrong with it. For a field it must carry something."""
    place = find_quote(reply.quote or "", request.segments)
    if place is None:
        wanted = bool(reply.quote) or request.expects is not None
        return None, NOT_SAID if wanted else ""
    if request.expects is not None and not carries(place.text):
        return None, PROVES_NOTHING
    return place, ""


def _value(expects: Expectation, said: str | list[str], place: Place | None) -> Value:
    """Raises Unfit, also when the quote that was found carries another value."""
    value = expects.read(said)
    if place is not None:
        expects.hold(value, place.text)
    return value


def _joined(said: str | list[str]) -> str:
    return said if isinstance(said, str) else ", ".join(said)
