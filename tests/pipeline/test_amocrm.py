"""Calls of amoCRM through the whole pipeline: the deal a prompt waits for, and notes whose answer was lost."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select

from sandbox.amocrm import Account
from sandbox.faults import Fault
from services.db.models import CallRow, DeliveryRow, IntegrationRow
from services.domain.answer import DeliveryState
from services.domain.call import Reason
from services.domain.integration import IntegrationState, Kind
from services.secrets import Vault
from tests.fakes.rows import TEST_KEYS, Company, add_funnel, add_prompt
from tests.pipeline.world import PortalClock, World

NOTES = "POST leads/*/notes"
SETTLED = 95

pytestmark = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)


@dataclass
class Office:
    """A company with amoCRM."""

    world: World
    account: Account
    company: Company

    async def prompt(self, stage: str = "") -> None:
        """On a stage of the first pipeline; without one for all calls."""
        now, integration = self.world.clock.now(), self.company.integration_id
        funnel, number = None, None
        if stage:
            (pipeline,) = self.account.pipelines
            key = f"{pipeline}:{self.account.status(stage)}"
            funnel, stages = await add_funnel(self.world.database, integration, str(pipeline), "Продажи", [key])
            number = stages[key]
        await add_prompt(
            self.world.database,
            self.company,
            "Возражения",
            "Какие возражения были у клиента?",
            enabled_at=now,
            now=now,
            funnel_id=funnel,
            stage_id=number,
        )
        await self.pull()
        self.world.clock.advance(5)

    async def set_options(self, **options: str) -> None:
        async with self.world.database.write() as session:
            (await session.get_one(IntegrationRow, self.company.integration_id)).options = options

    async def call(self, **cards: int) -> None:
        """It has been over for long enough to be told."""
        self.account.add_call(recording=self.world.sound(), **cards)  # type: ignore[arg-type]
        self.world.clock.advance(SETTLED)
        await self.pull()

    async def pull(self) -> None:
        key = f"{self.company.integration_id}@{self.world.clock.now()}"
        await self.world.pipeline.handlers["pull"](key, 0)
        await self.world.jobs.run_due()

    async def delivery(self) -> DeliveryRow:
        async with self.world.database.read() as session:
            return (await session.scalars(select(DeliveryRow))).one()

    async def the_call(self) -> CallRow:
        async with self.world.database.read() as session:
            return (await session.scalars(select(CallRow))).one()


@pytest.fixture
async def office(world: World) -> AsyncIterator[Office]:
    account = Account(clock=PortalClock(world.clock))
    for server in account.servers:
        await server.start()
    async with world.database.write() as session:
        secrets = {"way": "token", "address": account.url, "token": account.access.long_lived()}
        row = IntegrationRow(
            workspace_id=world.company.workspace_id,
            kind=Kind.AMOCRM,
            name="amoCRM",
            account="demo.amocrm.test",
            secrets=Vault(TEST_KEYS).close(secrets),
            settings={},
            state=IntegrationState.ACTIVE,
            created_at=world.clock.now(),
        )
        session.add(row)
        await session.flush()
        company = replace(world.company, integration_id=row.id)
    yield Office(world, account, company)
    for server in account.servers:
        await server.stop()


async def test_of_several_deals_the_one_a_prompt_waits_for_is_meant(office: Office) -> None:
    """The others were touched later, and one is the manager's own."""
    contact = office.account.add_contact("Иван", "+79000000001")
    waited = office.account.add_lead(
        "Переговоры идут",
        contact=contact,
        status=office.account.status("Переговоры"),
        manager=office.account.add_user("Борис"),
    )
    office.world.clock.advance(60)
    others = [office.account.add_lead("Новая", contact=contact) for _ in range(3)]
    await office.prompt("Переговоры")
    await office.call(contact=contact)
    assert len(office.account.comments(waited)) == 1
    assert not any(office.account.comments(lead) for lead in others)


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_note_whose_answer_was_lost_is_looked_for_twice(office: Office, arrived: bool) -> None:
    lead = office.account.add_lead("Балкон")
    await office.prompt()
    office.account.faults.add(Fault("reset", NOTES, "after" if arrived else "before"))
    await office.call(lead=lead)
    assert (await office.delivery()).state == DeliveryState.UNKNOWN
    await office.world.jobs.run_for(66)
    assert (await office.delivery()).state == (DeliveryState.CONFIRMED if arrived else DeliveryState.UNKNOWN)
    await office.world.jobs.run_for(66)
    assert (await office.delivery()).state == DeliveryState.CONFIRMED
    assert len(office.account.comments(lead)) == 1
    looks = office.account.asked("GET", f"leads/{lead}/notes")
    assert len(looks) == (1 if arrived else 2)
    assert arrived or looks[1].at - looks[0].at >= 30


async def test_a_note_that_is_shown_only_at_the_second_look_is_not_doubled(office: Office) -> None:
    lead = office.account.add_lead("Балкон")
    await office.prompt()
    office.account.faults.add(Fault("html", NOTES, "after", status=504))
    await office.call(lead=lead)
    (note,) = office.account.comments(lead)
    hidden = office.account.notes.pop(note.id)
    await office.world.jobs.run_for(66)
    office.account.notes[note.id] = hidden
    await office.world.jobs.run_for(66)
    row = await office.delivery()
    assert (row.state, row.remote_id) == (DeliveryState.CONFIRMED, str(note.id))
    assert len(office.account.comments(lead)) == 1


@pytest.mark.parametrize("dated", ["start", "end"])
async def test_a_call_that_began_before_its_prompt_is_not_asked(office: Office, dated: str) -> None:
    """It ended after: only whoever says that the account dates calls by their end can have that known."""
    lead = office.account.add_lead("Балкон")
    await office.set_options(dated=dated)
    await office.prompt()
    await office.call(lead=lead)
    row = await office.the_call()
    if dated == "end":
        assert row.reason == Reason.NO_PROMPTS
    assert len(office.account.comments(lead)) == (0 if dated == "end" else 1)
