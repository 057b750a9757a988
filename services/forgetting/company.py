"""A company is deleted: its accesses and its people at once, everything else as a job, its chats told."""

from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.access import Action, may
from services.db.models import (
    CallRow,
    ChatRow,
    IntegrationRow,
    MemberRow,
    PersonRow,
    PromptRow,
    WizardStateRow,
    WorkspaceRow,
)
from services.db.unit_of_work import Database
from services.domain.integration import IntegrationState
from services.domain.workspace import ChatAddress, Language, Member
from services.errors import NotFound, Refused
from services.forgetting.messages import Chats
from services.jobs.queues import Job
from services.ports import ChatBusy, Clock, Jobs
from services.presence import DELETED

log = structlog.get_logger(__name__)

BATCH = 200
CODE = "company_deleted"
TRIES = 20
AGAIN = timedelta(minutes=2)


class CompanyForgetting:
    def __init__(self, database: Database, jobs: Jobs, chats: Chats, clock: Clock) -> None:
        self._database = database
        self._jobs = jobs
        self._chats = chats
        self._clock = clock

    async def begin(self, member: Member, typed: str) -> None:
        """From now on nobody is in it. Raises Refused: `other_name`, NotFound without the right."""
        if not may(member.role, Action.SETTINGS):
            raise NotFound("company")
        async with self._database.write() as session:
            row = await session.get_one(WorkspaceRow, member.workspace_id, with_for_update=True)
            if " ".join(typed.split()).casefold() != " ".join(row.name.split()).casefold():
                raise Refused("other_name")
            row.settings = {**row.settings, DELETED: self._clock.now().isoformat()}
            await _let_go(session, row.id)
            await self._put(session, row.id, 0)
        log.info("company_deletion_begun", workspace_id=member.workspace_id)

    async def left_over(self) -> None:
        """For the night: what was begun and never finished."""
        async with self._database.write() as session:
            rows = await session.scalars(select(WorkspaceRow))
            day = int(self._clock.now().timestamp() // 86_400)
            for row in rows:
                if DELETED in row.settings:
                    await self._put(session, row.id, TRIES + day)

    async def run(self, key: str, attempt: int) -> None:
        """The job: first the chats are told, then everything goes. Harmless to repeat."""
        workspace_id = int(key)
        async with self._database.read() as session:
            row = await session.get(WorkspaceRow, workspace_id)
        if row is None or DELETED not in row.settings:
            return
        try:
            await self._say_goodbye(row)
        except ChatBusy as busy:
            if attempt < TRIES:
                async with self._database.write() as session:
                    after = max(AGAIN, timedelta(seconds=busy.retry_after))
                    await self._put(session, workspace_id, attempt + 1, after)
                return
        await self._delete(CallRow.id, CallRow.workspace_id, workspace_id)
        await self._delete(PromptRow.id, PromptRow.workspace_id, workspace_id)
        await self._delete(IntegrationRow.id, IntegrationRow.workspace_id, workspace_id)
        await self._delete(WorkspaceRow.id, WorkspaceRow.id, workspace_id)
        log.info("company_deleted", workspace_id=workspace_id)

    async def _say_goodbye(self, workspace: WorkspaceRow) -> None:
        """Each chat once: it is told, then it is forgotten."""
        async with self._database.read() as session:
            query = select(ChatRow).where(ChatRow.workspace_id == workspace.id).order_by(ChatRow.id)
            chats = list(await session.scalars(query))
        for chat in chats:
            if chat.subscribed and chat.gone_at is None:
                address = ChatAddress(chat.chat_id, chat.thread_id)
                await self._chats.tell(address, Language(chat.language), CODE, {"name": workspace.name})
            async with self._database.write() as session:
                await session.execute(delete(ChatRow).where(ChatRow.id == chat.id))

    async def _delete(
        self, key: InstrumentedAttribute[Any], whose: InstrumentedAttribute[Any], workspace_id: int
    ) -> None:
        """In batches, so that the others are not held up for long; what hangs on the rows goes with them."""
        while True:
            async with self._database.write() as session:
                keys = (await session.scalars(select(key).where(whose == workspace_id).limit(BATCH))).all()
                await session.execute(delete(key.class_).where(key.in_(keys)))
            if len(keys) < BATCH:
                return

    async def _put(
        self, session: AsyncSession, workspace_id: int, attempt: int, after: timedelta | None = None
    ) -> None:
        lane = f"forget:{workspace_id}"
        await self._jobs.put(
            session, Job.DELETE_COMPANY, str(workspace_id), lane=lane, attempt=attempt, after=after
        )


async def _let_go(session: AsyncSession, workspace_id: int) -> None:
    """Accesses are wiped, prompts are off, open windows die, and nobody is a member any more."""
    await session.execute(
        update(IntegrationRow)
        .where(IntegrationRow.workspace_id == workspace_id)
        .values(secrets="", hook=None, cursor=None, state=IntegrationState.DISCONNECTED)
    )
    await session.execute(
        update(PromptRow).where(PromptRow.workspace_id == workspace_id).values(enabled=False, enabled_at=None)
    )
    members = select(MemberRow.id).where(MemberRow.workspace_id == workspace_id)
    await session.execute(delete(WizardStateRow).where(WizardStateRow.member_id.in_(members)))
    await session.execute(
        update(PersonRow).where(PersonRow.workspace_id == workspace_id).values(workspace_id=None)
    )
    await session.execute(delete(MemberRow).where(MemberRow.workspace_id == workspace_id))
