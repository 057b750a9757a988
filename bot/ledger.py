"""Telegram's limits hold for the bot, not for a process of it: several processes count together, in the database.

Each request books its place before it leaves and says when it was answered: two short transactions, nothing in
between and nothing at rest. A process keeps its own queue and its own counters as well; here it hears whether
others have used the room meanwhile.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.pace import SOON, Pace, Priority, everywhere, pace_of
from services.db.models import PaceRow
from services.db.unit_of_work import Database
from services.ports import Clock

log = structlog.get_logger(__name__)

EVERYWHERE = "everywhere"
LONGEST_SPAN = 60.0
NEVER_ANSWERED = 60.0
"""A request of a killed process is taken for answered so long after it left: no client waits longer."""
AGAIN = 4 * SOON
"""Who has found no room asks again after so long at the earliest."""

T = TypeVar("T")


@dataclass(frozen=True)
class Booking:
    """Its mark; else the chat, or all chats together, have no room for so many seconds."""

    mark: str = ""
    seconds: float = 0.0
    whole: float = 0.0

    @property
    def has_room(self) -> bool:
        """Also where nobody could be asked."""
        return self.seconds <= 0 and self.whole <= 0


class Ledger:
    """On PostgreSQL. One transaction at a time per process: its speaking holds one connection at most."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._engine = database.engine
        self._clock = clock
        self._line = asyncio.Lock()

    async def book(self, name: str, priority: Priority, of_whole: Priority) -> Booking:
        """Without the database nobody is kept from speaking: the process's own counters remain."""

        async def work(connection: AsyncConnection) -> Booking:
            now = self._now()
            places = await _places(connection, name, now)
            whole, seconds = (
                place.pace.wait(now, asked) for place, asked in zip(places, (of_whole, priority), strict=True)
            )
            if whole > 0 or seconds > 0:
                return Booking("", *(max(wait, AGAIN) if wait > 0 else 0.0 for wait in (seconds, whole)))
            mark = uuid.uuid4().hex[:12]
            for place in places:
                place.pace.leaves(now)
                place.said.append([mark, now, None])
                await place.store(connection)
            return Booking(mark)

        return await self._together(work) or Booking()

    async def answered(self, name: str, mark: str) -> None:
        async def work(connection: AsyncConnection) -> None:
            now = self._now()
            for place in await _places(connection, name, now):
                place.said = [[one[0], one[1], now] if one[0] == mark else one for one in place.said]
                await place.store(connection)

        await self._together(work)

    async def stop(self, name: str, seconds: float) -> None:
        """Telegram said "retry after" to one process: it holds for all."""

        async def work(connection: AsyncConnection) -> None:
            await _places(connection, name, self._now())
            until = self._now() + seconds
            await connection.execute(update(PaceRow).where(PaceRow.name == name).values(stopped_until=until))

        await self._together(work)

    async def _together(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T | None:
        # Not a unit of work: a handler's first one says that its update was begun, and this is nothing of it.
        try:
            async with self._line, self._engine.begin() as connection:
                return await work(connection)
        except (SQLAlchemyError, OSError) as error:
            log.warning("pace_not_shared", error=type(error).__name__)
            return None

    def _now(self) -> float:
        return self._clock.now().timestamp()


@dataclass
class _Place:
    name: str
    said: list[list[Any]]
    pace: Pace

    async def store(self, connection: AsyncConnection) -> None:
        values = {"said": self.said, "free_at": self.pace.free_at}
        await connection.execute(update(PaceRow).where(PaceRow.name == self.name).values(values))


async def _places(connection: AsyncConnection, name: str, now: float) -> list[_Place]:
    """All chats together, then this one: locked in this order by everybody, so that nobody waits in a circle."""
    query = (
        select(PaceRow.name, PaceRow.said, PaceRow.free_at, PaceRow.stopped_until)
        .where(PaceRow.name.in_((EVERYWHERE, name)))
        .order_by(PaceRow.name != EVERYWHERE)
        .with_for_update()
    )
    rows = (await connection.execute(query)).all()
    if len(rows) < 2:
        for missing in (EVERYWHERE, name):
            values = {"name": missing, "said": [], "free_at": 0.0, "stopped_until": 0.0}
            await connection.execute(insert(PaceRow).values(values).on_conflict_do_nothing())
        rows = (await connection.execute(query)).all()
    return [_read(row, now) for row in rows]


def _read(row: Row[Any], now: float) -> _Place:
    kept = [one for one in row.said if (one[2] or one[1] + NEVER_ANSWERED) + LONGEST_SPAN > now]
    answered = sorted(until for one in kept if (until := one[2] or one[1] + NEVER_ANSWERED) <= now)
    pace = everywhere() if row.name == EVERYWHERE else pace_of(row.name)
    pace.free_at, pace.stopped_until = row.free_at, row.stopped_until
    for window in pace.windows:
        window.recall(len(kept) - len(answered), answered)
    return _Place(row.name, kept, pace)
