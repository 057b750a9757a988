"""MTS: the virtual exchange. The deal is found by the client's number in a CRM."""

from collections.abc import Mapping, Sequence

from sandbox.clock import Clock
from sandbox.demo.company import CLIENTS, MANAGERS
from sandbox.demo.systems.base import MARGIN, System, Value
from sandbox.mts import Employee, Vpbx
from sandbox.recordings.scenarios import Scenario
from sandbox.serving import Server


class Mts(System):
    key, title = "mts", "МТС"
    after = "Бот заметит его минуты через полторы: станция не говорит, когда разговор закончен."

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.exchange = Vpbx(clock=clock)
        self.exchange.employees = [Employee(one.name, one.last_name, one.extension) for one in MANAGERS]

    @property
    def servers(self) -> Sequence[Server]:
        return [self.exchange]

    @property
    def origins(self) -> Mapping[str, str]:
        return {"https://vpbx.mts.ru": self.exchange.url}

    def values(self) -> Sequence[Value]:
        return [Value("Токен", self.exchange.token)]

    def ring(self, place: str, scenario: Scenario, sound: bytes, seconds: int) -> None:
        client = CLIENTS[int(place)]
        self.exchange.add_leg(
            phone=client.phone,
            own=client.manager.extension,
            name=client.manager.full_name,
            incoming=scenario.direction == "in",
            duration=seconds,
            began=(self.clock.datetime() + MARGIN).timestamp(),
            recording=sound,
        )
