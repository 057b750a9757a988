"""Doing again what failed, when a person asks for it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit import note
from services.cards.wanted import refresh, want, want_in
from services.db.locking import LOCK
from services.db.models import (
    AnswerRow,
    CallRow,
    CardRow,
    ChatRow,
    DeliveryRow,
    TranscriptRow,
    VerdictRow,
    WorkspaceRow,
)
from services.db.repositories.calls import untouchable
from services.db.repositories.deliveries import is_lost, lost
from services.db.repositories.targets import targets_of
from services.db.unit_of_work import Database
from services.domain.answer import AnswerState, DeliveryState
from services.domain.call import CallState, Reason, TargetState
from services.domain.workspace import ChatAddress, Member
from services.errors import NotFound, Refused
from services.listening.silence import silence_of
from services.pipeline.schedule import Schedule
from services.ports import Clock, Jobs


class Shown(StrEnum):
    """What becomes of a card that somebody asks for."""

    COMES = "comes"
    HERE = "here"
    """It stands there already."""
    WAITS = "waits"
    """For the end of the quiet hours."""
    MUTED = "muted"
    """Nothing comes there for the time being."""
    NOWHERE = "nowhere"
    """The chat does not listen."""


class CallService:
    def __init__(self, database: Database, jobs: Jobs, schedule: Schedule, clock: Clock) -> None:
        self._database = database
        self._jobs = jobs
        self._schedule = schedule
        self._clock = clock

    async def retry(self, member: Member, call_id: int) -> None:
        """Does again what failed: questions, the recording, writes. What succeeded stays as it is.

        Raises NotFound, Refused: `nothing_failed` when there is nothing to repeat, and of `untouchable`.
        """
        now = self._clock.now()
        async with self._database.write() as session:
            call = await session.get(CallRow, call_id, with_for_update=LOCK)
            if call is None or call.workspace_id != member.workspace_id:
                raise NotFound(f"call {call_id}")
            if (why := untouchable(call)) is not None:
                raise Refused(why)
            repeated = await _reset_writes(session, self._schedule, call_id)
            repeated += await self._reset_targets(session, call_id, now)
            repeated += await self._reset_call(session, call)
            if not repeated:
                raise Refused("nothing_failed")
            note(session, self._clock, member.workspace_id, member.user_id, "call_retried", call_id)
            await want(session, self._jobs, call_id, now)

    async def write_again(self, member: Member, call_id: int) -> None:
        """A person has looked and wants it written, though it may stand there already.

        Raises NotFound, Refused: `nothing_failed` when every outcome is known, and of `untouchable`.
        """
        async with self._database.write() as session:
            for row in await self._undecided(session, member, call_id):
                row.state, row.reason, row.tries = DeliveryState.PLANNED, None, 0
                await self._schedule.deliver(session, row)
            note(session, self._clock, member.workspace_id, member.user_id, "call_written_again", call_id)
            await want(session, self._jobs, call_id, self._clock.now())

    async def consider_done(self, member: Member, call_id: int) -> None:
        """A person has looked and found it written. Raises as `write_again`."""
        now = self._clock.now()
        async with self._database.write() as session:
            for row in await self._undecided(session, member, call_id):
                row.state, row.reason, row.confirmed_at = DeliveryState.CONFIRMED, None, now
            note(session, self._clock, member.workspace_id, member.user_id, "call_considered_done", call_id)
            await want(session, self._jobs, call_id, now)

    async def _undecided(self, session: AsyncSession, member: Member, call_id: int) -> list[DeliveryRow]:
        """Writes of the call about which a person decides."""
        call = await session.get(CallRow, call_id, with_for_update=LOCK)
        if call is None or call.workspace_id != member.workspace_id:
            raise NotFound(f"call {call_id}")
        if (why := untouchable(call)) is not None:
            raise Refused(why)
        rows = await session.scalars(
            select(DeliveryRow)
            .where(DeliveryRow.call_id == call_id)
            .order_by(DeliveryRow.id)
            .with_for_update(**LOCK)
        )
        undecided = [row for row in rows if may_be_written_again(row)]
        if not undecided:
            raise Refused("nothing_failed")
        return undecided

    async def show_again(self, member: Member, call_id: int) -> None:
        """Draws the call's cards anew. Raises NotFound."""
        async with self._database.write() as session:
            call = await session.get(CallRow, call_id)
            if call is None or call.workspace_id != member.workspace_id:
                raise NotFound(f"call {call_id}")
            await refresh(session, self._jobs, call_id, self._clock.now())

    async def show_in(self, member: Member, call_id: int, address: ChatAddress) -> Shown:
        """The call's card in this chat, where so far it is only told of. Raises NotFound."""
        now = self._clock.now()
        async with self._database.write() as session:
            call = await session.get(CallRow, call_id)
            if call is None or call.workspace_id != member.workspace_id:
                raise NotFound(f"call {call_id}")
            chat = await _chat_at(session, member.workspace_id, address)
            if chat is None or not chat.subscribed:
                return Shown.NOWHERE
            there = select(CardRow.message_id).where(CardRow.call_id == call_id, CardRow.chat_id == chat.id)
            if await session.scalar(there) is not None:
                return Shown.HERE
            zone = (await session.get_one(WorkspaceRow, chat.workspace_id)).zone
            silence = silence_of(chat, zone, now)
            if silence.muted:
                return Shown.MUTED
            await want_in(session, self._jobs, call_id, chat, now)
            return Shown.WAITS if silence.held_until is not None else Shown.COMES

    async def _reset_targets(self, session: AsyncSession, call_id: int, now: datetime) -> int:
        """The deal is looked for again: somebody may have made it meanwhile."""
        rows = [
            row
            for row in await targets_of(session, call_id)
            if row.state == TargetState.NONE and row.reason != Reason.NO_PHONE
        ]
        for row in rows:
            row.state, row.reason, row.tries, row.since = TargetState.LOOKING, None, 0, now
            await self._schedule.target(session, row)
        return len(rows)

    async def _reset_call(self, session: AsyncSession, call: CallRow) -> int:
        if call.state != CallState.FAILED:
            return 0
        await session.execute(
            update(VerdictRow)
            .where(VerdictRow.call_id == call.id, VerdictRow.state == "failed")
            .values(state="matched", reason=None)
        )
        failed = await session.scalars(
            select(AnswerRow).where(AnswerRow.call_id == call.id, AnswerRow.state == AnswerState.FAILED)
        )
        for answer in failed:
            await session.delete(answer)
        call.state = await _where_it_stopped(session, call)
        call.reason, call.finished_at, call.tries = None, None, 0
        call.seen_at = self._clock.now()  # the horizons of waiting begin anew
        await self._schedule.process(session, call)
        return 1


