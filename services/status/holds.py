"""What open calls wait for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import CallRow
from services.domain.call import CallState
from services.domain.integration import Integration, IntegrationState

DAY = timedelta(days=1)
_OPEN = [state for state in CallState if not state.final]
_LATER, _OLD = CallRow.due_at > bindparam("now"), CallRow.started_at < bindparam("day_ago")
_WAITING = (
    select(CallRow.state, CallRow.integration_id, _LATER, _OLD, func.count(), func.min(CallRow.seen_at))
    .where(CallRow.workspace_id == bindparam("workspace_id"), CallRow.state.in_(_OPEN))
    .group_by(CallRow.state, CallRow.integration_id, _LATER, _OLD)
)


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


def hold_of(state: CallState, integration: Integration | None, *, later: bool, old: bool) -> Hold | None:
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


@dataclass(frozen=True)
class Waiting:
    """Open calls by what they wait for, and when the longest waiting one was first seen.

    One whose recording is late by more than a day does not count as waiting long: that is how its operator works.
    """

    counts: Mapping[Hold, int]
    oldest_at: datetime | None


async def waiting(
    session: AsyncSession, workspace_id: int, integrations: Mapping[int, Integration], now: datetime
) -> Waiting:
    rows = await session.execute(_WAITING, {"workspace_id": workspace_id, "now": now, "day_ago": now - DAY})
    counts: dict[Hold, int] = {}
    seen: list[datetime] = []
    for state, integration_id, put_off, is_old, count, first_seen_at in rows:
        hold = hold_of(CallState(state), integrations.get(integration_id), later=bool(put_off), old=bool(is_old))
        if hold is not None:
            counts[hold] = counts.get(hold, 0) + count
        if not (is_old and state == CallState.WAIT_RECORD):
            seen.append(first_seen_at)
    return Waiting(counts, min(seen, default=None))
