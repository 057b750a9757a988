"""What a model answered and how it reached its destination."""

from dataclasses import dataclass
from enum import StrEnum

from services.domain.alert import AlertVerdict
from services.domain.call import Reason
from services.domain.field import Value


class AnswerState(StrEnum):
    ANSWERED = "answered"
    NO_DATA = "no_data"
    """The call does not say; an outcome of its own, decided by the system."""
    REFUSED = "refused"
    """Answered, but the value must not be written: unreadable, not an option, without a quote."""
    FAILED = "failed"


@dataclass(frozen=True)
class Usage:
    """What a request cost. None: the server did not say."""

    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    completion_tokens: int | None = None

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            _sum(self.prompt_tokens, other.prompt_tokens),
            _sum(self.cached_tokens, other.cached_tokens),
            _sum(self.completion_tokens, other.completion_tokens),
        )


def _sum(first: int | None, second: int | None) -> int | None:
    return None if first is None and second is None else (first or 0) + (second or 0)


@dataclass(frozen=True)
class Answer:
    question_id: int
    state: AnswerState
    text: str
    value: Value = None
    """Typed, for a field or column."""
    quote: str = ""
    quote_at: float | None = None
    """Seconds from the beginning of the call; None: the quote was not found in the transcript."""
    reason: Reason | None = None
    model: str = ""
    request_id: str = ""
    usage: Usage = Usage()
    free_form: bool = False
    """The model did not keep to the answer schema: its raw text is kept."""
    alert: AlertVerdict | None = None
    """What came of the prompt's condition, when it was judged along with this question."""


class DeliveryState(StrEnum):
    PLANNED = "planned"
    SENDING = "sending"
    CONFIRMED = "confirmed"
    UNKNOWN = "unknown"
    FAILED = "failed"
    UNVERIFIABLE = "unverifiable"
    """The outcome is unclear and the remote system offers no way to look: a person decides."""

    @property
    def final(self) -> bool:
        return self in {DeliveryState.CONFIRMED, DeliveryState.FAILED, DeliveryState.UNVERIFIABLE}


class FieldFate(StrEnum):
    """What became of one value of a delivery."""

    WRITTEN = "written"
    SAME = "same"
    """It stood there already."""
    KEPT = "kept"
    """Somebody's value was left alone, as the policy says."""
    NEWER = "newer"
    """A later call has answered already."""
    OTHER_PROMPT = "other_prompt"
    """Another prompt of the same call has the field."""
    FULL = "full"
    """There is no room left in the field."""
    GONE = "gone"
    LOST = "lost"
    """The remote system took the value and did not keep it."""


class UndoState(StrEnum):
    WANTED = "wanted"
    DONE = "done"
    PARTLY = "partly"
    """Somebody has changed it since: left as it is."""
    FAILED = "failed"
