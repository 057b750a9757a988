"""What an account holds, and the questions about the real one that nobody has answered: both ways can be set."""

from dataclasses import dataclass, field
from typing import Any, Literal

WON, LOST = 142, 143


@dataclass
class Wants:
    """How this account behaves where descriptions differ or say nothing."""

    from_includes: bool = True
    """`filter[updated_at][from]` includes its own second."""
    obeys_order: bool = True
    obeys_filter: bool = True
    default_order: Literal["id", "-id", "-updated_at"] = "-updated_at"
    unknown: Literal[204, 404] = 404
    """A single entity that is not there."""
    note_status: Literal[200, 201] = 200
    unsorted_refuses: bool = False
    """Fields of a deal that nobody has accepted yet cannot be written."""
    events_newest_first: bool = True
    retry_after: bool = True
    """429 says how long to wait."""
    utc_days: bool = False
    """A date is kept as midnight in Greenwich, not as the account's own."""
    closed: set[str] = field(default_factory=set)
    """What the token's user may not see: `events`, `users`, `companies`, `contacts/notes`…"""
    unpaid: bool = False


@dataclass
class User:
    id: int
    name: str


@dataclass
class Status:
    id: int
    name: str
    sort: int
    type: int = 0


@dataclass
class Pipeline:
    id: int
    name: str
    sort: int
    statuses: list[Status]
    archived: bool = False


@dataclass
class Lead:
    id: int
    name: str
    pipeline: int
    status: int
    responsible: int
    created: int
    updated: int
    closed: int | None = None
    contacts: list[int] = field(default_factory=list)
    companies: list[int] = field(default_factory=list)
    deleted: bool = False
    values: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    """By field id, as they are told."""


@dataclass
class Card:
    """A contact or a company."""

    id: int
    name: str
    phone: str
    responsible: int
    created: int
    updated: int


@dataclass
class Note:
    id: int
    place: str
    """`leads`, `contacts` or `companies`."""
    entity: int
    type: str
    params: Any
    created: int
    updated: int
    created_by: int
    responsible: int
    triggers: bool = True
    """It sets off the account's automation."""


@dataclass
class Call:
    """A conversation with its notes: one, or one on each of two cards."""

    notes: list[Note]


@dataclass
class Event:
    id: str
    type: str
    entity: int
    entity_type: str
    created: int
    before: list[dict[str, Any]]
    after: list[dict[str, Any]]


@dataclass
class Field:
    id: int
    name: str
    type: str
    enums: dict[int, str] = field(default_factory=dict)
    currency: str | None = None
    predefined: bool = False
