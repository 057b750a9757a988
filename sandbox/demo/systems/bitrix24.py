"""Bitrix24: two funnels, fields of deals, and a list of its own."""

from collections.abc import Sequence
from datetime import timedelta

from sandbox.bitrix24 import Column, Portal
from sandbox.bitrix24.world import Item
from sandbox.clock import Clock
from sandbox.demo import tables
from sandbox.demo.company import CLIENTS, FUNNEL, MANAGERS, SERVICE
from sandbox.demo.systems.base import MARGIN, Board, Deal, Entry, Funnel, Place, Stage, System, Value
from sandbox.recordings.scenarios import Scenario
from sandbox.serving import Server

STEPS = {FUNNEL: ("NEW", "PREPARATION", "EXECUTING"), SERVICE: ("NEW", "VISIT")}
SERVICE_STAGES: list[tuple[str, str, str | None]] = [
    ("NEW", "Заявка", None),
    ("VISIT", "Выезд мастера", None),
    ("WON", "Решено", "S"),
    ("LOSE", "Отказ", "F"),
]
MOODS = ["Тёплый", "Нейтральный", "Недовольный"]


class Bitrix24(System):
    key, title = "bitrix24", "Битрикс24"

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.portal = Portal(clock=clock)
        self._settle()

    def _settle(self) -> None:
        portal = self.portal
        portal.add_field("deal", "Бюджет клиента", "money")
        portal.add_field("deal", "Возражения", "string")
        portal.add_list(
            "Отзывы",
            [
                Column("", "Сделка", "S:ECrm"),
                Column("", "Менеджер", "S:employee"),
                Column("", "Дата звонка", "S:DateTime"),
                Column("", "Итог", "S"),
                Column("", "Следующий шаг", "S"),
                Column("", "Бюджет", "S:Money"),
                Column("", "Настроение", "L", options=portal.make_options(*MOODS)),
            ],
        )
        users = {one: portal.add_user(one.name, one.last_name) for one in MANAGERS}
        funnels = {FUNNEL: 0, SERVICE: portal.add_funnel(SERVICE, SERVICE_STAGES)}
        for client in CLIENTS:
            portal.add_deal(
                client.deal,
                funnel=funnels[client.funnel],
                stage=STEPS[client.funnel][client.step],
                contact=portal.add_contact(client.name, client.phone),
                manager=users[client.manager],
                created=portal.clock.datetime() - timedelta(days=7),
            )

    @property
    def servers(self) -> Sequence[Server]:
        return [self.portal]

    def values(self) -> Sequence[Value]:
        return [Value("Вебхук", self.portal.webhook_url)]

    def _deals(self) -> list[Item]:
        return [item for (kind, _), item in self.portal.items.items() if kind == "deal"]

    def places(self) -> Sequence[Place]:
        names = {number: funnel.name for number, funnel in self.portal.funnels.items()}
        return [Place(str(item.id), f"{item.title} — {names[item.funnel_id]}") for item in self._deals()]

    def ring(self, place: str, scenario: Scenario, sound: bytes, seconds: int) -> None:
        item = self.portal.items["deal", int(place)]
        contact = self.portal.contacts[item.contact_ids[0]]
        self.portal.add_call(
            phone=contact.phone,
            direction=scenario.direction,
            manager=item.assigned_by,
            started=self.clock.datetime() + MARGIN,
            duration=seconds,
            deal=item.id,
            contact=contact.id,
            recording=sound,
            filename=f"{scenario.key}.mp3",
        )

    def board(self) -> Board:
        funnels = [
            Funnel(
                funnel.name,
                [
                    Stage(
                        stage.name,
                        [
                            self._deal(item)
                            for item in self._deals()
                            if (item.funnel_id, item.stage_id) == (number, stage.id)
                        ],
                    )
                    for stage in funnel.stages
                ],
            )
            for number, funnel in self.portal.funnels.items()
        ]
        return Board("сделки, поля, списки, звонки", self.portal.url, funnels, tables.lists(self.portal))

    def _deal(self, item: Item) -> Deal:
        contact = self.portal.contacts.get(item.contact_ids[0]) if item.contact_ids else None
        comments = [
            Entry("comment", one.created.timestamp(), one.text) for one in self.portal.comments("deal", item.id)
        ]
        return Deal(
            str(item.id),
            item.title,
            contact.name if contact else "",
            tables.fields(self.portal, item.id),
            self.timeline(str(item.id), comments),
        )
