"""A company with a telephony, and the services over its funnels."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.db.models import CallRow
from services.db.repositories.calls import add_call, call_of
from services.db.unit_of_work import Database
from services.domain.call import Binding, FoundCall
from services.domain.integration import Kind
from services.domain.workspace import Language, Member, Role
from services.integrations.catalogue import CATALOGUE
from services.integrations.entry import CatalogueEntry
from services.ownfunnels.changes import put
from services.ownfunnels.conditions import Condition
from services.ownfunnels.funnels import OwnFunnels
from services.ownfunnels.routing import route
from services.ownfunnels.rulebook import Book, RuleBook
from services.ownfunnels.rules import NEW, Goal, Rule
from tests.fakes.clock import FakeClock
from tests.fakes.rows import OWNER, Company, add_company, add_telephony
from tests.fakes.telephony import Exchange


@dataclass
class Office:
    database: Database
    clock: FakeClock
    crm: Company
    company: Company
    member: Member
    own: OwnFunnels
    book: RuleBook
    catalogue: Mapping[Kind, CatalogueEntry]

    @property
    def integration_id(self) -> int:
        return self.company.integration_id

    async def funnel(self, name: str) -> int:
        return (await self.own.make_funnel(self.member, self.integration_id, name)).funnel.id

    async def stage(self, funnel_id: int, name: str) -> int:
        return (await self.own.make_stage(self.member, funnel_id, name)).funnel.stages[-1].id

    async def rule(self, goal: Goal, *conditions: Condition) -> Book:
        stamp = (await self.book.of(self.member, self.integration_id)).stamp
        change = put(Rule(NEW, conditions, goal))
        return await self.book.change(self.member, self.integration_id, change, stamp)

    async def add_call(self, found: FoundCall) -> int:
        async with self.database.write() as session:
            now = self.clock.now()
            number = await add_call(session, self.company.workspace_id, self.integration_id, found, now)
        assert number is not None
        return number

    async def routed(self, call_id: int) -> Binding:
        async with self.database.read() as session:
            return await route(session, call_of(await session.get_one(CallRow, call_id)))


@pytest.fixture
async def office(database: Database, clock: FakeClock, tmp_path: Path) -> Office:
    crm = await add_company(database, "https://portal.test/rest/1/secret/", clock.now())
    company = await add_telephony(database, crm, clock.now())
    catalogue = {**CATALOGUE, Kind.NOVOFON: Exchange(tmp_path).entry()}
    member = Member(company.member_id, company.workspace_id, OWNER, "Анна", Role.OWNER, Language.RU)
    own, book = OwnFunnels(database, catalogue, clock), RuleBook(database, catalogue, clock)
    return Office(database, clock, crm, company, member, own, book, catalogue)
