"""The latest calls, and what became of each prompt on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import CallRow, PromptRow, VerdictRow
from services.domain.call import CallState, Reason
from services.domain.integration import Integration
from services.status.holds import DAY, Hold, hold_of

RECENT = 10
_RECENT = (
    select(CallRow)
    .where(CallRow.workspace_id == bindparam("workspace_id"))
    .order_by(CallRow.started_at.desc())
    .limit(RECENT)
)
_FATES = (
    select(VerdictRow.call_id, PromptRow.name, VerdictRow.state, VerdictRow.reason)
    .join(PromptRow, PromptRow.id == VerdictRow.prompt_id)
    .where(VerdictRow.call_id.in_(bindparam("calls", expanding=True)))
    .order_by(VerdictRow.position)
)


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

    @property
    def failed(self) -> bool:
        """Something of it did not work and can be done again."""
        return self.state is CallState.FAILED


async def recent(
    session: AsyncSession, workspace_id: int, integrations: Mapping[int, Integration], now: datetime
) -> tuple[RecentCall, ...]:
    calls = await session.scalars(_RECENT, {"workspace_id": workspace_id})
    return await with_fates(session, calls.all(), integrations, now)


async def with_fates(
    session: AsyncSession, calls: Sequence[CallRow], integrations: Mapping[int, Integration], now: datetime
) -> tuple[RecentCall, ...]:
    rows = await session.execute(_FATES, {"calls": [call.id for call in calls]})
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
            hold=hold_of(
                CallState(call.state),
                integrations.get(call.integration_id),
                later=call.due_at > now,
                old=call.started_at < now - DAY,
            ),
            fates=tuple(fates.get(call.id, ())),
        )
        for call in calls
    )
