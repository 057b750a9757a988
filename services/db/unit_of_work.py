"""Transactions. Nothing slow (model, CRM, Telegram) happens while one is open."""

import asyncio
import contextvars
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from services.db.engine import is_sqlite

Along = Callable[[AsyncSession], Awaitable[None]]
_along: contextvars.ContextVar[Along | None] = contextvars.ContextVar("along", default=None)


@contextmanager
def stored_along(work: Along) -> Iterator[None]:
    """Whatever is written inside, `work` is done in the same transaction: both are kept, or neither."""
    token = _along.set(work)
    try:
        yield
    finally:
        _along.reset(token)


class Database:
    """Opens sessions: `read()` never writes, `write()` commits when its block ends without an exception."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._reader = engine.execution_options(read_only=True)
        # SQLite has one writer at a time, and lets whoever waits try again at random: here they stand in line, and
        # hold no connection that a reader could use.
        self._in_line = asyncio.Lock() if is_sqlite(engine.url) else None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self._reader, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        along = _along.get()
        in_line = self._in_line or nullcontext()
        async with in_line, AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            yield session
            if along is not None:
                await along(session)

    async def fold(self) -> None:
        """SQLite keeps former pages in its journal until it is folded into the file: deleted words among them."""
        if not is_sqlite(self.engine.url):
            return
        async with self.engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            await driver.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")  # outside of any transaction

    async def close(self) -> None:
        await self.engine.dispose()
