"""Novofon: a telephony of the present platform. The deal is found by the client's number in a CRM."""

from collections.abc import Mapping, Sequence

from sandbox.clock import Clock
from sandbox.demo.company import CLIENTS, LINE, MANAGERS, NAME
from sandbox.demo.systems.base import MARGIN, System, Value
from sandbox.novofon import Cabinet
from sandbox.recordings.scenarios import Scenario
from sandbox.serving import Server


class Novofon(System):
    key, title = "novofon", "Новофон"

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.cabinet = Cabinet(clock=clock)
        self.cabinet.name, self.cabinet.lines = f"ООО «{NAME}»", [LINE]
        self._people = {one: self.cabinet.add_employee(one.full_name, one.extension) for one in MANAGERS}

    @property
    def servers(self) -> Sequence[Server]:
        return [self.cabinet]

    @property
    def origins(self) -> Mapping[str, str]:
        usual = ("https://dataapi-jsonrpc.novofon.ru", "https://app.novofon.ru")
        return dict.fromkeys(usual, self.cabinet.url)

    def values(self) -> Sequence[Value]:
        return [Value("Ключ API", self.cabinet.token)]

    def ring(self, place: str, scenario: Scenario, sound: bytes, seconds: int) -> None:
        client = CLIENTS[int(place)]
        session = self.cabinet.add_call(
            phone=client.phone,
            incoming=scenario.direction == "in",
            started=self.clock.datetime() + MARGIN,
            talks=[(self._people[client.manager], seconds)],
        )
        self.cabinet.attach(session, sound)
