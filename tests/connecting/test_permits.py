"""Somebody is awaited back from a system's own page: once, for a while, and only as long as they may."""

import asyncio

import pytest
from sqlalchemy import func, select

from services.connecting.connectors import Connectors
from services.connecting.permits import LIFETIME, Permit, Permits
from services.connecting.safe import StoredSafe
from services.db.models import IntegrationRow, PendingAccessRow
from services.db.unit_of_work import Database
from services.domain.integration import Kind
from services.domain.workspace import Language, Member, Role
from services.errors import NotFound
from services.integrations.doors import Doors
from services.retention import Retention
from services.secrets import Vault
from services.throttle import LocalThrottle
from tests.fakes.clock import FakeClock
from tests.fakes.rows import OWNER, TEST_KEYS, add_company
from tests.fakes.systems import Cabinet, crm_with_login, state_of

ASKED = {"way": "login", "client": "client-one"}


@pytest.fixture
async def member(database: Database, clock: FakeClock) -> Member:
    company = await add_company(database, "https://portal.example/rest/1/old/", clock.now())
    return Member(company.member_id, company.workspace_id, OWNER, "Анна", Role.OWNER, Language.RU)


def permits_over(database: Database, clock: FakeClock, keys: list[str] = TEST_KEYS) -> Permits:
    doors = Doors(
        clock=clock,
        throttle=LocalThrottle(clock),
        guard=lambda: None,
        allow_private_hosts=True,
        public_url="https://bot.example.test",
    )
    vault = Vault(keys)
    catalogue = {Kind.AMOCRM: crm_with_login(Cabinet())}
    return Permits(database, Connectors(database, vault, doors, catalogue), vault, clock)


async def ask(permits: Permits, member: Member) -> str:
    return state_of(await permits.ask(member, Kind.AMOCRM, ASKED, renew=7, chat_id=member.user_id))


async def test_of_two_returns_at_once_one_goes_on(database: Database, clock: FakeClock, member: Member) -> None:
    permits = permits_over(database, clock)
    state = await ask(permits, member)
    outcomes = await asyncio.gather(*(permits.take("amocrm", state) for _ in range(3)), return_exceptions=True)
    (permit,) = [one for one in outcomes if isinstance(one, Permit)]
    assert (permit.values, permit.renew, permit.chat_id, permit.member) == (ASKED, 7, OWNER, member)
    assert sum(isinstance(one, NotFound) for one in outcomes) == 2


async def test_other_keys_open_nothing(database: Database, clock: FakeClock, member: Member) -> None:
    state = await ask(permits_over(database, clock), member)
    others = permits_over(database, clock, ["eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg="])
    with pytest.raises(NotFound):
        await others.take("amocrm", state)


async def test_who_never_comes_back_leaves_nothing_behind(
    database: Database, clock: FakeClock, member: Member
) -> None:
    await ask(permits_over(database, clock), member)
    clock.advance(LIFETIME.total_seconds() + 1)
    await Retention(database, clock).run()
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(PendingAccessRow)) == 0


async def test_a_renewal_under_way_does_not_overwrite_a_new_access(
    database: Database, clock: FakeClock, member: Member
) -> None:
    """Tokens that rotate are stored by whoever holds the turn: a reconnection waits for it."""
    vault = Vault(TEST_KEYS)
    order: list[str] = []
    inside = asyncio.Event()

    async def rotate() -> None:
        async with StoredSafe(database, vault, 1).renew() as renewal:
            inside.set()
            await asyncio.sleep(0)
            await renewal.save({"token": "rotated"})
            order.append("rotated")

    async def reconnect() -> None:
        await inside.wait()
        async with StoredSafe(database, vault, 1).turn(), database.write() as session:
            row = await session.get_one(IntegrationRow, 1)
            row.secrets = vault.close({"token": "new"})
            order.append("reconnected")

    await asyncio.gather(rotate(), reconnect())
    async with database.read() as session:
        row = await session.get_one(IntegrationRow, 1)
    assert order == ["rotated", "reconnected"]
    assert vault.open(row.secrets) == {"token": "new"}
