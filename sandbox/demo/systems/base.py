"""What the demo's page asks of a system, whichever it is."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

from sandbox.clock import Clock
from sandbox.demo.company import CLIENTS
from sandbox.recordings.library import recording
from sandbox.recordings.scenarios import Scenario
from sandbox.serving import Server

MARGIN = timedelta(seconds=1)
"""A conversation is said to start now: a prompt that was enabled a moment ago is for it."""


@dataclass(frozen=True)
class Value:
    """Something to send to the bot after `/connect`."""

    title: str
    text: str


@dataclass(frozen=True)
class Place:
    """Where a call can come in: a deal of a CRM, a client's number for the others."""

    id: str
    title: str


@dataclass(frozen=True)
class Entry:
    """A line of a deal's timeline; `at` is in epoch seconds."""

    kind: str
    at: float
    text: str = ""
    title: str = ""
    direction: str = ""


@dataclass(frozen=True)
class Deal:
    id: str
    title: str
    client: str
    fields: Sequence[Mapping[str, str]] = ()
    timeline: Sequence[Entry] = ()


@dataclass(frozen=True)
class Stage:
    name: str
    deals: Sequence[Deal]


@dataclass(frozen=True)
class Funnel:
    name: str
    stages: Sequence[Stage]


@dataclass(frozen=True)
class Board:
    """What a CRM shows. `address` is what links to its deals begin with."""

    subtitle: str
    address: str
    funnels: Sequence[Funnel]
    lists: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


class System(ABC):
    """`button` says what happens when it is pressed, `after` how soon the bot can know of it."""

    key: ClassVar[str]
    title: ClassVar[str]
    button: ClassVar[str] = "📞 Звонок поступил"
    after: ClassVar[str] = "Бот заметит его через пару секунд."

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._heard: dict[str, list[Entry]] = {}

    @property
    @abstractmethod
    def servers(self) -> Sequence[Server]: ...

    @property
    def origins(self) -> Mapping[str, str]:
        """Addresses that the product knows by heart, and where they are here."""
        return {}

    @abstractmethod
    def values(self) -> Sequence[Value]:
        """In the order the dialogue asks for them."""

    def places(self) -> Sequence[Place]:
        return [Place(str(at), f"{one.name}, {one.phone}") for at, one in enumerate(CLIENTS)]

    def board(self) -> Board | None:
        """None: there is nothing to look at, the company's CRM shows the result."""
        return None

    @abstractmethod
    def ring(self, place: str, scenario: Scenario, sound: bytes, seconds: int) -> None:
        """A call of the scenario has just ended there, so long it was."""

    def call(self, place: str, scenario: Scenario) -> None:
        if place not in {one.id for one in self.places()}:
            raise KeyError(place)
        self.ring(place, scenario, recording(scenario), max(5, len(scenario.lines) * 4))
        at = (self.clock.datetime() + MARGIN).timestamp()
        heard = Entry("call", at, title=scenario.title, direction=scenario.direction)
        self._heard.setdefault(place, []).append(heard)

    def timeline(self, place: str, comments: Sequence[Entry]) -> Sequence[Entry]:
        """The newest first."""
        return sorted([*comments, *self._heard.get(place, [])], key=lambda entry: -entry.at)

    def told(self) -> dict[str, Any]:
        board = self.board()
        return {
            "key": self.key,
            "title": self.title,
            "button": self.button,
            "after": self.after,
            "values": [asdict(value) for value in self.values()],
            "places": [asdict(place) for place in self.places()],
            "board": None if board is None else asdict(board),
        }
