"""Calls that a pull has found become rows, and those that somebody has a question about become due."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from services.clean import without_controls
from services.db.models import CallRow, IntegrationRow, WorkspaceRow
from services.db.repositories.calls import add_call, add_calls, found_of, unknown
from services.domain.call import FoundCall, Reason
from services.notices import Notices
from services.pipeline.hopeless import Hopeless
from services.pipeline.schedule import Schedule
from services.ports import Clock
from services.prompts.matching import scoped_prompts
from services.workspace.limits import Quota

log = structlog.get_logger(__name__)

KEY_LIMIT = 128
NOT_STORABLE = (DBAPIError, ValueError, OverflowError)
"""What a database and its driver say of a value that no column takes."""


class Arrivals:
    def __init__(
        self, schedule: Schedule, hopeless: Hopeless, notices: Notices, clock: Clock, quota: Quota
    ) -> None:
        self._schedule = schedule
        self._hopeless = hopeless
        self._notices = notices
        self._clock = clock
        self._quota = quota

    async def add(self, session: AsyncSession, integration: IntegrationRow, calls: Sequence[FoundCall]) -> None:
        """In the transaction of the cursor. What nobody has a question about ends here, without a job."""
        new = await unknown(session, integration.id, [found for found in calls if _has_key(found)])
        if not new:
            return
        prompts = await scoped_prompts(session, integration.id)
        left = await self._quota.calls_left(session, integration.workspace_id, self._clock.now())
        for row in await self._rows(session, integration, new):
            integration.last_call_at = max(row.started_at, integration.last_call_at or row.started_at)
            log.info("call_found", call_id=row.id, integration_id=integration.id)
            reason = self._hopeless.reason(found_of(row), prompts)
            if reason is None and left == 0:
                reason = Reason.DAY_LIMIT
                await self._tell_the_limit(session, integration.workspace_id)
            if reason is None:
                left = left - 1 if left is not None else None
                await self._schedule.process(session, row)
            else:
                self._hopeless.skip_new(session, row, prompts, reason)

    async def _tell_the_limit(self, session: AsyncSession, workspace_id: int) -> None:
        """Once a day, by the company's own calendar: its row is locked since its calls were counted."""
        company = await session.get_one(WorkspaceRow, workspace_id)
        today = f"{self._clock.now().astimezone(ZoneInfo(company.zone)):%Y-%m-%d}"
        if not await self._notices.was_put(session, workspace_id, "day_limit", subject=today):
            values = {"limit": str(self._quota.calls_a_day)}
            await self._notices.put(session, workspace_id, "day_limit", values, subject=today)

    async def _rows(
        self, session: AsyncSession, integration: IntegrationRow, new: Sequence[FoundCall]
    ) -> list[CallRow]:
        """All at once; where one of them is odd, one by one: it never keeps the others out."""
        now = self._clock.now()
        try:
            async with session.begin_nested():
                return await add_calls(session, integration.workspace_id, integration.id, new, now)
        except NOT_STORABLE:
            return [row for found in new if (row := await self._one(session, integration, found)) is not None]

    async def _one(self, session: AsyncSession, integration: IntegrationRow, found: FoundCall) -> CallRow | None:
        try:
            async with session.begin_nested():
                call_id = await add_call(
                    session, integration.workspace_id, integration.id, found, self._clock.now()
                )
        except NOT_STORABLE as failure:
            log.error("call_not_stored", integration_id=integration.id, error=type(failure).__name__)
            return None
        return None if call_id is None else await session.get_one(CallRow, call_id)


def _has_key(found: FoundCall) -> bool:
    """Without a key that fits its column a call could not be told from the next one."""
    key = found.external_id
    fits = 0 < len(key) <= KEY_LIMIT and without_controls(key) == key
    if not fits:
        log.error("call_without_key")
    return fits
