"""What is not kept for ever: the words of old calls, pieces of speech, forgotten dialogues, used links, old audit.

Rows of calls stay: they are what makes a call unique. Each batch is a transaction of its own, so that the work
of the moment is never held up for long.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.db.models import (
    AnswerRow,
    AuditRow,
    CallRow,
    ClaimRow,
    DeliveryRow,
    InboxRow,
    PendingAccessRow,
    PieceRow,
    TranscriptRow,
    WizardStateRow,
    WorkspaceRow,
)
from services.db.repositories.calls import FORGOTTEN
from services.db.unit_of_work import Database
from services.domain.call import CallState
from services.inbox import KEPT_DONE
from services.ports import Clock
from services.workspaces import workspace_of_row

log = structlog.get_logger(__name__)

BATCH = 200
BRIEFLY = timedelta(days=7)
"""Pieces of speech, dialogues that nobody goes on with."""
AUDIT = timedelta(days=365)
LINKS = timedelta(days=30)
"""So long it is shown who came by which invitation; the history tells it for a year."""
FINAL = [state for state in CallState if state.final]


class Retention:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def run(self) -> None:
        now = self._clock.now()
        await self._delete(PieceRow.key, PieceRow.created_at < now - BRIEFLY)
        await self._delete(PendingAccessRow.state, PendingAccessRow.expires_at < now)
        for ended in (ClaimRow.used_at, ClaimRow.revoked_at, ClaimRow.expires_at):
            await self._delete(ClaimRow.id, ended < now - LINKS)
        await self._delete(AuditRow.id, AuditRow.at < now - AUDIT)
        await self._delete(InboxRow.update_id, InboxRow.received_at < now - KEPT_DONE)
        await self._leave_dialogues(now - BRIEFLY)
        async with self._database.read() as session:
            workspaces = [workspace_of_row(row) for row in await session.scalars(select(WorkspaceRow))]
        for workspace in workspaces:
            if workspace.keep_days is not None:
                await self._forget_words(workspace.id, now - timedelta(days=workspace.keep_days))

    async def _delete(self, key: InstrumentedAttribute[Any], old: ColumnElement[bool]) -> None:
        while True:
            async with self._database.write() as session:
                keys = (await session.scalars(select(key).where(old).limit(BATCH))).all()
                await session.execute(delete(key.class_).where(key.in_(keys)))
            if len(keys) < BATCH:
                return

    async def _leave_dialogues(self, before: datetime) -> None:
        """The window counter stays, or a button of the old window would open a new one's."""
        async with self._database.write() as session:
            rows = await session.scalars(
                select(WizardStateRow).where(WizardStateRow.state.is_not(None), WizardStateRow.updated_at < before)
            )
            for row in rows:
                row.state, row.data = None, {"number": row.data.get("number", 0)}

    async def _forget_words(self, workspace_id: int, before: datetime) -> None:
        forgotten = 0
        while True:
            async with self._database.write() as session:
                calls = await _with_words(session, workspace_id, before)
                await _forget(session, calls)
            forgotten += len(calls)
            if len(calls) < BATCH:
                break
        if forgotten:
            log.info("words_forgotten", workspace_id=workspace_id, calls=forgotten)


async def _with_words(session: AsyncSession, workspace_id: int, before: datetime) -> list[int]:
    transcript = exists().where(TranscriptRow.call_id == CallRow.id)
    answer = exists().where(AnswerRow.call_id == CallRow.id, or_(AnswerRow.text != "", AnswerRow.quote != ""))
    rows = await session.scalars(
        select(CallRow.id)
        .where(
            CallRow.workspace_id == workspace_id,
            CallRow.started_at < before,
            CallRow.state.in_(FINAL),
            or_(transcript, answer),
        )
        .limit(BATCH)
    )
    return list(rows)


async def _forget(session: AsyncSession, calls: list[int]) -> None:
    """Answers stay in the CRM; here it is only known that there were some."""
    await session.execute(delete(TranscriptRow).where(TranscriptRow.call_id.in_(calls)))
    await session.execute(
        update(AnswerRow).where(AnswerRow.call_id.in_(calls)).values(text="", quote="", value=None)
    )
    await session.execute(
        update(DeliveryRow).where(DeliveryRow.call_id.in_(calls)).values(body="", payload=None, before=None)
    )
    await session.execute(update(CallRow).where(CallRow.id.in_(calls)).values(refs=FORGOTTEN))
