"""A company with a funnel, and the service over it."""

from dataclasses import dataclass

import pytest

from services.db.unit_of_work import Database
from services.domain.prompt import Ask, Prompt, Scope
from services.domain.workspace import Language, Member, Role
from services.prompts.drafts import Draft
from services.prompts.service import PromptService
from tests.fakes.clock import FakeClock
from tests.fakes.rows import OWNER, Company, add_company, add_funnel


@dataclass
class Office:
    """A workspace, somebody in it, and a funnel with two stages."""

    database: Database
    clock: FakeClock
    company: Company
    member: Member
    prompts: PromptService
    funnel_id: int
    stages: dict[str, int]

    @property
    def anywhere(self) -> Scope:
        return Scope(self.company.integration_id)

    @property
    def funnel(self) -> Scope:
        return Scope(self.company.integration_id, self.funnel_id)

    async def make(self, *names: str, scope: Scope | None = None) -> list[Prompt]:
        return [
            await self.prompts.create(self.member, Draft(name, (Ask("Кратко?"),), scope or self.anywhere))
            for name in names
        ]

    async def names(self) -> list[str]:
        return [one.name for one in await self.prompts.all(self.company.workspace_id)]


@pytest.fixture
async def office(database: Database, clock: FakeClock) -> Office:
    company = await add_company(database, "https://portal.test/rest/1/secret/", clock.now())
    funnel_id, stages = await add_funnel(database, company.integration_id, "1", "Продажи", ["NEW", "WON"])
    member = Member(company.member_id, company.workspace_id, OWNER, "Анна", Role.OWNER, Language.RU)
    return Office(database, clock, company, member, PromptService(database, clock), funnel_id, stages)
