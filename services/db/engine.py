"""Opens the database: SQLite in a file, or PostgreSQL."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from services.db.old_sqlite import teach_sqlite
from services.db.one_trip import connect

BUSY_SECONDS = 30


def is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def open_engine(address: str) -> AsyncEngine:
    """An engine whose commits survive a crash of the machine, on either database.

    Its failures are logged: they tell the statement, never its values: phone numbers, words of people.
    """
    url = make_url(address)
    if not is_sqlite(url):
        return create_async_engine(url, pool_size=10, max_overflow=5, pool_pre_ping=True, hide_parameters=True)
    teach_sqlite()
    if url.database and url.database != ":memory:":
        _make_file(Path(url.database))
    ways = {"timeout": BUSY_SECONDS, "async_creator_fn": connect}
    engine = create_async_engine(url, pool_size=8, max_overflow=0, connect_args=ways, hide_parameters=True)
    _prepare_sqlite(engine)
    return engine


def _make_file(path: Path) -> None:
    """Private, and in WAL mode before anything else: the durable engine opens it too and would be shut out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: DBAPIConnection, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",  # what is deleted is overwritten, not left where it was
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Any) -> None:
        # A transaction that reads first and writes later cannot be upgraded while another one writes:
        # writers therefore take their place in the queue at the very beginning. Whoever only reads needs none:
        # each statement sees what is committed, as on PostgreSQL.
        if not connection.get_execution_options().get("read_only"):
            connection.connection.driver_connection.begin("BEGIN IMMEDIATE")
