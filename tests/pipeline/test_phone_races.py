"""The search for a caller's deal while something else happens: other workers, a move, a deletion."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from sandbox.amocrm import Account
from sandbox.bitrix24 import Column
from sandbox.faults import Fault
from services.db.models import (
    CallTargetRow,
    DeliveryRow,
    IntegrationRow,
    PromptRow,
    PromptVersionRow,
    WorkspaceRow,
)
from services.domain.call import Reason
from services.domain.card import LineState, Written
from services.domain.field import RemoteList
from services.domain.integration import IntegrationState, Kind
from services.domain.prompt import Ask, Destination, Filled, Known, Place
from services.retention import Retention
from services.secrets import Vault
from tests.fakes.rows import TEST_KEYS, add_telephony
from tests.fakes.telephony import Exchange
from tests.pipeline.test_phone_targets import HOUR, PHONE, Office
from tests.pipeline.world import PortalClock, World

CLIENTS, DEALS = "batch", "crm.item.list"
"""What the search asks for, one after the other."""
SLOW = 0.4
"""Real seconds in which the other one has begun."""
LONGEST = 20.0


@pytest.fixture
async def office(world: World, exchange: Exchange) -> Office:
    telephony = await add_telephony(world.database, world.company, world.clock.now())
    office = Office(world, exchange, telephony)
    await office.pull()
    await office.prompt("Возражения", Place())
    return office


async def looks(office: Office) -> None:
    """The job of the search, as a worker runs it."""
    await office.world.pipeline.handlers["target"]("1", 0)


async def make_due(office: Office) -> None:
    async with office.world.database.write() as session:
        row = await session.get_one(CallTargetRow, 1)
        row.due_at = office.world.clock.now()
        row.attempt += 1


async def while_it_looks(
    office: Office, meanwhile: Callable[[], Awaitable[None]], answer: str = DEALS, *, seconds: float = LONGEST
) -> None:
    """`meanwhile` happens when the CRM has given this answer and nobody has heard it yet.

    It is heard when all of it has happened, or `seconds` after it was given.
    """
    portal, done = office.world.portal, asyncio.Event()
    portal.faults.add(Fault("delay", answer, "after", seconds=seconds, until=done))
    before = len(portal.asked(answer))

    async def then() -> None:
        await portal.wait_for(lambda: len(portal.asked(answer)) > before, timeout=5)
        await meanwhile()
        done.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(looks(office))
        group.create_task(then())


async def test_two_workers_that_find_two_deals_write_into_one(office: Office) -> None:
    """The client's deal is closed and another made between the two answers."""
    await office.call()
    first = office.deal()
    await make_due(office)
    second: list[int] = []

    async def other_worker() -> None:
        office.world.portal.delete("deal", first)
        second.append(office.deal())
        await looks(office)

    await while_it_looks(office, other_worker)
    await office.world.jobs.run_for(120)
    assert len(office.comments(second[0])) == 1
    assert (await office.target()).object_id == str(second[0])
    async with office.world.database.read() as session:
        assert len((await session.scalars(select(DeliveryRow))).all()) == 1


async def test_a_late_nothing_does_not_lose_what_another_worker_found(office: Office) -> None:
    await office.call()
    office.world.clock.advance(5 * HOUR)
    await make_due(office)
    deals: list[int] = []

    async def other_worker() -> None:
        deals.append(office.deal())
        await looks(office)

    await while_it_looks(office, other_worker, CLIENTS)
    assert (await office.target()).state == "found"
    await office.world.jobs.run_for(120)
    assert len(office.comments(deals[0])) == 1
    assert office.line().written is Written.WRITTEN


async def test_words_that_are_deleted_while_it_looks_are_not_written_as_nothing(office: Office) -> None:
    await office.call()
    deal = office.deal()
    await make_due(office)

    async def forget() -> None:
        async with office.world.database.write() as session:
            row = await session.get_one(WorkspaceRow, office.telephony.workspace_id)
            row.settings = {**row.settings, "keep_days": 30}
        office.world.clock.advance(31 * 24 * HOUR)
        await Retention(office.world.database, office.world.clock).run()

    await while_it_looks(office, forget)
    await office.world.jobs.run_for(120)
    assert not office.comments(deal)
    assert (await office.target()).state == "none"


async def test_a_search_that_began_in_the_old_account_brings_nothing_into_the_new_one(office: Office) -> None:
    """Moved, and asked for again, before the old account's answer was heard."""
    await office.call()
    await office.world.jobs.run_for(30 * HOUR)
    old = office.deal()
    await office.world.pipeline.calls.retry(await office.owner(), (await office.the_call()).id)

    async def move() -> None:
        async with office.world.database.write() as session:
            row = await session.get_one(IntegrationRow, office.portal_id, with_for_update=True)
            await office.world.pipeline.moving.move(session, row, "other.test")
        office.world.portal.delete("deal", old)
        await office.world.pipeline.calls.retry(await office.owner(), (await office.the_call()).id)

    await while_it_looks(office, move)
    assert (await office.target()).object_id is None


