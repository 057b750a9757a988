"""Updates of a chat server, kept from before they are confirmed there until their work is done.

Each is worked once. Its first write of any kind marks it as begun in the same transaction: after a crash an
update that has left no trace is worked again, and one that has is not: its sender is told to look. Payloads are
encrypted, for people paste accesses into chats, and wiped when the work is done.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.insert import insert_unless_there
from services.db.locking import LOCK
from services.db.models import ExecutorRow, InboxRow
from services.db.unit_of_work import Database, stored_along
from services.fleet import DEAD_AFTER
from services.ports import Clock
from services.secrets import SecretsUnreadable, Vault

log = structlog.get_logger(__name__)

Payload = Mapping[str, Any]
WAITING, BEGUN, DONE, GIVEN_UP = "waiting", "begun", "done", "given_up"
MOST_STARTS = 3
"""An update that so many processes died of is given up."""
OLDEST = timedelta(hours=24)
"""Telegram keeps what was not fetched for so long, and what is older surprises people more than it helps them."""
KEPT_DONE = timedelta(days=2)
"""So long an update that comes again is known for what it is."""

_CLOSE = update(InboxRow.__table__).where(InboxRow.update_id == bindparam("closed"))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Left:
    """What a process that is no more has left behind; `begun`: a part of its work is done."""

    update_id: int
    payload: Payload = field(repr=False)
    begun: bool


class Inbox:
    def __init__(self, database: Database, vault: Vault, clock: Clock, holder: str) -> None:
        """`holder` is the name of this process in the fleet: after a restart it may be the same."""
        self._database = database
        self._vault = vault
        self._clock = clock
        self._executor = holder
        self._holder = f"{_lives_of(holder)}{secrets.token_hex(8)}"
        self._given: set[int] = set()
        """What this process has been given to work on, and has not closed yet."""

    async def take(self, updates: Sequence[Payload]) -> list[Payload]:
        """Stores them in one transaction; those that were here before are left out.

        But for one that was stored while nobody heard so: a database that goes with the last word of a commit.
        """
        fresh: list[Payload] = []
        try:
            async with self._database.write() as session:
                for payload in updates:
                    if await self._is_fresh(session, payload):
                        fresh.append(payload)
                        self._given.add(payload["update_id"])
        except BaseException:
            self._given -= {payload["update_id"] for payload in fresh}
            raise
        if len(fresh) < len(updates):
            log.info("updates_repeated", count=len(updates) - len(fresh))
        return fresh

    async def _is_fresh(self, session: AsyncSession, payload: Payload) -> bool:
        row = {
            "update_id": payload["update_id"],
            "payload": self._sealed(payload),
            "state": WAITING,
            "holder": self._holder,
            "starts": 1,
            "received_at": self._clock.now(),
        }
        if await insert_unless_there(session, InboxRow, row) is not None:
            return True
        if row["update_id"] in self._given:
            return False
        known = await session.get(InboxRow, row["update_id"])
        return known is not None and known.holder == self._holder and known.state == WAITING

    def undertaking(self, update_id: int) -> AbstractContextManager[None]:
        """Around the work: its first write tells that it has begun."""

        async def begin(session: AsyncSession) -> None:
            await session.execute(
                update(InboxRow)
                .where(InboxRow.update_id == update_id, InboxRow.state == WAITING)
                .values(state=BEGUN)
                .execution_options(synchronize_session=False)
            )

        return stored_along(begin)

    async def done(self, update_id: int) -> None:
        await self._close(update_id, DONE)

    async def take_over(self, *, everything: bool) -> list[Left]:
        """What other processes have left, oldest first; from now on it is this one's.

        `everything`: no other process can be at work, as with polling; else only what dead ones held.
        """
        alive = select(ExecutorRow.id).where(ExecutorRow.beat_at >= self._clock.now() - DEAD_AFTER)
        # Of its own those that it was given while nobody heard so.
        not_mine = (InboxRow.holder != self._holder) | InboxRow.update_id.not_in(self._given)
        async with self._database.write() as session:
            living = set() if everything else set(await session.scalars(alive)) - {self._executor}
            # What living ones hold is not even touched: they are at work on it.
            theirs = [InboxRow.holder.startswith(_lives_of(one), autoescape=True) for one in living]
            orphans = await session.scalars(
                select(InboxRow)
                .where(InboxRow.state.in_((WAITING, BEGUN)), not_mine, *(~one for one in theirs))
                .order_by(InboxRow.received_at, InboxRow.update_id)
                .with_for_update(skip_locked=True, **LOCK)
            )
            # Meanwhile it may have been given more.
            known = [row for row in orphans if row.holder != self._holder or row.update_id not in self._given]
            left = [one for row in known if (one := self._adopted(row)) is not None]
            self._given |= {one.update_id for one in left}
        if left:
            log.info("updates_taken_over", count=len(left))
        return left

    def _adopted(self, row: InboxRow) -> Left | None:
        """None where nothing can be done with it any more."""
        row.holder = self._holder
        row.starts += 1
        opened = self._opened(row)
        is_old = row.received_at < self._clock.now() - OLDEST
        if opened is None or row.starts > MOST_STARTS or is_old:
            log.error("update_given_up", update_id=row.update_id, starts=row.starts, old=is_old)
            row.state, row.payload = GIVEN_UP, {}
            return None
        return Left(row.update_id, opened, row.state == BEGUN)

    async def _close(self, update_id: int, state: str) -> None:
        async with self._database.write() as session:
            await session.execute(_CLOSE, {"closed": update_id, "state": state, "payload": {}})
        self._given.discard(update_id)

    def _sealed(self, payload: Payload) -> dict[str, str]:
        return {"sealed": self._vault.close({"update": json.dumps(payload)})}

    def _opened(self, row: InboxRow) -> Payload | None:
        try:
            opened: Payload = json.loads(self._vault.open(row.payload["sealed"])["update"])
        except (SecretsUnreadable, KeyError, ValueError):
            return None
        return opened


def _lives_of(executor: str) -> str:
    """How holders begin that are, or were, this process."""
    return f"{executor[:100]}/"
