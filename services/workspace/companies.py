"""The companies of a person: opening one, going from one to another, names."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.access import Action
from services.audit import note
from services.db.migrate import one_at_a_time
from services.db.models import ChatRow, MemberRow, WorkspaceRow
from services.db.unit_of_work import Database
from services.domain.workspace import Language, Member, Role, Workspace
from services.errors import NotFound, Refused
from services.ports import Clock
from services.workspace.limits import Quota, Used
from services.workspace.presence import lock_to_change, membership, settle_in
from services.workspace.workspaces import FIRST_NAMES, FIRST_ZONE, member_of_row, put_member, workspace_of_row

NAME_LIMIT = 60
MOST_OWN = 5
"""Companies that one person may own here when everybody may open some."""


@dataclass(frozen=True)
class Place:
    """A company somebody belongs to, with their part in it."""

    member: Member
    workspace: Workspace


def clean_company_name(name: str) -> str:
    """Raises Refused: `name_empty`, `name_long`."""
    cleaned = " ".join(name.split())
    if not cleaned:
        raise Refused("name_empty")
    if len(cleaned) > NAME_LIMIT:
        raise Refused("name_long", limit=NAME_LIMIT, length=len(cleaned))
    return cleaned


class CompanyService:
    def __init__(self, database: Database, clock: Clock, quota: Quota | None = None) -> None:
        self._database = database
        self._clock = clock
        self._quota = quota or Quota()

    async def sign_up(self, user_id: int, name: str, language: Language) -> Member:
        """A company of one's own. Somebody who has one, or was invited meanwhile, stays where they are."""
        async with self._database.write() as session:
            await one_at_a_time(await session.connection())
            known = await membership(session, user_id)
            if known is not None:
                return member_of_row(known[0])
            return await self._open(session, user_id, name, FIRST_NAMES[language], FIRST_ZONE, language)

    async def open(self, member: Member, company: str, language: Language) -> Member:
        """One more. Raises Refused: `too_many_companies` and wrong names."""
        cleaned = clean_company_name(company)
        async with self._database.write() as session:
            await one_at_a_time(await session.connection())
            owned = await session.scalar(
                select(func.count(MemberRow.id)).where(
                    MemberRow.user_id == member.user_id, MemberRow.role == Role.OWNER
                )
            )
            if (owned or 0) >= MOST_OWN:
                raise Refused("too_many_companies", limit=MOST_OWN)
            zone = (await session.get_one(WorkspaceRow, member.workspace_id)).zone
            return await self._open(session, member.user_id, member.name, cleaned, zone, language)

    async def of(self, user_id: int) -> tuple[Place, ...]:
        """All of a person's, in the order in which they came to them."""
        async with self._database.read() as session:
            rows = await session.execute(
                select(MemberRow, WorkspaceRow)
                .join(WorkspaceRow, WorkspaceRow.id == MemberRow.workspace_id)
                .where(MemberRow.user_id == user_id)
                .order_by(MemberRow.id)
            )
            return tuple(Place(member_of_row(row), workspace_of_row(company)) for row, company in rows)

    async def switch(self, user_id: int, workspace_id: int) -> Place:
        """Raises NotFound for a company that is not theirs, as for one that does not exist."""
        async with self._database.write() as session:
            found = await membership(session, user_id, workspace_id)
            if found is None:
                raise NotFound(f"workspace {workspace_id}")
            await settle_in(session, user_id, found[0].name, workspace_id)
            return Place(member_of_row(found[0]), workspace_of_row(found[1]))

    async def place(self, user_id: int, workspace_id: int) -> Place | None:
        """Their part in this company; None: it is none of theirs, or there is no such company."""
        async with self._database.read() as session:
            return _place(await membership(session, user_id, workspace_id))

    async def around_chat(self, user_id: int, chat: int) -> Place | None:
        """Their part in the company of a chat, by our number of the chat; None as for `place`."""
        async with self._database.read() as session:
            row = await session.get(ChatRow, chat)
            return _place(await membership(session, user_id, row.workspace_id)) if row is not None else None

    async def rename(self, member: Member, name: str) -> Workspace:
        """Raises Refused: `name_empty`, `name_long`; NotFound for whoever may not any more."""
        cleaned = clean_company_name(name)
        async with self._database.write() as session:
            row = await lock_to_change(session, member, Action.SETTINGS)
            if row.name != cleaned:
                details = {"before": row.name, "after": cleaned}
                note(session, self._clock, row.id, member.user_id, "company_renamed", row.id, **details)
                row.name = cleaned
            return workspace_of_row(row)

    async def used(self, workspace_id: int) -> Used | None:
        """What of its limits a company has used; None: it has none."""
        async with self._database.read() as session:
            return await self._quota.used(session, workspace_id, self._clock.now())

    async def _open(
        self, session: AsyncSession, user_id: int, name: str, company: str, zone: str, language: Language
    ) -> Member:
        now = self._clock.now()
        workspace = WorkspaceRow(
            name=company, zone=zone, language=language, settings={"limited": True}, created_at=now
        )
        session.add(workspace)
        await session.flush()
        row = await put_member(session, workspace.id, user_id, name, Role.OWNER, now, language)
        await settle_in(session, user_id, name, workspace.id)
        note(session, self._clock, workspace.id, user_id, "company_opened", workspace.id, name=company)
        return member_of_row(row)


def _place(found: tuple[MemberRow, WorkspaceRow] | None) -> Place | None:
    return Place(member_of_row(found[0]), workspace_of_row(found[1])) if found is not None else None
