"""What a portal holds: people, funnels, deals, leads, calls, files and timelines."""

from dataclasses import dataclass, field
from datetime import datetime

DEFAULT_STAGES = [
    ("NEW", "Новая", None),
    ("PREPARATION", "Подготовка документов", None),
    ("EXECUTING", "В работе", None),
    ("WON", "Сделка успешна", "S"),
    ("LOSE", "Сделка провалена", "F"),
]
LEAD_STAGES = [
    ("NEW", "Не обработан", None),
    ("IN_PROCESS", "В работе", None),
    ("CONVERTED", "Качественный лид", "S"),
    ("JUNK", "Некачественный лид", "F"),
]
OWNER_TYPES = {"lead": 1, "deal": 2, "contact": 3, "company": 4}
OWNER_NAMES = {number: name for name, number in OWNER_TYPES.items()}


@dataclass
class User:
    id: int
    name: str
    last_name: str


@dataclass
class Contact:
    id: int
    name: str
    phone: str


@dataclass
class Stage:
    row_id: int
    id: str
    """The full id as items store it, for example `C7:NEW`."""
    name: str
    semantics: str | None


@dataclass
class Funnel:
    id: int
    name: str
    stages: list[Stage]


@dataclass
class Move:
    """One row of a stage history."""

    id: int
    type_id: int
    stage_id: str
    funnel_id: int
    at: datetime


@dataclass
class Item:
    """A deal or a lead."""

    id: int
    kind: str
    title: str
    funnel_id: int
    stage_id: str
    created: datetime
    updated: datetime
    contact_ids: list[int] = field(default_factory=list)
    company_id: int = 0
    assigned_by: int = 1
    lead_id: int = 0
    history: list[Move] = field(default_factory=list)
    readable: bool = True
    phone: str = ""
    """Leads have one of their own."""


@dataclass
class File:
    id: int
    name: str
    content: bytes
    trashed: bool = False
    readable: bool = True


@dataclass
class Call:
    """A conversation: one row of the statistics, one activity, or both."""

    call_id: str
    phone: str
    incoming: bool
    manager: int
    started: datetime
    duration: int
    failed_code: str
    statistic_id: int | None
    activity_id: int | None
    contact_id: int | None = None
    lead_id: int | None = None
    file_id: int | None = None
    record_url: str = ""
    transcript: str | None = None
    bindings: list[tuple[int, int]] = field(default_factory=list)
    updated: datetime | None = None
    activity_shown: bool = True
    """False: the statistics row does not know its activity yet."""
    telephony: bool = True
    """Made by telephony: the activity's ORIGIN_ID starts with VI_."""


@dataclass
class Comment:
    id: int
    entity_type: str
    entity_id: int
    author_id: int
    created: datetime
    text: str
