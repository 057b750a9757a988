"""Kills the bot at random moments until all work is done, and counts what was lost or doubled.

Every call has comments, a row of a list with four fields, and three fields of its deal; in some deals a person
has filled one of the fields, and that value must stay.
"""

import random
import re
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bench.office import Office
from bench.rig import Rig
from sandbox.bitrix24 import Column
from sandbox.faults import Fault
from sandbox.serving import Server

QUESTIONS = [
    ("Бюджет", "Какой бюджет у клиента?"),
    ("Срок", "К какому сроку нужно?"),
    ("Итог", "Кратко, о чём разговор?"),
    ("Конкуренты", "С какими конкурентами сравнивает?"),
]
LIST = "Отзывы"
LIST_ASKS = {
    "Бюджет": "Какой бюджет у клиента?",
    "Срок": "К какому сроку нужно?",
    "Конкуренты": "С какими конкурентами сравнивает?",
    "Цена": "Что с ценой?",
}
DEAL_ASKS = {
    "Бюджет клиента": "Какой бюджет у клиента?",
    "Крайний срок": "К какому сроку нужно?",
    "О конкурентах": "С какими конкурентами сравнивает?",
}
METHODS = ("crm.timeline.comment.add", "lists.element.add", "crm.item.update")
PERSONS = 7
"""In every such deal a person has filled a field already."""
HERS = "1|RUB"
TITLE = re.compile(r"Сделка \d+")
LONGER, LONGEST_REST = 1.5, 30.0
"""On a busy machine a bot that is killed while it starts gets nowhere: after each such time it is left alone for
so much longer, until it gets on. Seconds."""
PATIENCE, PATIENCE_EACH = 600.0, 12.0
"""Seconds for all, and more for each call, on a slow machine; then what is missing counts as lost."""


@dataclass(frozen=True)
class Outcome:
    wanted: int
    written: int
    lost: int
    doubled: int
    overwritten: int
    kills: int
    seconds: float
    cards_twice: int
    """No failure: Telegram cannot be asked what it has taken before a kill."""
    frozen: int = 0
    """Processes that stood still for a while, and then went on."""

    def __str__(self) -> str:
        frozen = f", frozen {self.frozen}" if self.frozen else ""
        return (
            f"writes wanted {self.wanted}, found {self.written}: lost {self.lost}, doubled {self.doubled}, "
            f"people's values overwritten {self.overwritten}; calls with two cards {self.cards_twice}; "
            f"kills {self.kills}{frozen}, {self.seconds:.0f} s"
        )


