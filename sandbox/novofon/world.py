"""What a telephony holds: employees, call sessions with their legs, recordings."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Employee:
    id: int
    full_name: str
    extension: str


@dataclass
class Leg:
    """A part of a session with one employee; seconds of talk."""

    id: int
    employee: Employee
    seconds: int
    talked: bool = True


@dataclass
class Recording:
    """One part of a session. Its id is told from `told_at` on, its file is there from `ready_at` on (epoch)."""

    id: str
    content: bytes
    kind: str = "talk"
    told_at: float = 0.0
    ready_at: float = 0.0


@dataclass
class Session:
    """A conversation, perhaps transferred; `finished_at` in epoch seconds: until then it goes on."""

    id: int
    communication_id: int
    started: datetime
    finished_at: float
    incoming: bool
    phone: str
    line: str
    lost: bool
    legs: list[Leg]
    recordings: list[Recording] = field(default_factory=list)
    whole: Recording | None = None
    """The one file of the whole session, with a link of its own."""

    @property
    def talked(self) -> int:
        return sum(leg.seconds for leg in self.legs if leg.talked)
