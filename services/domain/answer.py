"""What a model answered and how it reached its destination."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.call import Reason


class AnswerState(StrEnum):
    ANSWERED = "answered"
    NO_DATA = "no_data"
    """The call does not say; an outcome of its own, decided by the system."""
    FAILED = "failed"


@dataclass(frozen=True)
class Usage:
    """What a request cost. None: the server did not say."""

    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    completion_tokens: int | None = None


@dataclass(frozen=True)
class Answer:
    question_id: int
    state: AnswerState
    text: str
    quote: str = ""
    quote_at: float | None = None
    """Seconds from the beginning of the call; None: the quote was not found in the transcript."""
    reason: Reason | None = None
    model: str = ""
    request_id: str = ""
    usage: Usage = Usage()
    free_form: bool = False
    """The model did not keep to the answer schema: its raw text is kept."""


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


@dataclass(frozen=True)
class Delivery:
    id: int
    call_id: int
    prompt_id: int
    target: str
    state: DeliveryState
    body: str
    marker: str
    part: int
    parts: int
    attempt: int
    attempted_at: datetime | None
    remote_id: str | None
    reason: Reason | None
