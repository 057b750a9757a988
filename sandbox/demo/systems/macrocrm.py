"""MacroCRM: one funnel of requests with the company's statuses; notes that nobody can read back but us."""

from collections.abc import Sequence
from datetime import timedelta

from sandbox.clock import Clock
from sandbox.demo.company import CLIENTS, MANAGERS
from sandbox.demo.systems.base import MARGIN, Board, Deal, Entry, Funnel, Place, Stage, System, Value
from sandbox.macrocrm import Installation, Request
from sandbox.recordings.library import recording
from sandbox.recordings.scenarios import SCENARIOS, Scenario
from sandbox.serving import Server

STATUSES = (10, 20, 30)


class MacroCrm(System):
    key, title = "macrocrm", "MacroCRM"
    after = "Бот заметит его минуты через две: MacroCRM отдаёт звонок, когда разговор точно закончен."

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.installation = Installation(clock=clock)
        self._titles: dict[int, str] = {}
        self._settle()

    def _settle(self) -> None:
        there = self.installation
        users = {one: there.add_user(f"{one.last_name} {one.name[0]}.") for one in MANAGERS}
        for client in CLIENTS:
            contact = there.add_contact(client.name, client.phone.lstrip("+"))
            status = STATUSES[client.step]
            request = there.add_request(contact, status=status, manager=users[client.manager])
            self._titles[request.id] = client.deal
        # A call of yesterday: by it the check sees that recordings can be fetched.
        started = self.clock.datetime() - timedelta(hours=20)
        there.add_call(started=started, recording=recording(SCENARIOS[0]), recorded_after=-3600)

    @property
    def servers(self) -> Sequence[Server]:
        return [self.installation]

    def values(self) -> Sequence[Value]:
        return [Value("Адрес API", self.installation.base_url), Value("Ключ", self.installation.key)]

    def places(self) -> Sequence[Place]:
        return [
            Place(str(one.id), f"Заявка {one.id}: {self._titles[one.id]}")
            for one in self.installation.requests.values()
        ]

    def ring(self, place: str, scenario: Scenario, sound: bytes, seconds: int) -> None:
        request = self.installation.requests[int(place)]
        contact = self.installation.contacts[request.contact]
        self.installation.add_call(
            started=self.clock.datetime() + MARGIN,
            talk=seconds,
            incoming=scenario.direction == "in",
            phone=contact.phone,
            contact=contact.id,
            request=request.id,
            manager=request.manager,
            recording=sound,
        )

    def board(self) -> Board:
        stages = [
            Stage(name, [self._deal(one) for one in self.installation.requests.values() if one.status == number])
            for number, (name, _) in self.installation.statuses.items()
        ]
        return Board("заявки, заметки, звонки", self.installation.url, [Funnel("Заявки", stages)])

    def _deal(self, request: Request) -> Deal:
        notes = self.installation.notes_of(request.id)
        return Deal(
            str(request.id),
            f"Заявка {request.id}: {self._titles[request.id]}",
            self.installation.contacts[request.contact].name,
            timeline=self.timeline(
                str(request.id), [Entry("comment", one.at.timestamp(), one.text) for one in notes]
            ),
        )
