"""A furnished company, on one database: rights are the same on both."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.db.unit_of_work import Database
from tests.fakes.clock import FakeClock
from tests.handlers.matrix.scene import furnish
from tests.harness.world import User, World


@pytest.fixture
def database_address(tmp_path: Path, migrated_file: Path) -> str:
    path = tmp_path / "test.db"
    path.write_bytes(migrated_file.read_bytes())
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def first(database: Database, clock: FakeClock) -> AsyncIterator[World]:
    async with World(database, clock) as world:
        await furnish(world)
        yield world


@pytest.fixture
def owner(first: World) -> User:
    return next(iter(first.users.values()))
