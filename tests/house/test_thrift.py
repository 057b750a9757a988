"""What makes the suite quick leaves it what it is."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from aiosqlite import Connection

from tests.choosing import spread
from tests.sqlite_here import connect_here


async def test_whoever_waits_for_the_lock_of_sqlite_keeps_nobody_from_giving_it_back(tmp_path: Path) -> None:
    options = {"isolation_level": None, "timeout": 20}
    async with (
        connect_here(str(tmp_path / "a.db"), **options) as first,
        connect_here(str(tmp_path / "a.db"), **options) as second,
    ):
        await first.execute("PRAGMA journal_mode=WAL")
        await first.execute("CREATE TABLE word (word TEXT)")
        await first.execute("BEGIN IMMEDIATE")
        waiting = asyncio.ensure_future(second.execute("BEGIN IMMEDIATE"))
        await first.execute("INSERT INTO word VALUES ('a')")
        assert not waiting.done()
        await first.commit()
        await waiting
        rows = await (await second.execute("SELECT word FROM word")).fetchall()
        assert list(rows) == [("a",)]
        await second.rollback()


async def test_others_have_their_turn_after_each_statement(tmp_path: Path) -> None:
    told: list[str] = []

    async def works(name: str, connection: Connection) -> None:
        for _ in range(3):
            await connection.execute("SELECT 1")
            told.append(name)

    async with connect_here(str(tmp_path / "a.db")) as one, connect_here(str(tmp_path / "b.db")) as other:
        await asyncio.gather(works("a", one), works("b", other))
    assert told == [*"ababab"]


def test_every_test_runs_once_and_workers_begin_with_long_ones_of_a_kind() -> None:
    names = [f"tests/values/test_{number}.py" for number in range(20)]
    names += [f"tests/{folder}/test_{number}.py" for folder in ("demo", "handlers/matrix") for number in range(3)]
    items: Any = [SimpleNamespace(nodeid=name) for name in names]
    for workers in (1, 2, 3, 9, 40):
        ordered = [one.nodeid for one in spread(items, workers)]
        assert sorted(ordered) == sorted(names)
    ordered = [one.nodeid for one in spread(items, 2)]
    assert ordered[:3] == [f"tests/demo/test_{number}.py" for number in range(3)]
    assert ordered[13:16] == [f"tests/handlers/matrix/test_{number}.py" for number in range(3)]
