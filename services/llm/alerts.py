"""What to believe of an alert: only a yes with a quote that was really said."""

from services.domain.alert import AlertState, AlertVerdict
from services.llm.fillers import carries
from services.llm.parse import ModelReply
from services.llm.quotes import find_quote
from services.ports import AnswerRequest


def judge_alert(request: AnswerRequest, reply: ModelReply) -> AlertVerdict | None:
    """None: there was no condition. A false alarm costs trust, so a yes is not asked to mend its quote."""
    if not request.condition:
        return None
    if reply.alert is None:
        return AlertVerdict(AlertState.NO_DATA)
    if not reply.alert:
        return AlertVerdict(AlertState.NO)
    claimed = reply.alert_quote or ""
    place = find_quote(claimed, request.segments)
    if place is None or not carries(place.text):
        return AlertVerdict(AlertState.UNPROVEN, claimed.strip())
    return AlertVerdict(AlertState.RAISED, place.text, place.at)


def either(first: AlertVerdict | None, second: AlertVerdict | None) -> AlertVerdict | None:
    """A proven yes stays proven, though the model was asked again for something else and forgot it."""
    proven = first is not None and first.state is AlertState.RAISED
    return first if proven else second
