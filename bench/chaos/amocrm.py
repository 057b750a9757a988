"""The same with amoCRM: calls are notes on deals, answers are notes and fields, and the rate is seven a second."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bench.chaos.run import DEAL_ASKS, PERSONS, QUESTIONS, Chaos, Outcome
from bench.office import Office
from bench.rig import Rig
from sandbox.amocrm import Account
from sandbox.faults import Fault
from sandbox.serving import Server

HERS = [{"value": "1"}]
SETTLED = 100
"""Seconds until a call is given out: the account's clock is put forward instead of waiting."""
WRITES = ("POST leads/*/notes", "PATCH leads/*")
KINDS = (("reset", "after"), ("html", "after"), ("reset", "before"), ("rate_limit", "after"))


class AmoChaos(Chaos):
    @asynccontextmanager
    async def account_open(self) -> AsyncIterator[None]:
        self._account = Account(clock=self._rig.clock)
        for server in self._account.servers:
            await server.start()
        yield
        for server in self._account.servers:
            await server.stop()

    @property
    def _crm(self) -> Server:
        return self._account

    def _call(self, deal: int, sound: bytes) -> None:
        """On the client and on the deal, as telephony does it."""
        (contact,) = self._account.leads[deal].contacts
        self._account.add_call(lead=deal, contact=contact, duration=60, recording=sound)

    def _called(self) -> None:
        self._rig.clock.advance(SETTLED)

    async def _prepare(self) -> None:
        account = self._account
        self._budget_id = account.add_field("Бюджет клиента", "monetary", currency="RUB")
        self._field_ids = [
            self._budget_id,
            account.add_field("Крайний срок", "date"),
            account.add_field("О конкурентах", "textarea"),
        ]
        for number in range(self._calls):
            contact = account.add_contact(f"Клиент {number}", f"+7900{number:07}")
            deal = account.add_lead(f"Сделка {number}", contact=contact)
            self._deals.append(deal)
            if number % PERSONS == 0:
                account.leads[deal].values[self._budget_id] = list[dict[str, Any]](HERS)
        await self._rig.start()
        await self._rig.say("/connect", "Что подключаем")
        await self._rig.press("amoCRM", "Подключение amoCRM")
        await self._rig.press("Долгосрочный токен", "адрес вашей amoCRM")
        await self._rig.say(account.url, "Долгосрочный токен")
        await self._rig.say(account.access.long_lived(), "Подключено!")
        await self._rig.kill()
        async with Office(self._rig) as office:
            for name, text in QUESTIONS[: self._prompts]:
                await office.comment(name, text)
            await office.fields("Поля", DEAL_ASKS)
        self._rig.clock.advance(2)

    def _plan_faults(self) -> None:
        for method in WRITES:
            for kind, when in (
                ("reset", "after"),
                ("html", "after"),
                ("reset", "before"),
                ("rate_limit", "after"),
            ):
                self._account.faults.add(
                    Fault(kind, method, when, times=None, probability=0.04)  # type: ignore[arg-type]
                )

    @property
    def _wanted(self) -> int:
        """Notes, and deals whose fields are filled."""
        return self._calls * (self._prompts + 1)

    def _filled(self) -> int:
        return sum(all(self._account.value_of(deal, one) for one in self._field_ids) for deal in self._deals)

    def _written(self) -> int:
        return sum(len(self._account.comments(deal)) for deal in self._deals) + self._filled()

    async def _quiet(self) -> None:
        """Goes on for a while after the last expected note: a double would come now."""
        before = len(self._account.asked("GET", "leads/notes"))
        await self._account.wait_for(
            lambda: len(self._account.asked("GET", "leads/notes")) >= before + 4, timeout=120
        )

    def _count(self, seconds: float) -> Outcome:
        found, doubled = self._filled(), len(self._account.duplicate_markers())
        for deal in self._deals:
            titles = Counter(note.params["text"].split("\n", 1)[0] for note in self._account.comments(deal))
            found += len(titles)
            doubled += sum(count - 1 for count in titles.values())
        hers = [deal for number, deal in enumerate(self._deals) if number % PERSONS == 0]
        overwritten = sum(self._account.value_of(deal, self._budget_id) != HERS for deal in hers)
        return self._outcome(found, doubled, overwritten, seconds)


async def measure(
    *, calls: int, prompts: int, seed: int, faulty: bool, rest: float = 4.0, **settings: str
) -> Outcome:
    async with Rig(LLM_CONCURRENCY="16", PULL_SECONDS="5", **settings) as rig:
        chaos = AmoChaos(rig, calls=calls, prompts=prompts, seed=seed, faulty=faulty)
        async with chaos.account_open():
            return await chaos.rest(rest).run()
