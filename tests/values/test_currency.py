"""The currency of sums that are named without one belongs to the company."""

import pytest

from services.db.unit_of_work import Database
from services.domain.workspace import Language, Member, Role
from services.errors import Refused
from services.workspace.workspaces import WorkspaceService
from tests.fakes.clock import FakeClock
from tests.fakes.rows import OWNER, add_company


async def test_roubles_until_the_owner_says_otherwise(database: Database, clock: FakeClock) -> None:
    company = await add_company(database, "https://portal.test/rest/1/secret/", clock.now())
    member = Member(company.member_id, company.workspace_id, OWNER, "Анна", Role.OWNER, Language.RU)
    workspaces = WorkspaceService(database, clock)
    known = await workspaces.who_is(OWNER)
    assert known is not None
    assert known[1].currency == "RUB"
    with pytest.raises(Refused):
        await workspaces.set_currency(member, "¥€$")
    await workspaces.set_currency(member, "KZT")
    known = await workspaces.who_is(OWNER)
    assert known is not None
    assert known[1].currency == "KZT"
