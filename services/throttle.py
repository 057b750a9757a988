"""Request rates of remote accounts, kept as a generic cell rate: a bucket in a single number."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.insert import insert_unless_there
from services.db.locking import LOCK
from services.db.models import AccountRow
from services.db.unit_of_work import Database
from services.errors import RateLimited
from services.ports import Clock, Rate


@dataclass
class _Cell:
    free_at: float = 0.0
    blocked_until: float = 0.0

    def take(self, now: float, rate: Rate, patience: float | None) -> float:
        """Books one request; returns the seconds to wait before it.

        After a block requests go out as after a rest, not all that were waiting at once.
        """
        earliest = max(now, self.blocked_until)
        start = max(self.free_at, earliest)
        at_once = max(0, rate.burst - 1) / rate.per_second
        wait = max(start - at_once, earliest) - now
        if patience is not None and wait > patience:
            raise RateLimited("the wait is too long", retry_after=wait)
        self.free_at = start + 1 / rate.per_second
        return wait


class LocalThrottle:
    """For a single process. Implements `services.ports.Throttle`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._cells: dict[str, _Cell] = {}

    async def acquire(self, account: str, rate: Rate, *, patience: float | None = None) -> None:
        cell = self._cells.setdefault(account, _Cell())
        wait = cell.take(self._clock.now().timestamp(), rate, patience)
        if wait > 0:
            await self._clock.sleep(wait)

    async def block(self, account: str, seconds: float) -> None:
        cell = self._cells.setdefault(account, _Cell())
        cell.blocked_until = max(cell.blocked_until, self._clock.now().timestamp() + seconds)


class SharedThrottle:
    """For several processes: the number lives in the database. Implements `services.ports.Throttle`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def acquire(self, account: str, rate: Rate, *, patience: float | None = None) -> None:
        now = self._clock.now().timestamp()
        async with self._database.write() as session:
            row = await self._locked(session, account)
            cell = _Cell(row.free_at, row.blocked_until)
            wait = cell.take(now, rate, patience)
            row.free_at = cell.free_at
        if wait > 0:
            await self._clock.sleep(wait)

    async def block(self, account: str, seconds: float) -> None:
        until = self._clock.now().timestamp() + seconds
        async with self._database.write() as session:
            row = await self._locked(session, account)
            row.blocked_until = max(row.blocked_until, until)

    async def _locked(self, session: AsyncSession, account: str) -> AccountRow:
        query = select(AccountRow).where(AccountRow.name == account).with_for_update(**LOCK)
        row = await session.scalar(query)
        if row is None:
            await insert_unless_there(session, AccountRow, {"name": account, "free_at": 0.0, "blocked_until": 0.0})
            row = (await session.scalars(query)).one()
        return row