class Chaos:
    """`faulty`: the portal loses answers after it has done the work, now and then."""

    def __init__(self, rig: Rig, *, calls: int, prompts: int, seed: int, faulty: bool) -> None:
        self._rig = rig
        self._calls = calls
        self._prompts = prompts
        self._random = random.Random(seed)
        self._faulty = faulty
        self._deals: list[int] = []
        self._rest = 4.0
        """Seconds between a start and the kill at least, three times that at most, while it gets on."""
        self._kills = 0

    async def run(self) -> Outcome:
        begun = time.monotonic()
        await self._prepare()
        if self._faulty:
            self._plan_faults()
        for number, deal in enumerate(self._deals):
            sound = self._rig.sound(
                f"Бюджет у нас {number + 1} тысяч рублей.",
                "Нужно к четвергу, это крайний срок.",
                f"Сравниваем с конкурентами, у конкурентов дешевле на {number + 1} рублей.",
            )
            self._call(deal, sound)
        self._called()
        await self._start()
        patience = PATIENCE + PATIENCE_EACH * self._calls
        rest = self._rest
        while not self._done() and time.monotonic() - begun < patience:
            before = self._written()
            try:
                await self._crm.wait_for(self._done, timeout=rest * (1 + 2 * self._random.random()))
            except TimeoutError:
                await self._strike()
            rest = self._rest if self._written() > before else min(rest * LONGER, LONGEST_REST)
        await self._quiet()
        return self._count(time.monotonic() - begun)

    async def _start(self) -> None:
        await self._rig.start()

    async def _strike(self) -> None:
        self._kills += 1
        await self._rig.kill()
        await self._rig.start()

    def rest(self, seconds: float) -> "Chaos":
        self._rest = seconds
        return self

    @property
    def _crm(self) -> Server:
        return self._rig.portal

    def _call(self, deal: int, sound: bytes) -> None:
        self._rig.call(deal, sound)

    def _called(self) -> None:
        """All calls are made."""

    async def _prepare(self) -> None:
        portal = self._rig.portal
        self._budget = portal.add_field("deal", "Бюджет клиента", "money")
        self._fields = [
            self._budget,
            portal.add_field("deal", "Крайний срок", "date"),
            portal.add_field("deal", "О конкурентах", "string"),
        ]
        self._list = portal.add_list(
            LIST,
            [
                Column("", "Бюджет", "S:Money"),
                Column("", "Срок", "S:Date"),
                Column("", "Конкуренты", "S:HTML"),
                Column("", "Цена", "L", options=portal.make_options("Дешевле", "Дороже")),
                Column("", "Сделка", "S:ECrm"),
            ],
        )
        for number in range(self._calls):
            deal = portal.add_deal(f"Сделка {number}")
            self._deals.append(deal)
            if number % PERSONS == 0:
                portal.person_sets("deal", deal, self._budget, HERS)
        await self._rig.start()
        await self._rig.connect()
        await self._rig.say("/subscribe", "чат подписан")
        await self._rig.kill()
        async with Office(self._rig) as office:
            for name, text in QUESTIONS[: self._prompts]:
                await office.comment(name, text)
            await office.row("Отзыв", LIST, LIST_ASKS, bound="Сделка")
            await office.fields("Поля", DEAL_ASKS)
        self._rig.clock.advance(2)

    def _plan_faults(self) -> None:
        for method in METHODS:
            for kind, when in (("reset", "after"), ("html", "after"), ("reset", "before"), ("html", "before")):
                self._rig.portal.faults.add(
                    Fault(kind, method, when, times=None, probability=0.03)  # type: ignore[arg-type]
                )

    @property
    def _wanted(self) -> int:
        """Comments, rows, and deals whose fields are filled."""
        return self._calls * (self._prompts + 2)

    def _written(self) -> int:
        portal = self._rig.portal
        comments = sum(len(portal.comments("deal", deal)) for deal in self._deals)
        filled = sum(
            all(portal.value_of("deal", deal, name) is not None for name in self._fields) for deal in self._deals
        )
        return comments + len(portal.lists[self._list].elements) + filled

    def _done(self) -> bool:
        return self._written() >= self._wanted

    async def _quiet(self) -> None:
        """Goes on for a while after the last expected comment: a double would come now."""
        before = len(self._rig.portal.asked("voximplant.statistic.get"))
        await self._rig.portal.wait_for(
            lambda: len(self._rig.portal.asked("voximplant.statistic.get")) >= before + 8, timeout=60
        )

    def _count(self, seconds: float) -> Outcome:
        portal, found, doubled = self._rig.portal, 0, 0
        for deal in self._deals:
            titles = Counter(comment.text.split("\n", 1)[0] for comment in portal.comments("deal", deal))
            found += len(titles)
            doubled += sum(count - 1 for count in titles.values())
        rows = Counter(row.get("Сделка") for row in portal.rows_of(self._list) if _is_whole(row))
        found += len(rows)
        doubled += sum(count - 1 for count in rows.values()) + len(portal.duplicate_rows())
        updated = Counter(number for _, number, _ in portal.updates)
        doubled += sum(count - 1 for count in updated.values())
        found += len(updated)
        hers = [deal for number, deal in enumerate(self._deals) if number % PERSONS == 0]
        overwritten = sum(portal.value_of("deal", deal, self._budget) != HERS for deal in hers)
        return self._outcome(found, doubled, overwritten, seconds)

    def _outcome(self, found: int, doubled: int, overwritten: int, seconds: float) -> Outcome:
        cards = Counter(title.group() for one in self._rig.messages() if (title := TITLE.search(one.text)))
        twice = sum(count > 1 for count in cards.values())
        return Outcome(
            self._wanted, found, self._wanted - found, doubled, overwritten, self._kills, seconds, twice
        )


def _is_whole(row: Mapping[str, object]) -> bool:
    """All answers of the call stand in its row."""
    return all(name in row for name in LIST_ASKS)


async def measure(
    *, calls: int, prompts: int, seed: int, faulty: bool, rest: float = 4.0, **settings: str
) -> Outcome:
    async with Rig(LLM_CONCURRENCY="16", **settings) as rig:
        return await Chaos(rig, calls=calls, prompts=prompts, seed=seed, faulty=faulty).rest(rest).run()
