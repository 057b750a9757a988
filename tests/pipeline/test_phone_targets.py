"""Calls of a telephony: their deal is found in a CRM by the phone number, and the answers go there."""

from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select

from sandbox.bitrix24 import Comment
from sandbox.faults import Fault
from services.db.models import CallRow, CallTargetRow, DeliveryRow, IntegrationRow, MemberRow
from services.domain.call import CallState, Reason, TargetState
from services.domain.card import CardLine, Written
from services.domain.integration import IntegrationState, ObjectKind
from services.domain.prompt import Ask, Destination, Place
from services.domain.workspace import Member
from services.errors import Refused
from services.jobs.queues import Job
from services.workspace.workspaces import member_of_row
from tests.fakes.rows import Company, add_prompt, add_telephony
from tests.fakes.telephony import Exchange
from tests.pipeline.world import World

PHONE = "+79161234567"
HOUR = 3600


@dataclass
class Office:
    """A company with a telephony and a portal; one prompt writes comments from the one into the other."""

    world: World
    exchange: Exchange
    telephony: Company

    @property
    def portal_id(self) -> int:
        return self.world.company.integration_id

    async def prompt(self, name: str, place: Place, asks: list[Ask] | None = None) -> int:
        now = self.world.clock.now()
        return await add_prompt(
            self.world.database,
            self.telephony,
            name,
            "Какие возражения были у клиента?",
            enabled_at=now,
            now=now,
            place=replace(place, into=self.portal_id),
            asks=asks or (),
        )

    async def call(self, phone: str = PHONE) -> None:
        self.world.clock.advance(5)
        self.exchange.add_call(phone, self.world.sound(), self.world.clock.now())
        await self.pull()

    async def pull(self) -> None:
        key = f"{self.telephony.integration_id}@{self.world.clock.now()}"
        await self.world.pipeline.handlers["pull"](key, 0)
        await self.world.jobs.run_due()

    def deal(self, phone: str = PHONE) -> int:
        contact = self.world.portal.add_contact("Пётр", phone)
        return self.world.portal.add_deal("Балкон", contact=contact)

    def comments(self, deal: int) -> list[Comment]:
        return self.world.portal.comments("deal", deal)

    def line(self) -> CardLine:
        return self.world.notifier.latest().lines[0]

    async def target(self) -> CallTargetRow:
        async with self.world.database.read() as session:
            return (await session.scalars(select(CallTargetRow))).one()

    async def the_call(self) -> CallRow:
        async with self.world.database.read() as session:
            return (await session.scalars(select(CallRow))).one()

    async def owner(self) -> Member:
        async with self.world.database.read() as session:
            return member_of_row((await session.scalars(select(MemberRow))).one())


@pytest.fixture
async def office(world: World, exchange: Exchange) -> Office:
    telephony = await add_telephony(world.database, world.company, world.clock.now())
    office = Office(world, exchange, telephony)
    await office.pull()
    await office.prompt("Возражения", Place())
    return office


async def test_the_answer_stands_in_the_deal_of_the_caller(office: Office) -> None:
    deal = office.deal()
    await office.call()
    (comment,) = office.comments(deal)
    assert "дорого" in comment.text
    view = office.world.notifier.latest()
    assert (view.object_title, view.client) == ("Балкон", "Пётр")
    assert view.lines[0].written is Written.WRITTEN


async def test_the_card_does_not_wait_for_the_deal(office: Office) -> None:
    """The CRM makes a deal of an unknown caller minutes later."""
    await office.call()
    assert "дорого" in office.line().text
    assert office.line().written is Written.LOOKING
    deal = office.deal()
    await office.world.jobs.run_for(HOUR)
    assert len(office.comments(deal)) == 1
    assert office.line().written is Written.WRITTEN


async def test_without_a_deal_the_card_says_why(office: Office) -> None:
    await office.call()
    await office.world.jobs.run_for(10 * HOUR)
    assert (office.line().written, office.line().reason) == (Written.FAILED, Reason.NO_DEAL)
    assert (await office.the_call()).state == CallState.DONE
    assert office.world.notifier.latest().retryable


async def test_a_deal_of_the_next_morning_still_gets_the_answers(office: Office) -> None:
    """The card has said by then that there is none, and stands corrected."""
    await office.call()
    await office.world.jobs.run_for(4 * HOUR)
    assert (office.line().written, office.line().reason) == (Written.FAILED, Reason.NO_DEAL)
    await office.world.jobs.run_for(11 * HOUR)
    deal = office.deal()
    await office.world.jobs.run_for(3 * HOUR)
    assert len(office.comments(deal)) == 1
    view = office.world.notifier.latest()
    assert (view.lines[0].written, view.retryable) == (Written.WRITTEN, False)


async def test_a_deal_that_never_comes_costs_few_looks_and_one_edit(office: Office) -> None:
    await office.call()
    (shown,) = map(len, office.world.notifier.cards.values())
    await office.world.jobs.run_for(100 * HOUR)
    looks = [job.name for job in office.world.jobs.done].count(Job.TARGET)
    assert 20 < looks < 30
    assert [len(views) for views in office.world.notifier.cards.values()] == [shown + 1]
    target = await office.target()
    assert (target.state, target.reason, target.due_at) == (TargetState.NONE, Reason.NO_DEAL, None)
    assert Job.TARGET not in [job.name for job in office.world.jobs.waiting]


