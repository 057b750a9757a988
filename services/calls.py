"""Calls as people ask about them: how the work goes, and doing again what failed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit import note
from services.cards.wanted import refresh, want
from services.db.models import AnswerRow, CallRow, DeliveryRow, PromptRow, TranscriptRow, VerdictRow
from services.db.repositories.calls import untouchable
from services.db.repositories.deliveries import is_open
from services.db.unit_of_work import Database
from services.domain.answer import AnswerState, DeliveryState
from services.domain.call import CallState, Reason
from services.domain.workspace import Member
from services.errors import NotFound, Refused
from services.pipeline.schedule import Schedule
from services.ports import Clock, Jobs

RECENT = 10
SAMPLE = 100


@dataclass(frozen=True)
class PromptFate:
    """What became of a prompt on a call. `state`: matched, answered, failed or skipped."""

    prompt_name: str
    state: str
    reason: Reason | None


@dataclass(frozen=True)
class RecentCall:
    call_id: int
    started_at: datetime
    client: str
    duration: int
    state: CallState
    reason: Reason | None
    fates: tuple[PromptFate, ...]


@dataclass(frozen=True)
class WorkStatus:
    """`waiting` calls are under way; `oldest_waiting_at` is when the longest waiting one was first seen."""

    waiting: int
    waiting_for_recording: int
    waiting_for_binding: int
    unsent: int
    """Answers not yet in the CRM."""
    failed_today: int
    done_today: int
    oldest_waiting_at: datetime | None
    seconds_per_answer: float | None
    """Average of the last answers; None before the first one."""
    recent: tuple[RecentCall, ...]


class CallService:
    def __init__(self, database: Database, jobs: Jobs, schedule: Schedule, clock: Clock) -> None:
        self._database = database
        self._jobs = jobs
        self._schedule = schedule
        self._clock = clock

    async def status(self, workspace_id: int) -> WorkStatus:
        day_ago = self._clock.now() - timedelta(days=1)
        async with self._database.read() as session:
            counts = await _open_counts(session, workspace_id)
            finished = await _finished_since(session, workspace_id, day_ago)
            oldest = await session.scalar(
                select(func.min(CallRow.seen_at)).where(
                    CallRow.workspace_id == workspace_id, CallRow.state.in_(_open_states())
                )
            )
            return WorkStatus(
                waiting=sum(counts.values()),
                waiting_for_recording=counts.get(CallState.WAIT_RECORD, 0),
                waiting_for_binding=counts.get(CallState.WAIT_BINDING, 0),
                unsent=await _unsent(session, workspace_id),
                failed_today=finished.get(CallState.FAILED, 0),
                done_today=finished.get(CallState.DONE, 0),
                oldest_waiting_at=oldest,
                seconds_per_answer=await _seconds_per_answer(session, workspace_id),
                recent=await _recent(session, workspace_id),
            )

    async def retry(self, member: Member, call_id: int) -> None:
        """Does again what failed: questions, the recording, writes. What succeeded stays as it is.

        Raises NotFound, Refused: `nothing_failed` when there is nothing to repeat, and of `untouchable`.
        """
        now = self._clock.now()
        async with self._database.write() as session:
            call = await session.get(CallRow, call_id, with_for_update=True)
            if call is None or call.workspace_id != member.workspace_id:
                raise NotFound(f"call {call_id}")
            if (why := untouchable(call)) is not None:
                raise Refused(why)
            repeated = await _reset_writes(session, self._schedule, call_id)
            repeated += await self._reset_call(session, call)
            if not repeated:
                raise Refused("nothing_failed")
            note(session, self._clock, member.workspace_id, member.user_id, "call_retried", call_id)
            await want(session, self._jobs, call_id, now)

    async def write_again(self, member: Member, call_id: int) -> None:
        """A person has looked and wants it written, though it may stand there already.

        Raises NotFound, Refused: `nothing_failed` when every outcome is known, and of `untouchable`.
        """
        now = self._clock.now()
        async with self._database.write() as session:
            call = await session.get(CallRow, call_id, with_for_update=True)
            if call is None or call.workspace_id != member.workspace_id:
                raise NotFound(f"call {call_id}")
            if (why := untouchable(call)) is not None:
                raise Refused(why)
            rows = await session.scalars(select(DeliveryRow).where(DeliveryRow.call_id == call_id))
            undecided = [row for row in rows if may_be_written_again(row)]
            if not undecided:
                raise Refused("nothing_failed")
            for row in undecided:
                row.state, row.reason, row.tries = DeliveryState.PLANNED, None, 0
                await self._schedule.deliver(session, row)
            note(session, self._clock, member.workspace_id, member.user_id, "call_written_again", call_id)
            await want(session, self._jobs, call_id, now)

    async def show_again(self, member: Member, call_id: int) -> None:
        """Draws the call's cards anew. Raises NotFound."""
        async with self._database.write() as session:
            call = await session.get(CallRow, call_id)
            if call is None or call.workspace_id != member.workspace_id:
                raise NotFound(f"call {call_id}")
            await refresh(session, self._jobs, call_id, self._clock.now())

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
    return row.state == DeliveryState.UNVERIFIABLE and row.reason == Reason.CANNOT_VERIFY and row.undo is None


