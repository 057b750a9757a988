"""A company is deleted: accesses and people at once, the rest as a job, which tells its chats and people."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, func, select, update
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
from services.workspace.presence import DELETED, lock_company
from services.workspace.workspaces import member_of_row

log = structlog.get_logger(__name__)

BATCH = 200
CODE, TO_PEOPLE, REPORT = "company_deleted", "company_left", "company_done"
FAREWELL = "farewell"
"""In the settings beside it: who is still to be told that it is deleted, who asked, and how much there was."""
TRIES = 20
AGAIN = timedelta(minutes=2)


class CompanyForgetting:
    def __init__(self, database: Database, jobs: Jobs, chats: Chats, clock: Clock) -> None:
        self._database = database
        self._jobs = jobs
        self._chats = chats
        self._clock = clock

    async def begin(self, member: Member, typed: str) -> tuple[Member, ...]:
        """From now on nobody is in it; returns who was.

        Raises Refused: `other_name`, NotFound without the right or when somebody else was quicker.
        """
        async with self._database.write() as session:
            row = await lock_company(session, member.workspace_id)
            query = select(MemberRow).where(MemberRow.workspace_id == row.id).order_by(MemberRow.id)
            people = tuple(member_of_row(one) for one in await session.scalars(query))
            if not any(one.id == member.id and may(one.role, Action.SETTINGS) for one in people):
                raise NotFound("company")
            if " ".join(typed.split()).casefold() != " ".join(row.name.split()).casefold():
                raise Refused("other_name")
            farewell = await _farewell(session, row, member, people)
            row.settings = {**row.settings, DELETED: self._clock.now().isoformat(), FAREWELL: farewell}
            await _let_go(session, row.id)
            await self._put(session, row.id, 0)
        log.info("company_deletion_begun", workspace_id=member.workspace_id)
        return people

    async def left_over(self) -> None:
        """For the night: what was begun and never finished."""
        async with self._database.write() as session:
            rows = await session.scalars(select(WorkspaceRow))
            day = int(self._clock.now().timestamp() // 86_400)
            for row in rows:
                if DELETED in row.settings:
                    await self._put(session, row.id, TRIES + day)

    async def run(self, key: str, attempt: int) -> None:
        """The job: first chats and people are told, then everything goes, at last who asked hears what went."""
        workspace_id = int(key)
        async with self._database.read() as session:
            row = await session.get(WorkspaceRow, workspace_id)
        if row is None or DELETED not in row.settings:
            return
        try:
            await self._say_goodbye(row)
            await self._tell_people(row)
        except ChatBusy as busy:
            if await self._again(workspace_id, attempt, busy):
                return
        await self._delete(CallRow.id, CallRow.workspace_id, workspace_id)
        await self._delete(PromptRow.id, PromptRow.workspace_id, workspace_id)
        await self._delete(IntegrationRow.id, IntegrationRow.workspace_id, workspace_id)
        try:
            await self._report(row)
        except ChatBusy as busy:
            if await self._again(workspace_id, attempt, busy):
                return
        await self._delete(WorkspaceRow.id, WorkspaceRow.id, workspace_id)
        log.info("company_deleted", workspace_id=workspace_id)

    async def _again(self, workspace_id: int, attempt: int, busy: ChatBusy) -> bool:
        """Will it be tried again? At last the deletion matters more than the word of it."""
        if attempt >= TRIES:
            return False
        async with self._database.write() as session:
            await self._put(session, workspace_id, attempt + 1, max(AGAIN, timedelta(seconds=busy.retry_after)))
        return True

    async def _say_goodbye(self, workspace: WorkspaceRow) -> None:
        """Each group once: it is told, then it is forgotten. People hear it themselves."""
        async with self._database.read() as session:
            query = select(ChatRow).where(ChatRow.workspace_id == workspace.id).order_by(ChatRow.id)
            chats = list(await session.scalars(query))
        for chat in chats:
            if chat.subscribed and chat.gone_at is None and chat.kind != "private":
                address = ChatAddress(chat.chat_id, chat.thread_id)
                await self._chats.tell(address, Language(chat.language), CODE, {"name": workspace.name})
            async with self._database.write() as session:
                await session.execute(delete(ChatRow).where(ChatRow.id == chat.id))

    async def _tell_people(self, workspace: WorkspaceRow) -> None:
        """Each once: told, then struck off the list."""
        farewell = workspace.settings.get(FAREWELL, {})
        people = list(farewell.get("people", ()))
        while people:
            user_id, language = people.pop(0)
            values = {"name": workspace.name}
            await self._chats.tell(ChatAddress(user_id), Language(language), TO_PEOPLE, values)
            async with self._database.write() as session:
                row = await session.get_one(WorkspaceRow, workspace.id)
                row.settings = {**row.settings, FAREWELL: {**farewell, "people": people}}

    async def _report(self, workspace: WorkspaceRow) -> None:
        farewell = workspace.settings.get(FAREWELL)
        if farewell:
            user_id, language = farewell["asked"]
            values = {"name": workspace.name, "calls": farewell["calls"], "prompts": farewell["prompts"]}
            await self._chats.tell(ChatAddress(user_id), Language(language), REPORT, values)

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


async def _farewell(
    session: AsyncSession, row: WorkspaceRow, by: Member, people: Sequence[Member]
) -> dict[str, Any]:
    calls = select(func.count(CallRow.id)).where(CallRow.workspace_id == row.id)
    prompts = select(func.count(PromptRow.id)).where(
        PromptRow.workspace_id == row.id, PromptRow.deleted_at.is_(None)
    )
    return {
        "people": [[one.user_id, one.language or row.language] for one in people if one.id != by.id],
        "asked": [by.user_id, by.language or row.language],
        "calls": await session.scalar(calls) or 0,
        "prompts": await session.scalar(prompts) or 0,
    }


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