async def test_a_prompt_that_is_switched_off_after_its_answer_is_written_all_the_same(office: Office) -> None:
    """As an answer on a CRM's own call is: turning off takes effect by the next call."""
    await office.call()
    async with office.world.database.write() as session:
        row = (await session.scalars(select(PromptRow))).one()
        row.enabled, row.enabled_at = False, None
    deal = office.deal()
    await office.world.jobs.run_for(HOUR)
    assert len(office.comments(deal)) == 1


async def test_moving_and_planning_do_not_wait_for_each_other_for_ever(office: Office) -> None:
    """The row of the integration is taken first by both."""
    await office.call()
    deal = office.deal()
    await make_due(office)

    async def move() -> None:
        async with office.world.database.write() as session:
            row = await session.get_one(IntegrationRow, office.portal_id, with_for_update=True)
            await asyncio.sleep(2 * SLOW)
            await office.world.pipeline.moving.move(session, row, "other.test")

    await while_it_looks(office, move, seconds=SLOW)
    target = await office.target()
    assert (target.state, target.object_id) == ("none", None)
    await office.world.jobs.run_for(120)
    assert not office.comments(deal)


async def test_what_keeps_answers_out_does_not_hide_why_there_is_none(office: Office) -> None:
    """The model is at fault, and the card must not say that the deal was not found."""
    office.world.model.faults.add(Fault("status", "chat", times=None, status=400, body="{}"))
    await office.call("anonymous")
    await office.world.jobs.run_for(HOUR)
    line = office.line()
    assert line.state is LineState.FAILED
    assert line.reason is not Reason.NO_PHONE


async def test_a_call_that_was_taken_back_is_not_said_to_be_on_its_way(office: Office) -> None:
    deal = office.deal()
    await office.call()
    await office.prompt("Второй", Place())
    assert len(office.comments(deal)) == 1
    await office.world.pipeline.undo.undo(await office.owner(), (await office.the_call()).id)
    await office.world.jobs.run_for(90)
    assert office.line().written is Written.UNDONE
    assert not office.comments(deal)


async def test_a_row_of_a_list_tells_of_the_deal_and_of_no_strangers_number(office: Office) -> None:
    """The telephony's number of the manager is somebody else's in the portal."""
    portal = office.world.portal
    listed = portal.add_list(
        "Отзывы",
        [
            Column("", "Возражения", "S:HTML"),
            Column("", "Сделка", "S:ECrm"),
            Column("", "Менеджер", "S:employee"),
            Column("", "Имя", "S"),
            Column("", "Телефон", "S"),
        ],
    )
    columns = {one.name: one for one in await office.world.pipeline.fields.columns(office.portal_id, str(listed))}
    known = {"Сделка": Known.OBJECT, "Менеджер": Known.MANAGER, "Имя": Known.MANAGER, "Телефон": Known.PHONE}
    place = Place(
        Destination.LIST,
        list=RemoteList(str(listed), "Отзывы"),
        filled=tuple(Filled(columns[name], one) for name, one in known.items()),
    )
    await office.prompt("Отзыв", place, [Ask("Какие возражения были?", columns["Возражения"])])
    deal = office.deal()
    await office.call()
    await office.world.jobs.run_for(90)
    (row,) = portal.rows_of(listed)
    assert str(deal) in str(row["Сделка"])
    assert row.get("Менеджер") in (None, "", False)
    assert (row["Имя"], row["Телефон"]) == ("Ирина", PHONE)


@pytest.fixture
async def account(office: Office) -> AsyncIterator[Account]:
    made = Account(clock=PortalClock(office.world.clock))
    await made.start()
    yield made
    await made.stop()


async def test_two_crms_receive_the_answers_of_one_call(office: Office, account: Account) -> None:
    world = office.world
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
        other = row.id
    await office.prompt("Второй", Place(into=other))
    async with world.database.write() as session:  # the helper writes into the portal
        version = (await session.scalars(select(PromptVersionRow).order_by(PromptVersionRow.id))).all()[-1]
        version.into_id, version.options = other, {**version.options, "into": other}
    deal = office.deal()
    lead = account.add_lead("Балкон", contact=account.add_contact("Пётр", PHONE))
    account.faults.add(Fault("html", "GET contacts", times=None))
    await office.call()
    assert len(office.comments(deal)) == 1
    account.faults.clear()
    await world.jobs.run_for(timedelta(hours=1).total_seconds())
    assert len(account.comments(lead)) == 1
    assert [line.written for line in world.notifier.latest().lines] == [Written.WRITTEN, Written.WRITTEN]
