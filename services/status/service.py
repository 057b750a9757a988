"""Puts together how the work of a company goes, or the story of one call."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.connecting.accounts import integration_of_row
from services.db.models import CallRow, IntegrationRow
from services.db.unit_of_work import Database
from services.domain.call import CallState
from services.domain.integration import Integration, IntegrationState
from services.domain.workspace import Member
from services.errors import NotFound
from services.ownfunnels.placed import place_of
from services.ports import Clock
from services.status.counts import finished_since, seconds_per_answer, unsent
from services.status.holds import DAY, Hold, waiting
from services.status.pauses import pauses
from services.status.recent import RecentCall, recent, with_fates

_CONNECTED = select(IntegrationRow).where(
    IntegrationRow.workspace_id == bindparam("workspace_id"), IntegrationRow.state != IntegrationState.DISCONNECTED
)


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
            finished = await finished_since(session, workspace_id, now - DAY)
            open_calls = await waiting(session, workspace_id, integrations, now)
            return WorkStatus(
                waiting=open_calls.counts,
                unsent=await unsent(session, workspace_id),
                failed_today=finished.get(CallState.FAILED, 0),
                done_today=finished.get(CallState.DONE, 0),
                oldest_waiting_at=open_calls.oldest_at,
                seconds_per_answer=await seconds_per_answer(session, workspace_id),
                troubled=tuple(one for one in integrations.values() if _is_troubled(one)),
                well=tuple(one for one in integrations.values() if not _is_troubled(one)),
                pauses=await pauses(session, workspace_id, now),
                recent=await recent(session, workspace_id, integrations, now),
            )

    async def call(self, member: Member, call_id: int) -> RecentCall:
        """One call with the fate of every prompt. Raises NotFound."""
        async with self._database.read() as session:
            call = await session.get(CallRow, call_id)
            if call is None or call.workspace_id != member.workspace_id:
                raise NotFound(f"call {call_id}")
            integrations = await _integrations(session, member.workspace_id)
            (told,) = await with_fates(session, [call], integrations, self._clock.now())
            return replace(told, place=await place_of(session, call))


def _is_troubled(one: Integration) -> bool:
    return one.state is IntegrationState.EXPIRED or one.health.problem is not None


async def _integrations(session: AsyncSession, workspace_id: int) -> Mapping[int, Integration]:
    rows = await session.scalars(_CONNECTED, {"workspace_id": workspace_id})
    return {row.id: integration_of_row(row) for row in rows}
