"""What a result card shows: one message about one call, edited as answers arrive."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.answer import FieldFate
from services.domain.call import Direction, Reason


class LineState(StrEnum):
    WAITING = "waiting"
    ANSWERED = "answered"
    NO_DATA = "no_data"
    REFUSED = "refused"
    """Answered, but the value does not fit its field."""
    FAILED = "failed"
    SKIPPED = "skipped"


class Written(StrEnum):
    """Has the answer reached the CRM?"""

    NOT_YET = "not_yet"
    LOOKING = "looking"
    """The deal it belongs to is not found yet."""
    WRITTEN = "written"
    FAILED = "failed"
    UNCLEAR = "unclear"
    NOT_NEEDED = "not_needed"
    UNDOING = "undoing"
    UNDONE = "undone"
    PARTLY_UNDONE = "partly_undone"
    """Somebody has changed it since."""
    NOT_UNDONE = "not_undone"


@dataclass(frozen=True)
class CardPart:
    """One field's part of a prompt that writes fields or a list row."""

    field_name: str
    state: LineState
    text: str = ""
    quote: str = ""
    quote_at: float | None = None
    reason: Reason | None = None
    fate: FieldFate | None = None
    unproven: bool = False
    """Written without a quote that was found, because the company wants it so."""


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
    parts: tuple[CardPart, ...] = ()


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
    awaits_recording: bool = False
    """Nothing can be asked yet: the recording is not there."""
    reason: Reason | None = None
    """Why the whole call could not be worked on."""
    retryable: bool = False
    """Something failed that a person may repeat."""
    undecided: bool = False
    """Whether something was written cannot be looked up: a person decides."""
    undoable: bool = False
    """Something was written that may still be taken back."""
    place: str = ""
    """Funnel and stage of our own, for a call of a telephony or a disk."""
    workspace_id: int = 0
    """Whose call it is: its buttons act there and nowhere else."""
