"""Calls of MacroCRM through the whole pipeline: stages within stages, and notes that nobody can look up."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select

from sandbox.faults import Fault
from sandbox.macrocrm import Installation
from services.db.models import CallRow, DeliveryRow, IntegrationRow
from services.domain.answer import DeliveryState, UndoState
from services.domain.call import Reason
from services.domain.card import Written
from services.domain.field import FieldType, RemoteField
from services.domain.integration import IntegrationState, Kind, ObjectKind
from services.domain.prompt import Ask, Destination, Place, Policy
from services.errors import Refused
from services.integrations.macrocrm import INTEGRATION
from services.secrets import Vault
from tests.fakes.rows import COMMENT, TEST_KEYS, Company, add_funnel, add_prompt
from tests.pipeline.scenes import owner
from tests.pipeline.world import PortalClock, World

ADD = "estateBuy/addNote"
METHOD = """метод: estateBuy/setAttribute
тело: {"id": {id}, "attr": "{field}", "value": "{value}"}
поля: Возражения = attr_15
проверка: 1"""
READ = """
чтение: estateBuy/getAttribute {"id": {id}, "attr": "{field}"} -> attribute.value"""
STAGES = ["10", "10:123", "20", "20:94", "30"]

pytestmark = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)


@dataclass
class Office:
    """A company with MacroCRM and a prompt on one of its statuses."""

    world: World
    installation: Installation
    company: Company

    async def prompt(self, stage: str, place: Place = COMMENT, asks: Sequence[Ask] = ()) -> None:
        now, integration = self.world.clock.now(), self.company.integration_id
        funnel, stages = await add_funnel(self.world.database, integration, "requests", "Заявки", STAGES)
        await add_prompt(
            self.world.database,
            self.company,
            "Возражения",
            "Какие возражения были у клиента?",
            enabled_at=now,
            now=now,
            funnel_id=funnel,
            stage_id=stages[stage],
            place=place,
            asks=asks,
        )
        await self.pull()
        self.world.clock.advance(5)

    async def set_options(self, **options: str) -> None:
        async with self.world.database.write() as session:
            (await session.get_one(IntegrationRow, self.company.integration_id)).options = options

    async def call(self, *, contact: int = 0, request: int = 0) -> None:
        """It has been over for long enough to be told."""
        self.installation.add_call(recording=self.world.sound(), contact=contact, request=request)
        self.world.clock.advance(200)
        await self.pull()

    async def pull(self) -> None:
        key = f"{self.company.integration_id}@{self.world.clock.now()}"
        await self.world.pipeline.handlers["pull"](key, 0)
        await self.world.jobs.run_due()

    async def delivery(self) -> DeliveryRow:
        async with self.world.database.read() as session:
            return (await session.scalars(select(DeliveryRow))).one()


@pytest.fixture
async def office(world: World) -> AsyncIterator[Office]:
    installation = Installation(clock=PortalClock(world.clock))
    await installation.start()
    async with world.database.write() as session:
        row = IntegrationRow(
            workspace_id=world.company.workspace_id,
            kind=Kind.MACROCRM,
            name="Макро",
            account="macro.test/77",
            secrets=Vault(TEST_KEYS).close({"base_url": installation.base_url, "token": installation.key}),
            settings={},
            state=IntegrationState.ACTIVE,
            created_at=world.clock.now(),
        )
        session.add(row)
        await session.flush()
        company = replace(world.company, integration_id=row.id)
    yield Office(world, installation, company)
    await installation.stop()


async def test_a_prompt_on_a_status_is_for_its_sub_statuses_too(office: Office) -> None:
    await office.prompt("10")
    contact = office.installation.add_contact("Анна", "79000000011")
    request = office.installation.add_request(contact, status=10, custom=123)
    await office.call(contact=contact, request=request.id)
    (note,) = office.installation.notes_of(request.id)
    assert note.text.startswith("Возражения\n")
    assert note.text.splitlines()[-1].startswith("ai:")
    assert office.world.notifier.latest().lines[0].written is Written.WRITTEN


async def test_of_several_requests_the_one_that_a_prompt_waits_for_is_taken(office: Office) -> None:
    await office.prompt("20:94")
    contact = office.installation.add_contact("Анна", "79000000011")
    waited_for = office.installation.add_request(contact, status=20, custom=94)
    office.world.clock.advance(60)
    office.installation.add_request(contact, status=10)
    await office.call(contact=contact)
    assert [note.request for note in office.installation.notes] == [waited_for.id]


async def lost(office: Office) -> None:
    """The note stands there, its answer was lost."""
    await office.prompt("10")
    contact = office.installation.add_contact("Анна", "79000000011")
    request = office.installation.add_request(contact)
    office.installation.faults.add(Fault("reset", ADD, "after"))
    await office.call(contact=contact, request=request.id)
    await office.world.jobs.run_for(600)


async def test_a_lost_note_is_never_sent_again_by_itself(office: Office) -> None:
    await lost(office)
    await office.world.jobs.run_for(24 * 3600)
    row = await office.delivery()
    assert (row.state, row.reason) == (DeliveryState.UNVERIFIABLE, Reason.CANNOT_LOOK)
    card = office.world.notifier.latest()
    assert (card.undecided, card.retryable) == (True, False), "to look again would find out nothing"
    with pytest.raises(Refused, match="nothing_failed"):
        await office.world.pipeline.calls.retry(await owner(office.world), row.call_id)
    assert len(office.installation.notes) == 1


async def test_a_note_that_was_on_its_way_when_the_process_died_is_not_sent_again(office: Office) -> None:
    """No try has been counted yet."""
    await office.prompt("10")
    request = office.installation.add_request(office.installation.add_contact("Анна", "79000000011"))
    office.installation.faults.add(Fault("reset", ADD, "after"))
    await office.call(contact=request.contact, request=request.id)
    async with office.world.database.write() as session:
        (await session.scalars(select(DeliveryRow))).one().tries = 0
    await office.world.jobs.run_for(600)
    assert (await office.delivery()).reason == Reason.CANNOT_LOOK
    assert len(office.installation.notes) == 1


@pytest.mark.parametrize(("decision", "notes"), [("consider_done", 1), ("write_again", 2)])
async def test_a_person_decides_about_a_lost_note(office: Office, decision: str, notes: int) -> None:
    await lost(office)
    row = await office.delivery()
    await getattr(office.world.pipeline.calls, decision)(await owner(office.world), row.call_id)
    await office.world.jobs.run_for(600)
    assert (await office.delivery()).state == DeliveryState.CONFIRMED
    assert office.world.notifier.latest().lines[0].written is Written.WRITTEN
    assert len(office.installation.notes) == notes


async def test_an_owner_who_prefers_a_double_note_is_not_asked(office: Office) -> None:
    await office.set_options(delivery="at_least_once")
    await lost(office)
    assert (await office.delivery()).state == DeliveryState.CONFIRMED
    first, second = office.installation.notes
    assert first.text == second.text


async def test_doubles_are_few_even_if_every_answer_is_lost(office: Office) -> None:
    await office.set_options(delivery="at_least_once")
    office.installation.faults.add(Fault("reset", ADD, "after", times=None))
    await lost(office)
    await office.world.jobs.run_for(24 * 3600)
    assert (await office.delivery()).state == DeliveryState.UNVERIFIABLE
    assert len(office.installation.notes) == 3


@pytest.mark.parametrize(("reading", "undone"), [(READ, UndoState.DONE), ("", UndoState.FAILED)])
async def test_a_field_is_written_by_the_companys_own_method(
    office: Office, reading: str, undone: UndoState
) -> None:
    """What cannot be read is replaced, if that was chosen, and not said to be taken back."""
    office.installation.settings.granted |= {"estateBuy/setAttribute", "estateBuy/getAttribute"}
    office.installation.attribute_names.add("attr_15")
    await office.set_options(fields=INTEGRATION.parse_option("fields", METHOD + reading))
    field = RemoteField("attr_15", "Возражения", FieldType.TEXT, limit=4000)
    place = Place(Destination.FIELDS, object_kind=ObjectKind.DEAL)
    await office.prompt("10", place, [Ask("Какие возражения были у клиента?", field, Policy.OVERWRITE)])
    contact = office.installation.add_contact("Анна", "79000000011")
    request = office.installation.add_request(contact)
    await office.call(contact=contact, request=request.id)
    await office.world.jobs.run_for(120)
    row = await office.delivery()
    assert row.state == DeliveryState.CONFIRMED
    assert "дорого" in request.attributes["attr_15"]
    await office.world.pipeline.undo.undo(await owner(office.world), row.call_id)
    await office.world.jobs.run_for(120)
    assert (await office.delivery()).undo == undone
    assert bool(request.attributes["attr_15"]) is (undone is UndoState.FAILED)


@pytest.mark.parametrize("policy", [Policy.IF_EMPTY, Policy.APPEND])
async def test_a_field_that_cannot_be_read_is_never_wiped_out_by_sparing_it(
    office: Office, policy: Policy
) -> None:
    """The method was told without reading after the prompt had been made: the field would look empty."""
    office.installation.settings.granted |= {"estateBuy/setAttribute"}
    office.installation.attribute_names.add("attr_15")
    await office.set_options(fields=INTEGRATION.parse_option("fields", METHOD))
    field = RemoteField("attr_15", "Возражения", FieldType.TEXT, limit=4000)
    place = Place(Destination.FIELDS, object_kind=ObjectKind.DEAL)
    await office.prompt("10", place, [Ask("Какие возражения были у клиента?", field, policy)])
    request = office.installation.add_request(office.installation.add_contact("Анна", "79000000011"))
    request.attributes["attr_15"] = "написано человеком"
    await office.call(contact=request.contact, request=request.id)
    await office.world.jobs.run_for(120)
    row = await office.delivery()
    assert (row.state, row.reason) == (DeliveryState.FAILED, Reason.FIELD_BLIND)
    assert request.attributes == {"attr_15": "написано человеком"}


async def test_a_mediators_call_ends_with_a_reason_of_its_own(office: Office) -> None:
    await office.prompt("10")
    agent = office.installation.add_contact("Агент", "79000000011", mediator=True)
    for _ in range(2):
        office.installation.add_request(agent)
    await office.call(contact=agent)
    await office.world.jobs.run_for(12 * 3600)
    async with office.world.database.read() as session:
        call = (await session.scalars(select(CallRow))).one()
    assert call.reason == Reason.AMBIGUOUS
    assert office.installation.notes == []
