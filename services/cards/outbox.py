"""The one job of each chat that shows its cards: put when something is due, ended when nothing is left.

`OutboxRow.due_at` is what keeps it one: whoever wants a card shown locks the row, and puts a job only if none
comes at that moment or before. The job clears the row under the same lock, after it has seen that nothing is left.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.insert import insert_unless_there
from services.db.locking import LOCK
from services.db.models import CardRow, ChatRow, OutboxRow, WorkspaceRow
from services.db.unit_of_work import Database
from services.jobs.queues import Job, cards_lane
from services.listening.entitled import may_hear
from services.listening.silence import silence_of
from services.ports import Clock, Jobs

FEW = 3
"""Late cards that come at once: to tell of them would take longer than to send them."""


async def call_for(session: AsyncSession, jobs: Jobs, chat_number: int, at: datetime, now: datetime) -> None:
    """In the caller's transaction: the chat's cards are looked after at that moment, or before."""
    row = await _locked(session, chat_number)
    if row is None:
        # Others may be at the same: whoever stumbled over their row would lose all that stands in its transaction.
        await insert_unless_there(session, OutboxRow, {"chat_id": chat_number, "attempt": 0})
        row = await session.get_one(OutboxRow, chat_number, with_for_update=LOCK, populate_existing=True)
    rests_until = row.rests_until
    moment = at if rests_until is None else max(at, rests_until)
    if row.due_at is None or row.due_at > moment:
        await put_job(session, jobs, row, moment, now)


async def call_anew(session: AsyncSession, jobs: Jobs, chat_number: int, now: datetime) -> None:
    """The job that should be there is lost: another one, at once."""
    row = await _locked(session, chat_number)
    if row is not None:
        row.due_at = None
    await call_for(session, jobs, chat_number, now, now)


async def put_job(session: AsyncSession, jobs: Jobs, row: OutboxRow, at: datetime, now: datetime) -> None:
    """The chat's next job; an earlier one finds itself replaced."""
    row.attempt += 1
    row.due_at = at
    await jobs.put(
        session, Job.CARDS, str(row.chat_id), lane=cards_lane(row.chat_id), attempt=row.attempt, after=at - now
    )


async def _locked(session: AsyncSession, chat_number: int) -> OutboxRow | None:
    return await session.get(OutboxRow, chat_number, with_for_update=LOCK, populate_existing=True)


class Outbox:
    """What the running job knows of itself."""

    def __init__(self, database: Database, jobs: Jobs, clock: Clock) -> None:
        self._database = database
        self._jobs = jobs
        self._clock = clock

    async def in_force(self, chat_number: int, attempt: int) -> bool:
        """False: a later job does it."""
        async with self._database.read() as session:
            row = await session.get(OutboxRow, chat_number)
            return row is not None and row.due_at is not None and row.attempt == attempt

    async def rest(self, chat_number: int, seconds: float) -> None:
        """Nothing is shown in this chat for so long, whatever else becomes due."""
        now = self._clock.now()
        async with self._database.write() as session:
            row = await _locked(session, chat_number)
            if row is not None:
                row.rests_until = now + timedelta(seconds=seconds)
                await put_job(session, self._jobs, row, row.rests_until, now)

    async def settle(self, chat_number: int) -> None:
        """The job ends here: a next one is put for what is left."""
        now = self._clock.now()
        async with self._database.write() as session:
            row = await _locked(session, chat_number)
            if row is None:
                return
            row.rests_until = None
            left = await session.scalar(select(func.min(CardRow.due_at)).where(*waiting_in(chat_number)))
            if left is None:
                row.due_at = None
            else:
                await put_job(session, self._jobs, row, max(left, now), now)

    async def late(self, chat_number: int) -> int | None:
        """The chat is to hear that its cards are late: how many are left. None: it knows, or they come at once."""
        now = self._clock.now()
        async with self._database.write() as session:
            row = await _locked(session, chat_number)
            if row is None or row.late_told_at is not None:
                return None
            unsent = (CardRow.message_id.is_(None), CardRow.due_at <= now)
            query = select(func.count(CardRow.id)).where(*waiting_in(chat_number), *unsent)
            left = await session.scalar(query) or 0
            if left <= FEW:
                return None
            row.late_told_at = now
            return left

    async def caught_up(self, chat_number: int) -> ChatRow | None:
        """The chat that is to hear that its cards come on time again. None: it was never told anything else."""
        now = self._clock.now()
        async with self._database.write() as session:
            row = await _locked(session, chat_number)
            if row is None or row.late_told_at is None:
                return None
            if await session.scalar(select(CardRow.id).where(*waiting_in(chat_number), CardRow.due_at <= now)):
                return None
            row.late_told_at = None
            chat = await session.get_one(ChatRow, chat_number)
            zone = (await session.get_one(WorkspaceRow, chat.workspace_id)).zone
            silence = silence_of(chat, zone, now)
            is_quiet = silence.muted or silence.held_until is not None
            listens = chat.subscribed and chat.gone_at is None and await may_hear(session, chat)
            return chat if listens and not is_quiet else None

    async def not_told(self, chat_number: int) -> None:
        """It could not be said: the next card says it."""
        async with self._database.write() as session:
            row = await _locked(session, chat_number)
            if row is not None:
                row.late_told_at = None


def waiting_in(chat_number: int) -> tuple[ColumnElement[bool], ...]:
    return CardRow.chat_id == chat_number, CardRow.shown < CardRow.wanted


async def forgotten(session: AsyncSession, late: datetime, most: int) -> dict[int, OutboxRow | None]:
    """Chats with cards long overdue, and the row that says which job should have shown them, if there is one."""
    overdue = await session.scalars(
        select(CardRow.chat_id).where(CardRow.shown < CardRow.wanted, CardRow.due_at < late).distinct().limit(most)
    )
    numbers = overdue.all()
    rows = await session.scalars(select(OutboxRow).where(OutboxRow.chat_id.in_(numbers)))
    return dict.fromkeys(numbers) | {row.chat_id: row for row in rows}
