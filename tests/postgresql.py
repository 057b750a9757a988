"""The PostgreSQL server of a test run, and the databases that come and go on it."""

import asyncio
import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
from sqlalchemy import make_url

from bench.postgresql import embedded
from services.db.engine import open_engine
from services.db.migrate import migrate
from services.jobs.engine import engine_address

CARELESS = ("fsync", "full_page_writes", "synchronous_commit")


class PostgresServer:
    """One connection makes and drops all databases: it belongs to no loop, so it outlives every test's."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._connection = psycopg.connect(engine_address(address), autocommit=True)

    def close(self) -> None:
        self._connection.close()

    def be_careless(self) -> None:
        """Nothing here has to survive a crash of the machine."""
        for setting in CARELESS:
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")

    def create(self, template: str = "template1") -> str:
        """A new database.

        Copied as files: by way of the log, as is usual, dropping it waits for a checkpoint, a tenth of a second.
        """
        name = f"t{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def drop(self, name: str) -> None:
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def address_of(self, name: str) -> str:
        return make_url(self._address).set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        self._connection.execute(statement.encode())


@contextmanager
def opened_server() -> Iterator[PostgresServer]:
    """The server of `TEST_POSTGRESQL_URL`, else one embedded in a wheel."""
    given = os.environ.get("TEST_POSTGRESQL_URL")
    if given:
        server = PostgresServer(given)
        yield server
        server.close()
        return
    with embedded() as address:
        server = PostgresServer(address)
        server.be_careless()
        try:
            yield server
        finally:
            server.close()


def migrate_now(address: str) -> None:
    """In a thread: session fixtures may be made while a test's loop runs."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, _migrate(address)).result()


async def _migrate(address: str) -> None:
    engine = open_engine(address)
    await migrate(engine)
    await engine.dispose()
