"""Systems that give calls without deals, connected in the world of a pipeline test."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from services.domain.integration import Kind
from services.domain.prompt import Place
from services.integrations.catalogue import CATALOGUE
from services.ownfunnels.changes import put
from services.ownfunnels.conditions import Condition
from services.ownfunnels.funnels import OwnFunnels
from services.ownfunnels.rulebook import RuleBook
from services.ownfunnels.rules import NEW, Goal, Rule
from tests.fakes.rows import Company, add_prompt
from tests.pipeline.scenes import owner
from tests.pipeline.world import World


@dataclass
class Source:
    """A connected system that gives calls: two of them, one for the funnel and one for nobody."""

    world: World
    company: Company
    rule: Condition
    calls: Callable[[], None]

    async def pull(self) -> None:
        key = f"{self.company.integration_id}@{self.world.clock.now()}"
        await self.world.pipeline.handlers["pull"](key, 0)
        await self.world.jobs.run_due()

    async def ticks(self, minutes: int) -> None:
        for _ in range(minutes):
            self.world.clock.advance(60)
            await self.pull()

    async def funnel(self) -> int:
        """Of our own: the rule leads into it."""
        member, integration = await owner(self.world), self.company.integration_id
        own = OwnFunnels(self.world.database, CATALOGUE, self.world.clock)
        funnel = (await own.make_funnel(member, integration, "Продажи")).funnel.id
        book = RuleBook(self.world.database, CATALOGUE, self.world.clock)
        stamp = (await book.of(member, integration)).stamp
        await book.change(member, integration, put(Rule(NEW, (self.rule,), Goal(funnel))), stamp)
        return funnel

    async def ask(self) -> int:
        now = self.world.clock.now()
        return await add_prompt(
            self.world.database,
            self.company,
            "Возражения",
            "Какие возражения были у клиента?",
            enabled_at=now,
            now=now,
            funnel_id=await self.funnel(),
            place=replace(Place(), into=self.world.company.integration_id),
        )


async def connected(world: World, kind: Kind, secrets: Mapping[str, str]) -> Company:
    """As the dialogue does it: checked, and from now on."""
    check = await world.integrations.try_out(kind, secrets)
    assert check.ok
    saved = await world.integrations.connect(await owner(world), kind, secrets, check)
    return replace(world.company, integration_id=saved.integration.id)
