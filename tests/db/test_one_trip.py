"""A statement on SQLite: one trip to the connection's thread, with everything it tells."""

import asyncio
import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from services.db.engine import open_engine
from services.db.one_trip import OneTrip
from services.db.unit_of_work import Database

ADD = text("INSERT INTO thing (name) VALUES (:name)")
COUNT = text("SELECT count(*) FROM thing")
LONG = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999) SELECT max(i) FROM n")


async def _opened(folder: Path) -> Database:
    database = Database(open_engine(f"sqlite+aiosqlite:///{folder / 'things.db'}"))
    async with database.write() as session:
        await session.execute(text("CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT UNIQUE)"))
    return database


def _trips(caplog: pytest.LogCaptureFixture) -> int:
    return sum(record.getMessage().startswith("executing") for record in caplog.records)


async def test_a_statement_takes_one_trip(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    database = await _opened(tmp_path)
    with caplog.at_level(logging.DEBUG, logger="aiosqlite"):
        async with database.write() as session:
            await session.execute(ADD, {"name": "a"})
            assert await session.scalar(COUNT) == 1
        assert _trips(caplog) == 3  # the transaction begins with the first; its end is one more
        async with database.read() as session:
            assert await session.scalar(COUNT) == 1
        assert _trips(caplog) == 4
    await database.close()


async def test_a_transaction_that_cannot_begin_runs_nothing(tmp_path: Path) -> None:
    database = await _opened(tmp_path)
    async with database.read() as session:
        await session.execute(text("PRAGMA busy_timeout=0"))
    with closing(sqlite3.connect(tmp_path / "things.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ZeroDivisionError):
            async with database.write() as session:
                with pytest.raises(OperationalError, match="locked"):
                    await session.execute(ADD, {"name": "a"})
                other.execute("ROLLBACK")
                await session.execute(ADD, {"name": "b"})  # in a transaction again: it is undone
                raise ZeroDivisionError
    async with database.read() as session:
        assert await session.scalar(COUNT) == 0
    await database.close()


async def test_rows_ids_and_counts_are_told(tmp_path: Path) -> None:
    database = await _opened(tmp_path)
    async with database.write() as session:
        await session.execute(ADD, [{"name": name} for name in "abc"])
        added = await session.execute(text("INSERT INTO thing (name) VALUES ('d') RETURNING id"))
        changed = await session.execute(text("UPDATE thing SET name = name || '!' WHERE id > 2"))
        rows = await session.execute(text("SELECT id, name FROM thing ORDER BY id"))
        assert (added.scalar_one(), changed.rowcount) == (4, 2)  # type: ignore[attr-defined]
        assert [tuple(row) for row in rows] == [(1, "a"), (2, "b"), (3, "c!"), (4, "d!")]
    await database.close()


async def test_after_a_refused_statement_the_connection_is_as_good_as_before(tmp_path: Path) -> None:
    database = await _opened(tmp_path)
    with pytest.raises(IntegrityError):
        async with database.write() as session:
            await session.execute(ADD, [{"name": "a"}, {"name": "a"}])
    async with database.write() as session:
        await session.execute(ADD, {"name": "a"})
        assert await session.scalar(COUNT) == 1
    await database.close()


async def test_a_statement_that_is_called_off_leaves_nothing_behind(tmp_path: Path) -> None:
    database = await _opened(tmp_path)
    began = asyncio.Event()

    async def write() -> None:
        async with database.write() as session:
            await session.execute(ADD, {"name": "a"})
            began.set()
            await session.execute(LONG)

    async with asyncio.TaskGroup() as group:
        task = group.create_task(write())
        await began.wait()
        task.cancel()
    async with database.write() as session:
        assert await session.scalar(COUNT) == 0
        await session.execute(ADD, {"name": "a"})
    await database.close()


async def test_a_transaction_that_is_called_off_as_it_begins_leaves_nothing_behind(tmp_path: Path) -> None:
    database = await _opened(tmp_path)
    long = text(f"INSERT INTO thing (name) {LONG.text}")

    async def write(about_to: asyncio.Event) -> None:
        async with database.write() as session:
            about_to.set()
            await session.execute(long)

    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            about_to = asyncio.Event()
            task = group.create_task(write(about_to))
            await about_to.wait()
            await asyncio.sleep(0)
            task.cancel()
    async with database.write() as session:
        assert await session.scalar(COUNT) == 0
        await session.execute(ADD, {"name": "a"})
    async with database.read() as session:
        assert await session.scalar(COUNT) == 1
    await database.close()


async def test_what_is_opened_for_one_that_is_called_off_is_closed() -> None:
    opened: list[sqlite3.Connection] = []

    def opening() -> sqlite3.Connection:
        opened.append(sqlite3.connect(":memory:", check_same_thread=False))
        return opened[0]

    connection = OneTrip(opening)

    async def connect() -> None:
        await connection

    async with asyncio.TaskGroup() as group:
        task = group.create_task(connect())
        await asyncio.sleep(0)
        task.cancel()
    await asyncio.to_thread(connection._thread.join, 10)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].execute("SELECT 1")
