"""Telegram's limits hold for the bot, not for a process of it: several processes count together, in the database.

Each request books its place before it leaves and says when it was answered. Whatever of this comes up while a
transaction is under way goes into the next one together, so that a slow database makes nobody slower than itself;
where nothing is said nothing is asked. A process keeps its own queue and its own counters as well: here it hears
whether others have used the room meanwhile.
"""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import Row, bindparam, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.speaking.pace import SOON, Pace, Priority, everywhere, pace_of
from services.db.locking import LOCK
from services.db.models import PaceRow
from services.db.unit_of_work import Database
from services.ports import Clock

log = structlog.get_logger(__name__)

EVERYWHERE = "everywhere"
LONGEST_SPAN = 60.0
LONGEST_LOCK = 2_000
"""Milliseconds."""
NEVER_ANSWERED = 60.0
"""A request of a killed process is taken for answered so long after it left: no client waits longer."""
AGAIN = 4 * SOON
"""Who has found no room asks again after so long at the earliest."""


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


@dataclass(eq=False)
class _Entry:
    """Something to be written into the row of a chat."""

    name: str
    is_written: bool = field(default=False, init=False)

    def write(self, whole: "_Place", place: "_Place", now: float) -> None:
        raise NotImplementedError


@dataclass(eq=False)
class _Wish(_Entry):
    priority: Priority
    of_whole: Priority
    booking: Booking = field(default=Booking(), init=False)

    def write(self, whole: "_Place", place: "_Place", now: float) -> None:
        waits = place.pace.wait(now, self.priority), whole.pace.wait(now, self.of_whole)
        if max(waits) > 0:
            self.booking = Booking("", *(max(wait, AGAIN) if wait > 0 else 0.0 for wait in waits))
            return
        self.booking = Booking(uuid.uuid4().hex[:12])
        for one in (whole, place):
            one.pace.leaves(now)
            one.said.append([self.booking.mark, now, None])


@dataclass(eq=False)
class _Answer(_Entry):
    mark: str
    at: float

    def write(self, whole: "_Place", place: "_Place", now: float) -> None:
        for one in (whole, place):
            one.said = [[mark, left, self.at if mark == self.mark else back] for mark, left, back in one.said]


@dataclass(eq=False)
class _Stop(_Entry):
    until: float

    def write(self, whole: "_Place", place: "_Place", now: float) -> None:
        place.pace.stopped_until = self.until


class Ledger:
    """On PostgreSQL. One transaction at a time per process: its speaking holds one connection at most."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._engine = database.engine
        self._clock = clock
        self._line = asyncio.Lock()
        self._entries: list[_Entry] = []

    async def book(self, name: str, priority: Priority, of_whole: Priority) -> Booking:
        wish = _Wish(name, priority, of_whole)
        await self._write(wish)
        return wish.booking

    async def answered(self, name: str, mark: str) -> None:
        await self._write(_Answer(name, mark, self._now()))

    async def stop(self, name: str, seconds: float) -> None:
        """Telegram said "retry after" to one process: it holds for all."""
        await self._write(_Stop(name, self._now() + seconds))

    def _now(self) -> float:
        return self._clock.now().timestamp()

    async def _write(self, entry: _Entry) -> None:
        """Without the database nobody is kept from speaking: the process's own counters remain."""
        self._entries.append(entry)
        try:
            async with self._line:
                if not entry.is_written:
                    await self._write_all()
        finally:
            if not entry.is_written:
                self._entries.remove(entry)

    async def _write_all(self) -> None:
        """Answers first: they make room."""
        entries = sorted(self._entries, key=lambda one: isinstance(one, _Wish))
        try:
            # Not a unit of work: a handler's first one says that its update was begun, and this is nothing of it.
            async with self._engine.begin() as connection:
                # A frozen process may hold the rows: then this one goes by its own counters.
                await connection.execute(text(f"SET LOCAL lock_timeout = '{LONGEST_LOCK}ms'"))
                places = await _places(connection, {one.name for one in entries}, self._now())
                now = self._now()
                for entry in entries:
                    entry.write(places[EVERYWHERE], places[entry.name], now)
                await _store(connection, list(places.values()))
        except (SQLAlchemyError, OSError) as error:
            log.warning("pace_not_shared", error=type(error).__name__)
            for entry in entries:
                if isinstance(entry, _Wish):
                    entry.booking = Booking()
        for entry in entries:
            entry.is_written = True
            if entry in self._entries:
                self._entries.remove(entry)


@dataclass
class _Place:
    name: str
    said: list[list[Any]]
    pace: Pace


async def _places(connection: AsyncConnection, names: set[str], now: float) -> dict[str, _Place]:
    """All chats together, then these: locked in this order by everybody, so that nobody waits in a circle."""
    wanted = {EVERYWHERE, *names}
    query = (
        select(PaceRow.name, PaceRow.said, PaceRow.free_at, PaceRow.stopped_until)
        .where(PaceRow.name.in_(wanted))
        .order_by(PaceRow.name != EVERYWHERE, PaceRow.name)
        .with_for_update(**LOCK)
    )
    rows = (await connection.execute(query)).all()
    if len(rows) < len(wanted):
        for missing in sorted(wanted - {row.name for row in rows}, key=lambda one: (one != EVERYWHERE, one)):
            values = {"name": missing, "said": [], "free_at": 0.0, "stopped_until": 0.0}
            await connection.execute(insert(PaceRow).values(values).on_conflict_do_nothing())
        rows = (await connection.execute(query)).all()
    return {row.name: _read(row, now) for row in rows}


def _read(row: Row[Any], now: float) -> _Place:
    kept = [one for one in row.said if (one[2] or one[1] + NEVER_ANSWERED) + LONGEST_SPAN > now]
    answered = sorted(until for one in kept if (until := one[2] or one[1] + NEVER_ANSWERED) <= now)
    pace = everywhere() if row.name == EVERYWHERE else pace_of(row.name)
    pace.free_at, pace.stopped_until = row.free_at, row.stopped_until
    for window in pace.windows:
        window.recall(len(kept) - len(answered), answered)
    return _Place(row.name, kept, pace)


async def _store(connection: AsyncConnection, places: Sequence[_Place]) -> None:
    statement = (
        update(PaceRow.__table__)  # type: ignore[arg-type]
        .where(PaceRow.name == bindparam("place"))
        .values(said=bindparam("now_said"), free_at=bindparam("now_free"), stopped_until=bindparam("now_stopped"))
    )
    values = [
        {
            "place": one.name,
            "now_said": one.said,
            "now_free": one.pace.free_at,
            "now_stopped": one.pace.stopped_until,
        }
        for one in places
    ]
    await connection.execute(statement, values)
