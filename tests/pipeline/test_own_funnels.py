"""Calls of a telephony in funnels of our own: which prompts run, and what a change of the rules means to them."""

from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select

from services.db.models import CallRow, VerdictRow
from services.domain.call import CallState, Reason, Trait
from services.domain.integration import Kind
from services.domain.prompt import Destination, Place
from services.domain.workspace import Member
from services.integrations.catalogue import CATALOGUE
from services.ownfunnels.changes import put
from services.ownfunnels.conditions import Condition, Wanted, What
from services.ownfunnels.funnels import OwnFunnels
from services.ownfunnels.rulebook import RuleBook
from services.ownfunnels.rules import NEW, Goal, Rule
from tests.fakes.rows import Company, add_prompt, add_telephony
from tests.fakes.telephony import Exchange
from tests.pipeline.scenes import owner
from tests.pipeline.world import World

LINE, OTHER = "+74951110000", "+74952220000"


@dataclass
class Hall:
    """A telephony with two funnels: one line leads into each."""

    world: World
    exchange: Exchange
    company: Company
    member: Member
    own: OwnFunnels
    book: RuleBook
    sales: int
    service: int

    async def lead(self, line: str, funnel: int) -> None:
        conditions = (Condition(What.LINE, (Wanted(line),)),)
        stamp = (await self.book.of(self.member, self.company.integration_id)).stamp
        change = put(Rule(NEW, conditions, Goal(funnel)))
        await self.book.change(self.member, self.company.integration_id, change, stamp)

    async def prompt(self, name: str, funnel: int) -> int:
        now = self.world.clock.now()
        return await add_prompt(
            self.world.database,
            self.company,
            name,
            "Какие возражения были у клиента?",
            enabled_at=now,
            now=now,
            funnel_id=funnel,
            place=Place(Destination.CHAT),
        )

    async def call(self, line: str = LINE) -> None:
        self.world.clock.advance(5)
        traits = {str(Trait.LINE): line}
        self.exchange.add_call("+79161234567", self.world.sound(), self.world.clock.now(), traits)
        await self.pull()

    async def pull(self) -> None:
        key = f"{self.company.integration_id}@{self.world.clock.now()}"
        await self.world.pipeline.handlers["pull"](key, 0)
        await self.world.jobs.run_due()

    async def verdicts(self) -> dict[int, tuple[str, str | None]]:
        async with self.world.database.read() as session:
            rows = await session.scalars(select(VerdictRow))
            return {row.prompt_id: (row.state, row.reason) for row in rows}

    async def call_rows(self) -> list[CallRow]:
        async with self.world.database.read() as session:
            return list(await session.scalars(select(CallRow).order_by(CallRow.id)))


@pytest.fixture
async def hall(world: World, exchange: Exchange) -> Hall:
    company = await add_telephony(world.database, world.company, world.clock.now())
    catalogue = {**CATALOGUE, Kind.NOVOFON: exchange.entry()}
    own = OwnFunnels(world.database, catalogue, world.clock)
    book = RuleBook(world.database, catalogue, world.clock)
    member = await owner(world)
    sales = (await own.make_funnel(member, company.integration_id, "Продажи")).funnel.id
    service = (await own.make_funnel(member, company.integration_id, "Сервис")).funnel.id
    made = Hall(world, exchange, company, member, own, book, sales, service)
    await made.lead(LINE, sales)
    await made.lead(OTHER, service)
    await made.pull()
    return made


async def test_only_prompts_of_the_funnel_are_put_to_the_call(hall: Hall) -> None:
    sales, service = await hall.prompt("Возражения", hall.sales), await hall.prompt("Ремонт", hall.service)
    await hall.call(LINE)
    assert await hall.verdicts() == {
        sales: ("answered", None),
        service: ("skipped", Reason.OTHER_FUNNEL),
    }
    card = hall.world.notifier.latest()
    assert [line.prompt_name for line in card.lines] == ["Возражения"]
    assert card.place == "Продажи"


async def test_a_call_of_an_unknown_line_is_for_no_funnel(hall: Hall) -> None:
    prompt = await hall.prompt("Возражения", hall.sales)
    await hall.call("+74959999999")
    assert await hall.verdicts() == {prompt: ("skipped", Reason.OTHER_FUNNEL)}
    (row,) = await hall.call_rows()
    assert row.state == CallState.SKIPPED


async def test_the_stage_of_the_rule_decides_too(hall: Hall) -> None:
    stage = (await hall.own.make_stage(hall.member, hall.sales, "Повторные")).funnel.stages[0].id
    prompt = await hall.prompt("Возражения", hall.sales)
    now = hall.world.clock.now()
    narrow = await add_prompt(
        hall.world.database,
        hall.company,
        "Повторные",
        "Кратко?",
        enabled_at=now,
        now=now,
        funnel_id=hall.sales,
        stage_id=stage,
        place=Place(Destination.CHAT),
    )
    await hall.call(LINE)
    assert await hall.verdicts() == {
        prompt: ("answered", None),
        narrow: ("skipped", Reason.OTHER_STAGE),
    }


async def test_the_prompts_of_a_deleted_funnel_are_suspended_never_widened(hall: Hall) -> None:
    prompt = await hall.prompt("Возражения", hall.sales)
    await hall.own.delete_funnel(hall.member, hall.sales)
    await hall.call(LINE)
    assert await hall.verdicts() == {prompt: ("skipped", Reason.STAGE_MISSING)}
    assert hall.world.notifier.cards == {}


async def test_a_changed_rule_is_for_the_next_call_and_leaves_the_last_one_where_it_was(hall: Hall) -> None:
    await hall.prompt("Возражения", hall.sales)
    await hall.prompt("Ремонт", hall.service)
    await hall.call(LINE)
    rules = await hall.book.of(hall.member, hall.company.integration_id)
    redirected = replace(rules.rules[0], goal=Goal(hall.service))
    await hall.book.change(hall.member, hall.company.integration_id, put(redirected), rules.stamp)
    await hall.call(LINE)
    first, second = await hall.call_rows()
    places = [views[-1].place for views in hall.world.notifier.cards.values()]
    assert first.funnel_external_id != second.funnel_external_id
    assert places == ["Продажи", "Сервис"]
