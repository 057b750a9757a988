"""The people of a workspace: opening one's own, inviting, leaving. A person works in one workspace."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit import note
from services.db.migrate import one_at_a_time
from services.db.models import ChatRow, ClaimRow, MemberRow, WorkspaceRow
from services.db.unit_of_work import Database
from services.domain.workspace import Language, Member, Role
from services.errors import NotFound, Refused
from services.ports import Clock
from services.workspaces import FIRST_NAME, FIRST_ZONE, leave_empty_workspaces, member_of_row, put_member

VALID = timedelta(days=7)
"""How long an invitation may be used."""
INVITED = {"e": Role.EDITOR, "v": Role.VIEWER}
"""The first letter of an invitation tells the role; the stored hash covers it."""


class MemberService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def sign_up(self, user_id: int, name: str, language: Language) -> Member:
        """A workspace of one's own. Somebody who has one, or was invited meanwhile, stays where they are."""
        now = self._clock.now()
        async with self._database.write() as session:
            await one_at_a_time(await session.connection())
            known = await session.scalar(select(MemberRow).where(MemberRow.user_id == user_id).limit(1))
            if known is not None:
                return member_of_row(known)
            workspace = WorkspaceRow(
                name=FIRST_NAME, zone=FIRST_ZONE, language=language, settings={}, created_at=now
            )
            session.add(workspace)
            await session.flush()
            row = await put_member(session, workspace.id, user_id, name, Role.OWNER, now)
            note(session, self._clock, workspace.id, user_id, "workspace_opened", workspace.id)
            return member_of_row(row)

    async def of(self, workspace_id: int) -> tuple[Member, ...]:
        async with self._database.read() as session:
            rows = await session.scalars(
                select(MemberRow).where(MemberRow.workspace_id == workspace_id).order_by(MemberRow.id)
            )
            return tuple(member_of_row(row) for row in rows)

    async def get(self, member: Member, number: int) -> Member:
        """Somebody of the same workspace. Raises NotFound."""
        async with self._database.read() as session:
            return member_of_row(await self._own(session, member, number))

    async def invite(self, member: Member, role: Role) -> str:
        """A one-time token; only its hash is kept."""
        letter = next(letter for letter, invited in INVITED.items() if invited is role)
        token = letter + secrets.token_urlsafe(24)
        now = self._clock.now()
        async with self._database.write() as session:
            claim = ClaimRow(workspace_id=member.workspace_id, token_hash=_hash(token), created_at=now)
            session.add(claim)
            await session.flush()
            note(session, self._clock, member.workspace_id, member.user_id, "member_invited", claim.id, role=role)
        return token

    async def join(self, token: str, user_id: int, name: str) -> Member:
        """Raises NotFound for a wrong, used or old token, Refused: `member_elsewhere`."""
        role, now = INVITED.get(token[:1]), self._clock.now()
        async with self._database.write() as session:
            claim = await session.scalar(
                select(ClaimRow)
                .where(
                    ClaimRow.token_hash == _hash(token),
                    ClaimRow.used_at.is_(None),
                    ClaimRow.created_at > now - VALID,
                )
                .with_for_update()
            )
            if claim is None or role is None:
                raise NotFound("invitation")
            known = await _row_of(session, claim.workspace_id, user_id)
            if known is not None and known.role == Role.OWNER:
                return member_of_row(known)  # trying one's own invitation costs nothing
            await leave_empty_workspaces(session, user_id, besides=claim.workspace_id)
            claim.used_at = now
            row = await put_member(session, claim.workspace_id, user_id, name, role, now)
            note(session, self._clock, claim.workspace_id, user_id, "member_joined", row.id, role=role)
            return member_of_row(row)

    async def remove(self, member: Member, number: int) -> Member:
        """Nothing more comes to their private chat. Raises NotFound, Refused: `last_owner`."""
        async with self._database.write() as session:
            row = await self._own(session, member, number)
            owners = await session.scalars(
                select(MemberRow.id)
                .where(MemberRow.workspace_id == member.workspace_id, MemberRow.role == Role.OWNER)
                .order_by(MemberRow.id)
                .with_for_update()
            )
            if owners.all() == [row.id]:
                raise Refused("last_owner")
            removed = member_of_row(row)
            await session.execute(
                update(ChatRow)
                .where(ChatRow.workspace_id == row.workspace_id, ChatRow.chat_id == row.user_id)
                .values(subscribed=False)
            )
            await session.delete(row)
            note(session, self._clock, row.workspace_id, member.user_id, "member_removed", row.id, name=row.name)
            return removed

    async def _own(self, session: AsyncSession, member: Member, number: int) -> MemberRow:
        row = await session.get(MemberRow, number)
        if row is None or row.workspace_id != member.workspace_id:
            raise NotFound(f"member {number}")
        return row


async def _row_of(session: AsyncSession, workspace_id: int, user_id: int) -> MemberRow | None:
    return await session.scalar(
        select(MemberRow).where(MemberRow.workspace_id == workspace_id, MemberRow.user_id == user_id)
    )


def _hash(token: str) -> str:
    """Differs from an owner's claim: an invitation never makes an owner."""
    return hashlib.sha256(f"invitation:{token}".encode()).hexdigest()
