"""Carries out what somebody asked to be forgotten: the words at once, the messages as Telegram lets them go.

It never gives up: what Telegram does not take now is tried again, ever more slowly, and whoever asked hears of it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.access import Action, may
from services.db.locking import LOCK
from services.db.models import ForgetOrderRow, MemberRow
from services.db.unit_of_work import Database
from services.domain.workspace import ChatAddress, Language, Role
from services.forgetting.messages import Chats, Written, messages_about, no_messages, nothing_more_to_show, settle
from services.forgetting.wiping import wipe_person
from services.jobs.queues import Job
from services.ports import ChatBusy, Clock, Jobs

log = structlog.get_logger(__name__)

BATCH = 50
FORGOTTEN, STUCK = "phone_forgotten", "phone_stuck"
"""What whoever asked is told: how it went, or what does not go on."""
PAUSES = (timedelta(minutes=2), timedelta(hours=6))
"""Until the next try, twice as long each time."""
PATIENCE = timedelta(hours=1)
"""After so long whoever asked is told that something is stuck."""
LAST_LOOK = timedelta(minutes=2)
"""What was on its way to a chat when the words were wiped has arrived by then, and goes too."""


class _Gone(Exception):
    """The company was deleted, and the order with it."""


@dataclass
class _Stuck:
    """Messages that must wait, by the chat's title."""

    chats: set[int] = field(default_factory=set)
    titles: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, written: Written, seconds: float = 0.0) -> None:
        self.chats.add(written.address.chat_id)
        self.titles[written.title] += 1
        self.seconds = max(self.seconds, seconds)


async def put_order(
    session: AsyncSession, jobs: Jobs, row: ForgetOrderRow, now: datetime, after: timedelta = timedelta(0)
) -> None:
    """The next job of an order; an earlier one finds itself replaced."""
    row.attempt += 1
    row.due_at = now + after
    lane = f"forget:{row.workspace_id}"
    await jobs.put(session, Job.FORGET, str(row.id), lane=lane, attempt=row.attempt, after=after)


class ForgetOrders:
    def __init__(self, database: Database, jobs: Jobs, chats: Chats, clock: Clock) -> None:
        self._database = database
        self._jobs = jobs
        self._chats = chats
        self._clock = clock

    async def run(self, key: str, attempt: int) -> None:
        """The job. Harmless to repeat: what is wiped has no words any more, what was taken back no message."""
        async with self._database.read() as session:
            order = await session.get(ForgetOrderRow, int(key))
        if order is None or order.attempt != attempt:
            return
        try:
            await self._carry_out(order)
        except _Gone:
            log.info("forgetting_ended_with_its_company", order=order.id)

    async def _carry_out(self, order: ForgetOrderRow) -> None:
        """Raises _Gone."""
        for calls in _batches(order.calls):
            async with self._database.write() as session:
                await wipe_person(session, calls, self._clock)
                await nothing_more_to_show(session, calls)
        stuck = _Stuck()
        for calls in _batches(order.calls):
            await self._take_back(order.id, calls, stuck)
        if not stuck.titles and order.reported_at is not None:
            await self._end(order.id)
            return
        try:
            await self._report(order.id, stuck)
        except ChatBusy as busy:
            await self._later(order.id, max(stuck.seconds, busy.retry_after))

    async def _take_back(self, order_id: int, calls: Sequence[int], stuck: _Stuck) -> None:
        """A chat that must wait holds up no other."""
        async with self._database.read() as session:
            messages = await messages_about(session, calls)
        for written in messages:
            if written.address.chat_id in stuck.chats:
                stuck.add(written)
                continue
            try:
                erased = await self._chats.erase(written)
            except ChatBusy as busy:
                stuck.add(written, busy.retry_after)
                continue
            async with self._database.write() as session:
                await settle(session, calls, written)
                if not erased:
                    order = await _held(session, order_id)
                    order.left = {**order.left, written.title: order.left.get(written.title, 0) + 1}

    async def _report(self, order_id: int, stuck: _Stuck) -> None:
        """Once when it is done, and once before when it does not go on. Raises ChatBusy, _Gone."""
        async with self._database.write() as session:
            order = await _held(session, order_id)
        if stuck.titles:
            if order.told_stuck_at is None and self._clock.now() - order.created_at >= PATIENCE:
                await self._tell(order, STUCK, stuck.titles)
                async with self._database.write() as session:
                    (await _held(session, order_id)).told_stuck_at = self._clock.now()
            log.info("forgetting_waits", order=order_id, messages=sum(stuck.titles.values()))
            await self._later(order_id, stuck.seconds)
            return
        log.info("phone_forgotten", workspace_id=order.workspace_id, messages_left=sum(order.left.values()))
        await self._tell(order, FORGOTTEN, order.left)
        async with self._database.write() as session:
            order = await _held(session, order_id)
            order.reported_at = now = self._clock.now()
            await put_order(session, self._jobs, order, now, LAST_LOOK)

    async def _tell(self, order: ForgetOrderRow, code: str, left: Mapping[str, int]) -> None:
        """Whoever asked, if they still may."""
        async with self._database.read() as session:
            member = await session.scalar(
                select(MemberRow).where(
                    MemberRow.workspace_id == order.workspace_id, MemberRow.user_id == order.user_id
                )
            )
        if member is not None and may(Role(member.role), Action.SETTINGS):
            language = Language(member.language) if member.language else Language.RU
            values = {"calls": len(order.calls), "left": sorted(left.items())}
            await self._chats.tell(ChatAddress(member.user_id), language, code, values)

    async def _later(self, order_id: int, seconds: float) -> None:
        least, most = PAUSES
        async with self._database.write() as session:
            order = await _held(session, order_id)
            pause = min(least * 2 ** min(order.attempt - 1, 10), most)
            now = self._clock.now()
            await put_order(session, self._jobs, order, now, max(pause, timedelta(seconds=seconds)))

    async def _end(self, order_id: int) -> None:
        async with self._database.write() as session:
            order = await _held(session, order_id)
            for calls in _batches(order.calls):
                await no_messages(session, calls)
            await session.delete(order)
        await self._database.fold()


async def _held(session: AsyncSession, order_id: int) -> ForgetOrderRow:
    """Nobody else changes it meanwhile. Raises _Gone."""
    row = await session.get(ForgetOrderRow, order_id, with_for_update=LOCK)
    if row is None:
        raise _Gone
    return row


def _batches(calls: Sequence[int]) -> Iterator[Sequence[int]]:
    return (calls[start : start + BATCH] for start in range(0, len(calls), BATCH))
