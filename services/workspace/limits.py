"""What a company that came through the open door may have: systems, prompts, people, calls a day.

The numbers are settings of the installation, the same for all such companies; its own company has none.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.db.locking import LOCK
from services.db.models import CallRow, IntegrationRow, MemberRow, PromptRow, WorkspaceRow
from services.domain.call import CallState, Reason
from services.domain.integration import IntegrationState
from services.errors import Refused
from services.spending import day_around

UNCOUNTED = (Reason.NOT_ANSWERED, Reason.TOO_SHORT, Reason.NO_PROMPTS, Reason.DAY_LIMIT)
"""Calls that end for such a reason cost nothing."""


@dataclass(frozen=True)
class Limits:
    """0: as many as they like."""

    integrations: int = 0
    prompts: int = 0
    members: int = 0
    calls_a_day: int = 0


@dataclass(frozen=True)
class Used:
    """How much of each limit is used; calls since the company's midnight."""

    limits: Limits
    integrations: int
    prompts: int
    members: int
    calls: int


class Quota:
    """Asked inside the transaction that is about to add one more; the company's row is locked meanwhile."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()

    async def for_integration(self, session: AsyncSession, workspace_id: int) -> None:
        """Raises Refused: `limit_integrations`."""
        limit = self._limits.integrations
        if await self._holds(session, workspace_id, limit):
            _check("limit_integrations", await _integrations(session, workspace_id), limit)

    async def for_prompt(self, session: AsyncSession, workspace_id: int) -> None:
        """Raises Refused: `limit_prompts`."""
        limit = self._limits.prompts
        if await self._holds(session, workspace_id, limit):
            _check("limit_prompts", await _prompts(session, workspace_id), limit)

    async def for_member(self, session: AsyncSession, workspace_id: int) -> None:
        """Raises Refused: `limit_members`."""
        limit = self._limits.members
        if await self._holds(session, workspace_id, limit):
            _check("limit_members", await _members(session, workspace_id), limit)

    async def calls_left(self, session: AsyncSession, workspace_id: int, now: datetime) -> int | None:
        """How many more calls may be worked on today; None: as many as come."""
        limit = self._limits.calls_a_day
        if not await self._holds(session, workspace_id, limit):
            return None
        return max(0, limit - await _calls(session, workspace_id, now))

    async def used(self, session: AsyncSession, workspace_id: int, now: datetime) -> Used | None:
        """None: nothing limits this company."""
        row = await session.get_one(WorkspaceRow, workspace_id)
        if not row.settings.get("limited") or self._limits == Limits():
            return None
        return Used(
            self._limits,
            await _integrations(session, workspace_id),
            await _prompts(session, workspace_id),
            await _members(session, workspace_id),
            await _calls(session, workspace_id, now),
        )

    @property
    def calls_a_day(self) -> int:
        return self._limits.calls_a_day

    async def _holds(self, session: AsyncSession, workspace_id: int, limit: int) -> bool:
        if not limit:
            return False
        row = await session.get_one(WorkspaceRow, workspace_id, with_for_update=LOCK)
        return bool(row.settings.get("limited"))


def _check(why: str, present: int, limit: int) -> None:
    if present >= limit:
        raise Refused(why, limit=limit)


async def _count(session: AsyncSession, key: InstrumentedAttribute[Any], *conditions: ColumnElement[bool]) -> int:
    return await session.scalar(select(func.count(key)).where(*conditions)) or 0


async def _integrations(session: AsyncSession, workspace_id: int) -> int:
    connected = IntegrationRow.state != IntegrationState.DISCONNECTED
    return await _count(session, IntegrationRow.id, IntegrationRow.workspace_id == workspace_id, connected)


async def _prompts(session: AsyncSession, workspace_id: int) -> int:
    return await _count(
        session, PromptRow.id, PromptRow.workspace_id == workspace_id, PromptRow.deleted_at.is_(None)
    )


async def _members(session: AsyncSession, workspace_id: int) -> int:
    return await _count(session, MemberRow.id, MemberRow.workspace_id == workspace_id)


async def _calls(session: AsyncSession, workspace_id: int, now: datetime) -> int:
    """By the moment they came, not by what the remote system says of their start."""
    row = await session.get_one(WorkspaceRow, workspace_id)
    midnight, _ = day_around(now, row.zone)
    return await _count(
        session,
        CallRow.id,
        CallRow.workspace_id == workspace_id,
        CallRow.seen_at >= midnight,
        or_(CallRow.state != CallState.SKIPPED, CallRow.reason.not_in(UNCOUNTED)),
    )
