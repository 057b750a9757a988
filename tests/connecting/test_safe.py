"""Renewed secrets: one holder at a time, stored before they are used, the old connector finishes its work."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from services.connecting.connectors import Connectors
from services.connecting.safe import StoredSafe
from services.db.models import IntegrationRow
from services.db.unit_of_work import Database
from services.integrations.catalogue import CATALOGUE
from services.integrations.doors import Doors
from services.secrets import Vault
from services.throttle import LocalThrottle
from tests.fakes.clock import FakeClock
from tests.fakes.rows import TEST_KEYS, add_company


async def test_two_holders_renew_one_after_the_other(database: Database, clock: FakeClock) -> None:
    company = await add_company(database, "https://portal.example/rest/1/old/", clock.now())
    vault = Vault(TEST_KEYS)
    order: list[str] = []
    first_inside = asyncio.Event()

    async def renew(name: str) -> None:
        async with StoredSafe(database, vault, company.integration_id).renew() as renewal:
            order.append(f"{name} reads {renewal.secrets['webhook_url'][-4:]}")
            first_inside.set()
            await asyncio.sleep(0)
            await renewal.save({"webhook_url": f"https://portal.example/rest/1/by-{name}/"})
            order.append(f"{name} saved")

    async with asyncio.TaskGroup() as group:
        group.create_task(renew("a"))
        await first_inside.wait()
        group.create_task(renew("b"))
    assert order == ["a reads old/", "a saved", "b reads y-a/", "b saved"]
    async with database.read() as session:
        row = await session.get_one(IntegrationRow, company.integration_id)
    assert vault.open(row.secrets)["webhook_url"].endswith("/by-b/")


async def test_a_replaced_connector_is_closed_only_after_a_rest(database: Database, clock: FakeClock) -> None:
    company = await add_company(database, "https://portal.example/rest/1/old/", clock.now())
    vault = Vault(TEST_KEYS)
    doors = Doors(clock=clock, throttle=LocalThrottle(clock), guard=lambda: None, allow_private_hosts=True)
    closed: list[object] = []

    async def note(connector: object) -> None:
        closed.append(connector)

    entry = next(iter(CATALOGUE.values()))
    noting = {entry.kind: replace(entry, close=note)}
    connectors = Connectors(database, vault, doors, noting)
    old = await connectors.get(company.integration_id)
    async with StoredSafe(database, vault, company.integration_id).renew() as renewal:
        await renewal.save({"webhook_url": "https://portal.example/rest/1/new/"})
    new = await connectors.get(company.integration_id)
    assert new is not old
    assert closed == []
    clock.advance(3600)
    await connectors.forget(company.integration_id)
    assert closed == [old]
    await connectors.close()
    assert closed == [old, new]


async def test_integrations_of_two_databases_do_not_wait_for_each_other(
    database: Database, clock: FakeClock
) -> None:
    """They may have the same number."""
    company = await add_company(database, "https://portal.example/rest/1/old/", clock.now())
    vault, other = Vault(TEST_KEYS), Database(database.engine)
    async with StoredSafe(database, vault, company.integration_id).turn():
        assert StoredSafe(database, vault, company.integration_id)._turn.locked()
        assert not StoredSafe(other, vault, company.integration_id)._turn.locked()


@pytest.mark.parametrize("database_address", ["postgresql"], indirect=True)
async def test_very_many_renew_at_the_same_moment(database: Database, clock: FakeClock) -> None:
    """After a day's standstill every token is old. Each renewal holds a connection and needs another one.

    Had all of them one, none had the other: and a token that was renewed and not stored is lost for ever.
    """
    company = await add_company(database, "https://portal.example/rest/1/old/", clock.now())
    vault, inside, most = Vault(TEST_KEYS), 0, 0
    async with database.write() as session:
        first = await session.get_one(IntegrationRow, company.integration_id)
        kept = {"workspace_id": first.workspace_id, "kind": first.kind, "secrets": first.secrets}
        more = [
            IntegrationRow(**kept, name="x", account=f"{number}", state=first.state, created_at=clock.now())
            for number in range(24)
        ]
        session.add_all(more)
    numbers = [row.id for row in more]

    async def renew(number: int) -> None:
        nonlocal inside, most
        async with StoredSafe(database, vault, number).renew() as renewal:
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.02)  # the system is asked
            inside -= 1
            await renewal.save({"token": f"new {number}"})

    await asyncio.wait_for(asyncio.gather(*map(renew, numbers)), timeout=20)
    async with database.read() as session:
        rows = await session.scalars(select(IntegrationRow).where(IntegrationRow.id.in_(numbers)))
        assert {vault.open(row.secrets)["token"] for row in rows} == {f"new {number}" for number in numbers}
    assert most > 1
