"""A world with an owner, for tests of the face."""

from collections.abc import AsyncIterator

import pytest

from services.db.unit_of_work import Database
from services.domain.workspace import Role
from tests.fakes.clock import FakeClock
from tests.harness.world import User, World


@pytest.fixture
async def world(database: Database, clock: FakeClock) -> AsyncIterator[World]:
    async with World(database, clock) as opened:
        yield opened


@pytest.fixture
async def owner(world: World) -> User:
    return await world.member(Role.OWNER)


@pytest.fixture
async def connected(world: World, owner: User) -> User:
    """The owner, with a portal connected that has two funnels."""
    world.portal.add_funnel("Сервис", [("NEW", "Новая заявка", None), ("WON", "Сделано", "S")])
    await owner.types("/connect")
    await owner.press("Битрикс24")
    await owner.types(world.portal.webhook_url)
    return owner