async def test_an_hour_without_the_crm_late_in_the_search_does_not_end_it(office: Office) -> None:
    await office.call()
    await office.world.jobs.run_for(30 * HOUR)
    office.world.portal.faults.add(Fault("html", times=None))
    await office.world.jobs.run_for(8 * HOUR)
    office.world.portal.faults.clear()
    deal = office.deal()
    await office.world.jobs.run_for(10 * HOUR)
    assert len(office.comments(deal)) == 1


async def test_a_person_may_have_it_looked_for_again(office: Office) -> None:
    await office.call()
    await office.world.jobs.run_for(10 * HOUR)
    deal = office.deal()
    await office.world.pipeline.calls.retry(await office.owner(), (await office.the_call()).id)
    await office.world.jobs.run_due()
    assert len(office.comments(deal)) == 1


async def test_a_hidden_number_is_looked_for_nowhere(office: Office) -> None:
    await office.call("anonymous")
    assert (office.line().written, office.line().reason) == (Written.FAILED, Reason.NO_PHONE)
    assert not office.world.portal.asked("crm.duplicate.findbycomm")
    view = office.world.notifier.latest()
    assert not view.retryable
    with pytest.raises(Refused):
        await office.world.pipeline.calls.retry(await office.owner(), view.call_id)


async def test_the_model_is_asked_though_the_crm_is_down(office: Office) -> None:
    deal = office.deal()
    office.world.portal.faults.add(Fault("html", times=None))
    await office.call()
    assert "дорого" in office.line().text
    office.world.portal.faults.clear()
    await office.world.jobs.run_for(HOUR)
    assert len(office.comments(deal)) == 1


async def test_expired_access_is_waited_for(office: Office) -> None:
    deal = office.deal()
    secret = office.world.portal.secret
    office.world.portal.revoke()
    await office.call()
    async with office.world.database.read() as session:
        assert (await session.get_one(IntegrationRow, office.portal_id)).state == IntegrationState.EXPIRED
    assert office.line().written is Written.LOOKING
    office.world.portal.secret = secret
    async with office.world.database.write() as session:
        row = await session.get_one(IntegrationRow, office.portal_id)
        await office.world.pipeline.health.worked(session, row)
    await office.world.jobs.run_due()
    assert len(office.comments(deal)) == 1


async def test_fields_of_deals_are_not_written_into_a_lead(office: Office) -> None:
    field_id = office.world.portal.add_field("deal", "Возражения", "string")
    fields = await office.world.pipeline.fields.fields(office.portal_id, ObjectKind.DEAL)
    field = next(one for one in fields if one.id == field_id)
    await office.prompt(
        "Поля", Place(Destination.FIELDS, object_kind=ObjectKind.DEAL), [Ask("Возражения?", field)]
    )
    office.world.portal.add_lead("Заявка", phone=PHONE)
    await office.call()
    lines = office.world.notifier.latest().lines
    assert (lines[1].written, lines[1].reason) == (Written.FAILED, Reason.OTHER_OBJECT)
    assert lines[0].written is Written.WRITTEN


async def test_a_forgotten_search_is_put_again(office: Office) -> None:
    await office.call()
    deal = office.deal()
    office.world.jobs.lose_all()
    office.world.clock.advance(300)
    await office.world.pipeline.handlers["sweep"]("1", 0)
    await office.world.jobs.run_due()
    assert len(office.comments(deal)) == 1


async def test_another_portal_in_its_place_gets_nothing_of_the_old_deals(office: Office) -> None:
    """The deals of the new account have the same numbers and are others."""
    deal = office.deal()
    office.world.portal.faults.add(Fault("reset", "crm.timeline.comment.add", times=None))
    await office.call()
    async with office.world.database.write() as session:
        row = await session.get_one(IntegrationRow, office.portal_id, with_for_update=True)
        await office.world.pipeline.moving.move(session, row, "other.test")
    office.world.portal.faults.clear()
    await office.world.jobs.run_for(HOUR)
    async with office.world.database.read() as session:
        (delivery,) = await session.scalars(select(DeliveryRow))
        assert delivery.target.startswith("@")
    assert not office.comments(deal)
    assert (await office.target()).state == "none"


async def test_repeating_after_the_move_looks_in_the_new_account(office: Office) -> None:
    await office.call()
    async with office.world.database.write() as session:
        row = await session.get_one(IntegrationRow, office.portal_id, with_for_update=True)
        await office.world.pipeline.moving.move(session, row, "other.test")
    deal = office.deal()
    await office.world.jobs.run_for(HOUR)
    assert not office.comments(deal)
    await office.world.pipeline.calls.retry(await office.owner(), (await office.the_call()).id)
    await office.world.jobs.run_due()
    assert len(office.comments(deal)) == 1


async def test_a_disconnected_crm_switches_its_prompts_off(office: Office) -> None:
    await office.world.integrations.disconnect(await office.owner(), office.portal_id)
    deal = office.deal()
    await office.call()
    assert not office.comments(deal)
    assert (await office.the_call()).reason == Reason.NO_PROMPTS
