"""SQLite on the loop's own thread.

The driver hands each step of a statement to a thread and waits for it: four errands for a query that takes less
time than one of them. Here whatever cannot wait for a lock is done at once; what can wait still waits in the
thread, as in production. Others have their turn after each statement: what happens at once meets as ever.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any

import aiosqlite

CHUNK = 64
"""Rows, as the driver's own."""
STATEMENTS = {"execute", "executemany", "commit", "rollback"}
"""After these somebody else may see something else."""
AT_ONCE = {*STATEMENTS, "cursor"}
"""Of a connection; of a cursor everything is."""
TAKES_THE_LOCK = "BEGIN IMMEDIATE"
"""In WAL mode all else waits for nobody: reading never does, and writing has the lock by then."""


class HereConnection(aiosqlite.Connection):
    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, CHUNK)
        self._thread.daemon = True
        self._handed_over = self._brought_back = 0

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if not self._running or self._handed_over != self._brought_back or _may_wait(fn, args):
            # A step that was given up may still be under way in the thread: the next one stands behind it.
            self._handed_over += 1
            return await super()._execute(self._there, fn, args, kwargs)  # type: ignore[no-untyped-call]
        result = fn(*args, **kwargs)
        if fn.__name__ in STATEMENTS:
            await asyncio.sleep(0)
        return result

    def _there(self, fn: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        try:
            return fn(*args, **kwargs)
        finally:
            self._brought_back += 1


def _may_wait(fn: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    owner = getattr(fn, "__self__", None)
    if args and str(args[0]).startswith(TAKES_THE_LOCK):
        return True
    return not (
        isinstance(owner, sqlite3.Cursor) or (isinstance(owner, sqlite3.Connection) and fn.__name__ in AT_ONCE)
    )


def connect_here(path: str, **options: Any) -> HereConnection:
    return HereConnection(lambda: sqlite3.connect(path, **{**options, "check_same_thread": False}))
