"""What is not kept for ever: the words of old calls, pieces of speech, forgotten dialogues, used links, old audit.

Rows of calls stay: they are what makes a call unique. Each batch is a transaction of its own, so that the work
of the moment is never held up for long.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Text, and_, cast, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.db.models import (
    AlertRow,
    AnswerRow,
    AuditRow,
    CallRow,
    CallTargetRow,
    ClaimRow,
    InboxRow,
    PaceRow,
    PendingAccessRow,
    PieceRow,
    TranscriptRow,
    WizardStateRow,
    WorkspaceRow,
)
from services.db.repositories.calls import FORGOTTEN
from services.db.unit_of_work import Database
from services.domain.call import CallState
from services.forgetting.wiping import wipe_answers, wipe_talk
from services.inbox import KEPT_DONE
from services.ports import Clock
from services.workspace.workspaces import workspace_of_row

log = structlog.get_logger(__name__)

Wipe = Callable[[AsyncSession, Sequence[int]], Awaitable[None]]

BATCH = 200
BRIEFLY = timedelta(days=7)
"""Pieces of speech, dialogues that nobody goes on with."""
AUDIT = timedelta(days=365)
LINKS = timedelta(days=30)
"""So long it is shown who came by which invitation; the history tells it for a year."""
EMPTY = "{}"
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
        yesterday = (now - timedelta(days=1)).timestamp()
        await self._delete(PaceRow.name, (PaceRow.free_at < yesterday) & (PaceRow.stopped_until < yesterday))
        await self._leave_dialogues(now - BRIEFLY)
        async with self._database.read() as session:
            workspaces = [workspace_of_row(row) for row in await session.scalars(select(WorkspaceRow))]
        for workspace in workspaces:
            if workspace.keep_days is not None:
                before = now - timedelta(days=workspace.keep_days)
                await self._forget(workspace.id, before, _has_talk(), wipe_talk)
            if workspace.keep_answers_days is not None:
                before = now - timedelta(days=workspace.keep_answers_days)
                await self._forget(workspace.id, before, _has_answers(), wipe_answers)
        await self._database.fold()

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

    async def _forget(self, workspace_id: int, before: datetime, has: ColumnElement[bool], wipe: Wipe) -> None:
        forgotten = 0
        old = (CallRow.workspace_id == workspace_id) & (CallRow.started_at < before) & CallRow.state.in_(FINAL)
        while True:
            async with self._database.write() as session:
                calls = list(await session.scalars(select(CallRow.id).where(old, has).limit(BATCH)))
                await wipe(session, calls)
            forgotten += len(calls)
            if len(calls) < BATCH:
                break
        if forgotten:
            log.info("words_forgotten", workspace_id=workspace_id, calls=forgotten, what=wipe.__name__)


def _has_talk() -> ColumnElement[bool]:
    """Also where nothing was transcribed: a file may be named after the client."""
    target = exists().where(CallTargetRow.call_id == CallRow.id, CallTargetRow.object_title != "")
    transcript = exists().where(TranscriptRow.call_id == CallRow.id)
    traits, refs = cast(CallRow.traits, Text), cast(CallRow.refs, Text)
    kept = and_(refs != EMPTY, refs.not_like(f"%{next(iter(FORGOTTEN))}%"))
    return or_(transcript, target, CallRow.client_name != "", traits != EMPTY, kept)


def _has_answers() -> ColumnElement[bool]:
    answer = exists().where(AnswerRow.call_id == CallRow.id, or_(AnswerRow.text != "", AnswerRow.quote != ""))
    alert = exists().where(AlertRow.call_id == CallRow.id, AlertRow.quote != "")
    return or_(answer, alert)