def may_be_written_again(row: DeliveryRow) -> bool:
    """Its outcome is not known, and the remote system gives no way to look."""
    known = row.state != DeliveryState.UNVERIFIABLE or row.reason not in (Reason.CANNOT_VERIFY, Reason.CANNOT_LOOK)
    return not known and row.undo is None and not lost(row)


async def _chat_at(session: AsyncSession, workspace_id: int, address: ChatAddress) -> ChatRow | None:
    """The topic's own subscription, else that of the chat around it."""
    rows = await session.scalars(
        select(ChatRow)
        .where(
            ChatRow.workspace_id == workspace_id,
            ChatRow.chat_id == address.chat_id,
            ChatRow.thread_id.in_((address.thread_id, 0)),
        )
        .order_by(ChatRow.thread_id.desc())
    )
    return rows.first()


async def _where_it_stopped(session: AsyncSession, call: CallRow) -> CallState:
    if call.object_id is None:
        return CallState.NEW
    transcript = await session.scalar(select(TranscriptRow.id).where(TranscriptRow.call_id == call.id))
    return CallState.BOUND if transcript is None else CallState.TRANSCRIBED


async def _reset_writes(session: AsyncSession, schedule: Schedule, call_id: int) -> int:
    """Failed writes go out again; one whose outcome is unclear is looked up first, where that is possible."""
    rows = (
        await session.scalars(
            select(DeliveryRow).where(
                DeliveryRow.call_id == call_id,
                DeliveryRow.state.in_([DeliveryState.FAILED, DeliveryState.UNVERIFIABLE]),
                DeliveryRow.undo.is_(None),
                DeliveryRow.reason.is_distinct_from(Reason.CANNOT_LOOK),
                ~is_lost(),
            )
        )
    ).all()
    for row in rows:
        unclear = row.state == DeliveryState.UNVERIFIABLE
        row.state = DeliveryState.UNKNOWN if unclear else DeliveryState.PLANNED
        row.reason, row.tries = None, 0
        await schedule.deliver(session, row)
    return len(rows)
