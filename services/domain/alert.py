"""An alert: a condition in words that a prompt carries, and what came of it on a call."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

CONDITION_LIMIT = 300


class AlertState(StrEnum):
    RAISED = "raised"
    NO = "no"
    NO_DATA = "no_data"
    """The call says nothing of it."""
    UNPROVEN = "unproven"
    """A yes whose quote was never said: silent as a no."""


@dataclass(frozen=True)
class AlertVerdict:
    """`quote` is what the transcript really says; of an unproven one, what the model claims."""

    state: AlertState
    quote: str = ""
    quote_at: float | None = None
    """Seconds from the beginning of the call."""


@dataclass(frozen=True)
class Person:
    """Somebody to be mentioned. `user_id` is Telegram's."""

    user_id: int
    name: str


@dataclass(frozen=True)
class AlertView:
    """What a raised alert shows in a chat."""

    workspace_id: int
    call_id: int
    prompt_id: int
    prompt_name: str
    condition: str
    quote: str
    quote_at: float | None
    started_at: datetime
    zone: str
    manager: str
    client: str
    phone: str
    object_title: str
    object_url: str
    people: tuple[Person, ...] = ()
    chat_number: int = 0
    """Ours, of the chat it is shown in."""
    card_message_id: int | None = None
    """The call's card, when it stands in the same chat."""