def _open_states() -> list[CallState]:
    return [state for state in CallState if not state.final]


async def _where_it_stopped(session: AsyncSession, call: CallRow) -> CallState:
    if call.object_id is None:
        return CallState.NEW
    transcript = await session.scalar(select(TranscriptRow.id).where(TranscriptRow.call_id == call.id))
    return CallState.BOUND if transcript is None else CallState.TRANSCRIBED


async def _reset_writes(session: AsyncSession, schedule: Schedule, call_id: int) -> int:
    """Failed writes go out again; one whose outcome is unclear is looked up first."""
    rows = (
        await session.scalars(
            select(DeliveryRow).where(
                DeliveryRow.call_id == call_id,
                DeliveryRow.state.in_([DeliveryState.FAILED, DeliveryState.UNVERIFIABLE]),
                DeliveryRow.undo.is_(None),
            )
        )
    ).all()
    for row in rows:
        unclear = row.state == DeliveryState.UNVERIFIABLE
        row.state = DeliveryState.UNKNOWN if unclear else DeliveryState.PLANNED
        row.reason, row.tries = None, 0
        await schedule.deliver(session, row)
    return len(rows)


async def _open_counts(session: AsyncSession, workspace_id: int) -> dict[str, int]:
    rows = await session.execute(
        select(CallRow.state, func.count())
        .where(CallRow.workspace_id == workspace_id, CallRow.state.in_(_open_states()))
        .group_by(CallRow.state)
    )
    return dict(rows.all())


async def _finished_since(session: AsyncSession, workspace_id: int, moment: datetime) -> dict[str, int]:
    rows = await session.execute(
        select(CallRow.state, func.count())
        .where(CallRow.workspace_id == workspace_id, CallRow.finished_at >= moment)
        .group_by(CallRow.state)
    )
    return dict(rows.all())


async def _unsent(session: AsyncSession, workspace_id: int) -> int:
    count = await session.scalar(
        select(func.count(DeliveryRow.id))
        .join(CallRow, CallRow.id == DeliveryRow.call_id)
        .where(
            CallRow.workspace_id == workspace_id,
            is_open(),
        )
    )
    return count or 0


async def _seconds_per_answer(session: AsyncSession, workspace_id: int) -> float | None:
    last = (
        select(AnswerRow.seconds)
        .join(CallRow, CallRow.id == AnswerRow.call_id)
        .where(CallRow.workspace_id == workspace_id, AnswerRow.state != AnswerState.FAILED)
        .order_by(AnswerRow.id.desc())
        .limit(SAMPLE)
        .subquery()
    )
    return await session.scalar(select(func.avg(last.c.seconds)))


async def _recent(session: AsyncSession, workspace_id: int) -> tuple[RecentCall, ...]:
    calls = (
        await session.scalars(
            select(CallRow)
            .where(CallRow.workspace_id == workspace_id)
            .order_by(CallRow.started_at.desc())
            .limit(RECENT)
        )
    ).all()
    rows = await session.execute(
        select(VerdictRow.call_id, PromptRow.name, VerdictRow.state, VerdictRow.reason)
        .join(PromptRow, PromptRow.id == VerdictRow.prompt_id)
        .where(VerdictRow.call_id.in_([call.id for call in calls]))
        .order_by(VerdictRow.position)
    )
    fates: dict[int, list[PromptFate]] = {}
    for call_id, name, state, reason in rows:
        fates.setdefault(call_id, []).append(PromptFate(name, state, Reason(reason) if reason else None))
    return tuple(
        RecentCall(
            call_id=call.id,
            started_at=call.started_at,
            client=call.client_name or call.phone,
            duration=call.duration,
            state=CallState(call.state),
            reason=Reason(call.reason) if call.reason else None,
            fates=tuple(fates.get(call.id, ())),
        )
        for call in calls
    )
