"""amoCRM: pipelines, notes and fields; the telephony beside it leaves its calls with the client and the deal."""

from collections.abc import Sequence

from sandbox.amocrm import Account, Lead
from sandbox.clock import Clock
from sandbox.demo.company import CLIENTS, MANAGERS, NAME, SERVICE
from sandbox.demo.systems.base import MARGIN, Board, Deal, Entry, Funnel, Place, Stage, System, Value
from sandbox.recordings.scenarios import Scenario
from sandbox.serving import Server

SERVICE_STATUSES = ("Заявка", "Выезд мастера")


class AmoCrm(System):
    key, title = "amocrm", "amoCRM"
    after = "Бот заметит его минуты через полторы: amoCRM сначала дописывает звонок."

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.account = Account(clock=clock)
        self._token = self.account.access.long_lived()
        self._settle()

    def _settle(self) -> None:
        account = self.account
        account.name = NAME
        account.add_field("Бюджет клиента", "numeric")
        account.add_field("Возражения", "textarea")
        users = {one: account.add_user(one.full_name) for one in MANAGERS}
        sales = next(iter(account.pipelines))
        service = account.add_pipeline(SERVICE, SERVICE_STATUSES)
        for client in CLIENTS:
            home = service if client.funnel == SERVICE else sales
            statuses = [one for one in account.pipelines[home].statuses if one.type == 0]
            account.add_lead(
                client.deal,
                pipeline=home,
                status=statuses[client.step].id,
                contact=account.add_contact(client.name, client.phone),
                manager=users[client.manager],
            )

    @property
    def servers(self) -> Sequence[Server]:
        return self.account.servers

    def values(self) -> Sequence[Value]:
        return [Value("Адрес", self.account.url), Value("Токен", self._token)]

    def places(self) -> Sequence[Place]:
        names = {number: pipeline.name for number, pipeline in self.account.pipelines.items()}
        return [
            Place(str(lead.id), f"{lead.name} — {names[lead.pipeline]}") for lead in self.account.leads.values()
        ]

    def ring(self, place: str, scenario: Scenario, sound: bytes, seconds: int) -> None:
        lead = self.account.leads[int(place)]
        contact = self.account.cards["contacts"][lead.contacts[0]]
        self.account.add_call(
            lead=lead.id,
            contact=contact.id,
            phone=contact.phone,
            incoming=scenario.direction == "in",
            duration=seconds,
            manager=lead.responsible,
            recording=sound,
            created=int((self.clock.datetime() + MARGIN).timestamp()) + 1,
        )

    def board(self) -> Board:
        funnels = [
            Funnel(
                pipeline.name,
                [
                    Stage(
                        status.name,
                        [
                            self._deal(lead)
                            for lead in self.account.leads.values()
                            if (lead.pipeline, lead.status) == (pipeline.id, status.id)
                        ],
                    )
                    for status in pipeline.statuses
                ],
            )
            for pipeline in self.account.pipelines.values()
        ]
        return Board("воронки, примечания, поля, звонки", self.account.url, funnels)

    def _deal(self, lead: Lead) -> Deal:
        notes = self.account.comments(lead.id)
        comments = [Entry("comment", float(one.created), str(one.params["text"])) for one in notes]
        return Deal(
            str(lead.id),
            lead.name,
            self.account.cards["contacts"][lead.contacts[0]].name,
            [
                {
                    "name": field.name,
                    "value": ", ".join(str(one["value"]) for one in self.account.value_of(lead.id, field.id)),
                }
                for field in self.account.fields.values()
            ],
            self.timeline(str(lead.id), comments),
        )
