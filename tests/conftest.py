"""Fixtures of the whole suite: both databases and a clock that tests move."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.logs import set_up_logs
from services.db.unit_of_work import Database
from tests.choosing import DATABASES, pytest_addoption, pytest_collection_modifyitems
from tests.engines import Engines
from tests.fakes.clock import FakeClock
from tests.postgresql import PostgresServer, migrate_now, opened_server
from tests.secrecy import Secrecy
from tests.thrift import _one_tls_context, _signatures_are_read_once, pytest_collection_finish

__all__ = [
    "_one_tls_context",
    "_signatures_are_read_once",
    "pytest_addoption",
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
]

MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3


def pytest_configure(config: pytest.Config) -> None:
    """Databases of tests live in memory where there is room: no commit has to wait for a disk."""
    config.pluginmanager.register(Secrecy(), "secrecy")
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        tempfile.tempdir = str(MEMORY)


@pytest.fixture(autouse=True)
def _logs() -> None:
    """As in production: no local variables in tracebacks, secrets cut out."""
    set_up_logs("INFO", "text")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    with opened_server() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    migrate_now(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_database(postgresql: PostgresServer) -> str:
    """The name of a migrated PostgreSQL database, to be copied."""
    name = postgresql.create()
    migrate_now(postgresql.address_of(name))
    return name


@pytest.fixture(params=DATABASES)
def database_address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
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
    server: PostgresServer = request.getfixturevalue("postgresql")
    template: str = request.getfixturevalue("migrated_database") if migrated else "template1"
    name = server.create(template)
    yield server.address_of(name)
    server.drop(name)


@pytest.fixture(scope="session")
def engines() -> Engines:
    return Engines()


@pytest.fixture
async def database(database_address: str, engines: Engines) -> AsyncIterator[Database]:
    """A migrated database."""
    opened = Database(engines.at(database_address))
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
