"""How the work goes, as people ask about it: what waits and for what, and what became of each call."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import integration_of_row
from services.db.models import (
    AnswerRow,
    AuditRow,
    CallRow,
    DeliveryRow,
    IntegrationRow,
    PromptRow,
    TranscriptRow,
    VerdictRow,
)
from services.db.repositories.deliveries import is_open
from services.db.unit_of_work import Database
from services.domain.answer import AnswerState
from services.domain.call import CallState, Reason
from services.domain.integration import Integration, IntegrationState
from services.domain.workspace import Member
from services.errors import NotFound
from services.ownfunnels.placed import place_of
from services.ports import Clock

RECENT = 10
SAMPLE = 100
DAY = timedelta(days=1)
PAUSES = {
    "model_paused": CallState.TRANSCRIBED,
    "model_not_found": CallState.TRANSCRIBED,
    "speech_paused": CallState.BOUND,
    "speech_not_found": CallState.BOUND,
    "daily_cap": CallState.TRANSCRIBED,
}
"""Notices that the model or the speech server stands still, with the state in which calls wait for it."""
_OPEN = [state for state in CallState if not state.final]


class Hold(StrEnum):
    """What an open call waits for."""

    ACCESS = "access"
    CRM = "crm"
    BINDING = "binding"
    RECORDING = "recording"
    LATE_RECORDING = "late_recording"
    """Longer than most systems need for it, and no error."""
    SPEECH = "speech"
    MODEL = "model"
    WORK = "work"
    """For nothing: it is being worked on."""


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
    hold: Hold | None
    """None: it is finished."""
    fates: tuple[PromptFate, ...]
    place: str = ""
    """Funnel and stage of our own, told of a single call."""


@dataclass(frozen=True)
class WorkStatus:
    """`oldest_waiting_at` is when the longest waiting call was first seen; `LATE_RECORDING` does not count."""

    waiting: Mapping[Hold, int]
    unsent: int
    """Answers not yet in the CRM."""
    failed_today: int
    done_today: int
    oldest_waiting_at: datetime | None
    seconds_per_answer: float | None
    """Average of the last answers; None before the first one."""
    troubled: tuple[Integration, ...]
    """Stopped or failing."""
    well: tuple[Integration, ...]
    """The others."""
    pauses: tuple[str, ...]
    """Of the model and the speech server: keys of `PAUSES`."""
    recent: tuple[RecentCall, ...]


class StatusService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._running: dict[int, asyncio.Future[WorkStatus]] = {}

    async def of(self, workspace_id: int) -> WorkStatus:
        """People who ask at the same moment are told the same: a dozen questions to the database, once."""
        running = self._running.get(workspace_id)
        if running is None:
            running = asyncio.ensure_future(self._look(workspace_id))
            self._running[workspace_id] = running
            running.add_done_callback(lambda _: self._running.pop(workspace_id, None))
        return await asyncio.shield(running)

    async def _look(self, workspace_id: int) -> WorkStatus:
        now = self._clock.now()
        async with self._database.read() as session:
            integrations = await _integrations(session, workspace_id)
            finished = await _finished_since(session, workspace_id, now - DAY)
            oldest = await session.scalar(
                select(func.min(CallRow.seen_at)).where(
                    CallRow.workspace_id == workspace_id,
                    CallRow.state.in_(_OPEN),
                    (CallRow.state != CallState.WAIT_RECORD) | (CallRow.started_at >= now - DAY),
                )
            )
            return WorkStatus(
                waiting=await _waiting(session, workspace_id, integrations, now),
                unsent=await _unsent(session, workspace_id),
                failed_today=finished.get(CallState.FAILED, 0),
                done_today=finished.get(CallState.DONE, 0),
                oldest_waiting_at=oldest,
                seconds_per_answer=await _seconds_per_answer(session, workspace_id),
                troubled=tuple(one for one in integrations.values() if _is_troubled(one)),
                well=tuple(one for one in integrations.values() if not _is_troubled(one)),
                pauses=await _pauses(session, workspace_id, now),
                recent=await _recent(session, workspace_id, integrations, now),
            )

    async def call(self, member: Member, call_id: int) -> RecentCall:
        """One call with the fate of every prompt. Raises NotFound."""
        async with self._database.read() as session:
            call = await session.get(CallRow, call_id)
            if call is None or call.workspace_id != member.workspace_id:
                raise NotFound(f"call {call_id}")
            integrations = await _integrations(session, member.workspace_id)
            (told,) = await _with_fates(session, [call], integrations, self._clock.now())
            return replace(told, place=await place_of(session, call))


def _is_troubled(one: Integration) -> bool:
    return one.state is IntegrationState.EXPIRED or one.health.problem is not None


async def _integrations(session: AsyncSession, workspace_id: int) -> Mapping[int, Integration]:
    rows = await session.scalars(
        select(IntegrationRow).where(
            IntegrationRow.workspace_id == workspace_id,
            IntegrationRow.state != IntegrationState.DISCONNECTED,
        )
    )
    return {row.id: integration_of_row(row) for row in rows}


def _hold(state: CallState, integration: Integration | None, *, later: bool, old: bool) -> Hold | None:
    """`later`: its next try has been put off. `old`: it began more than a day ago."""
    if state.final:
        return None
    if integration is not None and integration.state is IntegrationState.EXPIRED:
        return Hold.ACCESS
    if state is CallState.WAIT_BINDING:
        return Hold.BINDING
    if state is CallState.WAIT_RECORD:
        return Hold.LATE_RECORDING if old else Hold.RECORDING
    if not later:
        return Hold.WORK
    if state is CallState.NEW or (integration is not None and integration.health.problem is not None):
        return Hold.CRM
    return Hold.MODEL if state is CallState.TRANSCRIBED else Hold.SPEECH


async def _waiting(
    session: AsyncSession, workspace_id: int, integrations: Mapping[int, Integration], now: datetime
) -> Mapping[Hold, int]:
    later, old = CallRow.due_at > now, CallRow.started_at < now - DAY
    rows = await session.execute(
        select(CallRow.state, CallRow.integration_id, later, old, func.count())
        .where(CallRow.workspace_id == workspace_id, CallRow.state.in_(_OPEN))
        .group_by(CallRow.state, CallRow.integration_id, later, old)
    )
    counts: dict[Hold, int] = {}
    for state, integration_id, put_off, is_old, count in rows:
        hold = _hold(CallState(state), integrations.get(integration_id), later=bool(put_off), old=bool(is_old))
        if hold is not None:
            counts[hold] = counts.get(hold, 0) + count
    return counts


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
        .where(CallRow.workspace_id == workspace_id, is_open())
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


async def _pauses(session: AsyncSession, workspace_id: int, now: datetime) -> tuple[str, ...]:
    """Told within a day, with calls that wait since and nothing that has worked after it."""
    notices = await session.execute(
        select(AuditRow.action, func.max(AuditRow.at))
        .where(
            AuditRow.workspace_id == workspace_id,
            AuditRow.at > now - DAY,
            AuditRow.action.in_([f"notice:{code}" for code in PAUSES]),
        )
        .group_by(AuditRow.action)
    )
    told = {action.removeprefix("notice:"): at for action, at in notices}
    lasting = []
    for code, state in PAUSES.items():
        if code in told and await _waits(session, workspace_id, state, now):
            worked_at = await _worked_at(session, workspace_id, state)
            if worked_at is None or worked_at < told[code]:
                lasting.append(code)
    return tuple(lasting)


async def _waits(session: AsyncSession, workspace_id: int, state: CallState, now: datetime) -> bool:
    waiting = select(CallRow.id).where(
        CallRow.workspace_id == workspace_id, CallRow.state == state, CallRow.due_at > now
    )
    return await session.scalar(waiting.limit(1)) is not None


async def _worked_at(session: AsyncSession, workspace_id: int, state: CallState) -> datetime | None:
    """When the model, or the speech server, last did its work."""
    made = AnswerRow if state is CallState.TRANSCRIBED else TranscriptRow
    return await session.scalar(
        select(made.created_at)
        .join(CallRow, CallRow.id == made.call_id)
        .where(CallRow.workspace_id == workspace_id, made.model != "")
        .order_by(made.id.desc())
        .limit(1)
    )


async def _recent(
    session: AsyncSession, workspace_id: int, integrations: Mapping[int, Integration], now: datetime
) -> tuple[RecentCall, ...]:
    calls = await session.scalars(
        select(CallRow)
        .where(CallRow.workspace_id == workspace_id)
        .order_by(CallRow.started_at.desc())
        .limit(RECENT)
    )
    return await _with_fates(session, calls.all(), integrations, now)


async def _with_fates(
    session: AsyncSession, calls: Sequence[CallRow], integrations: Mapping[int, Integration], now: datetime
) -> tuple[RecentCall, ...]:
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
            hold=_hold(
                CallState(call.state),
                integrations.get(call.integration_id),
                later=call.due_at > now,
                old=call.started_at < now - DAY,
            ),
            fates=tuple(fates.get(call.id, ())),
        )
        for call in calls
    )
