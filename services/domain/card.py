"""What a result card shows: one message about one call, edited as answers arrive."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.call import Direction, Reason


class LineState(StrEnum):
    WAITING = "waiting"
    ANSWERED = "answered"
    NO_DATA = "no_data"
    FAILED = "failed"
    SKIPPED = "skipped"


class Written(StrEnum):
    """Has the answer reached the CRM?"""

    NOT_YET = "not_yet"
    WRITTEN = "written"
    FAILED = "failed"
    UNCLEAR = "unclear"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True)
class CardLine:
    """One prompt's part of a card."""

    prompt_name: str
    state: LineState
    text: str = ""
    quote: str = ""
    quote_at: float | None = None
    written: Written = Written.NOT_NEEDED
    reason: Reason | None = None


@dataclass(frozen=True)
class CardView:
    call_id: int
    started_at: datetime
    zone: str
    direction: Direction
    duration: int
    manager: str
    client: str
    phone: str
    object_title: str
    object_url: str
    lines: tuple[CardLine, ...]
    reason: Reason | None = None
    """Why the whole call could not be worked on."""
    retryable: bool = False
    """Something failed that a person may repeat."""
