"""What happened in the company: people, requests, calls, notes."""

import itertools
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.clock import Clock

BASE_STATUSES: dict[int, tuple[str, dict[int, str]]] = {
    5: ("Неразобранное", {}),
    10: ("Проверка", {123: "Недозвон", 124: "Перезвонить"}),
    20: ("Подбор", {94: "Показ назначен"}),
    30: ("Бронь", {}),
    40: ("Отложено", {}),
    50: ("Сделка в работе", {}),
    60: ("Отказ", {}),
}
CLOSED = frozenset({40, 60})
"""`estateBuy/find` leaves these out."""


@dataclass
class Contact:
    id: int
    name: str
    phone: str
    mediator: bool = False


@dataclass
class Request:
    """A buyer's request. `custom` is the id of a sub-status."""

    id: int
    contact: int
    status: int
    custom: int | None
    manager: int
    added: datetime
    modified: datetime
    merged_into: int | None = None
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass
class Call:
    id: int
    started: datetime
    talk: int
    incoming: bool
    phone: str
    contact: int
    request: int
    manager: int
    recording: bytes | None
    recorded_at: datetime
    """The recording may be fetched from then on."""
    external: str
    no_target: bool = False
    is_answered: bool = True
    is_under_way: bool = False
    """Its row tells nothing of a length before the end."""
    direction: str = ""
    """When it is neither of the two."""

    @property
    def duration(self) -> int:
        return 0 if self.is_under_way else self.talk + 7


@dataclass(frozen=True)
class Note:
    """Only we can see it: the real system offers no way to read notes back."""

    request: int
    text: str
    at: datetime


class World:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._ids = itertools.count(7001)
        self._call_ids = itertools.count(900001)
        self.users: dict[int, str] = {567: "Иванова А."}
        self.statuses = {number: (name, dict(subs)) for number, (name, subs) in BASE_STATUSES.items()}
        self.contacts: dict[int, Contact] = {}
        self.requests: dict[int, Request] = {}
        self.calls: dict[int, Call] = {}
        self.notes: list[Note] = []
        self.attribute_names: set[str] = set()

    def add_user(self, name: str) -> int:
        number = next(self._ids)
        self.users[number] = name
        return number

    def add_contact(self, name: str, phone: str, *, mediator: bool = False) -> int:
        number = next(self._ids)
        self.contacts[number] = Contact(number, name, phone, mediator)
        return number

    def add_request(
        self, contact: int, *, status: int = 10, custom: int | None = None, manager: int = 567
    ) -> Request:
        number, now = next(self._ids) + 5000, self.clock.datetime()
        self.requests[number] = Request(number, contact, status, custom, manager, now, now)
        return self.requests[number]

    def move(self, request: Request, status: int, custom: int | None = None) -> None:
        request.status, request.custom, request.modified = status, custom, self.clock.datetime()

    def merge(self, request: Request, into: Request) -> None:
        request.merged_into = into.id

    def add_call(
        self,
        *,
        started: datetime | None = None,
        talk: int = 60,
        incoming: bool = True,
        phone: str = "79000000011",
        contact: int = 0,
        request: int = 0,
        manager: int = 567,
        recording: bytes | None = None,
        recorded_after: float = 0.0,
        external: str | None = None,
        no_target: bool = False,
        answered: bool = True,
    ) -> Call:
        """`recorded_after`: seconds from now until the recording may be fetched."""
        number, now = next(self._call_ids), self.clock.datetime()
        call = Call(
            id=number,
            started=started or now,
            talk=talk if answered else 0,
            incoming=incoming,
            phone=phone,
            contact=contact,
            request=request,
            manager=manager,
            recording=recording,
            recorded_at=datetime.fromtimestamp(now.timestamp() + recorded_after, now.tzinfo),
            external=external if external is not None else f"ext-{number}",
            no_target=no_target,
            is_answered=answered,
        )
        self.calls[number] = call
        return call

    def notes_of(self, request: int) -> list[Note]:
        return [note for note in self.notes if note.request == request]

    def status_name(self, request: Request) -> str:
        return self.statuses[request.status][0]

    def custom_name(self, request: Request) -> str | None:
        return None if request.custom is None else self.statuses[request.status][1].get(request.custom)
