"""The first start: the installation's own company, and who becomes its owner."""

import hashlib
import secrets
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit import note
from services.db.locking import LOCK
from services.db.migrate import one_at_a_time
from services.db.models import ClaimRow, MemberRow, WorkspaceRow
from services.db.unit_of_work import Database
from services.domain.workspace import Language, Member, Role
from services.errors import NotFound
from services.ports import Clock
from services.workspace.presence import DELETED, lock_company, settle_in
from services.workspace.workspaces import FIRST_NAME, FIRST_ZONE, member_of_row, put_member

NAMED = "owner_ids"
"""Whom the installation's settings named as owners when it last started."""


class Founding:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def ensure_first(self, owner_ids: Sequence[int]) -> None:
        """Makes the installation's own company if there is none; people who are newly named own it.

        What the company decides about them later stays: whoever was removed does not come back with a restart.
        To let somebody in once more, name them anew: start once without them.
        """
        async with self._database.write() as session:
            await one_at_a_time(await session.connection())
            row = await lock_company(session, (await self._first(session)).id)
            named = row.settings.get(NAMED)
            for user_id in owner_ids:
                known = await session.scalar(
                    select(MemberRow.id).where(MemberRow.workspace_id == row.id, MemberRow.user_id == user_id)
                )
                is_new = known is None if named is None else user_id not in named
                if is_new:
                    member = await put_member(session, row.id, user_id, "", Role.OWNER, self._clock.now())
                    note(session, self._clock, row.id, None, "member_named", member.id, name=member.name)
            row.settings = {**row.settings, NAMED: list(owner_ids)}

    async def make_claim(self) -> str | None:
        """A one-time token that makes its user the owner; None when there is an owner already.

        Older unused tokens stop working.
        """
        async with self._database.write() as session:
            row = await self._first(session)
            if await _has_owner(session, row.id):
                return None
            now = self._clock.now()
            unused = update(ClaimRow).where(
                ClaimRow.workspace_id == row.id, ClaimRow.role.is_(None), ClaimRow.used_at.is_(None)
            )
            await session.execute(unused.values(used_at=now))
            token = secrets.token_urlsafe(24)
            session.add(ClaimRow(workspace_id=row.id, token_hash=_hash(token), created_at=now))
            return token

    async def claim(self, token: str, user_id: int, name: str, language: Language | None = None) -> Member:
        """Raises NotFound for a wrong or used token, and once there is an owner, whoever made them one."""
        mine = (ClaimRow.token_hash == _hash(token)) & ClaimRow.role.is_(None)
        async with self._database.write() as session:
            workspace_id = await session.scalar(select(ClaimRow.workspace_id).where(mine))
            if workspace_id is None:
                raise NotFound("claim")
            await lock_company(session, workspace_id)
            claim = await session.scalar(
                select(ClaimRow).where(mine, ClaimRow.used_at.is_(None)).with_for_update(**LOCK)
            )
            if claim is None or await _has_owner(session, workspace_id):
                raise NotFound("claim")
            claim.used_at = now = self._clock.now()
            row = await put_member(session, claim.workspace_id, user_id, name, Role.OWNER, now, language)
            await settle_in(session, user_id, name, claim.workspace_id)
            note(session, self._clock, claim.workspace_id, user_id, "workspace_claimed", row.id)
            return member_of_row(row)

    async def _first(self, session: AsyncSession) -> WorkspaceRow:
        """The installation's own: never one that a stranger opened, nor one that is being deleted."""
        rows = await session.scalars(select(WorkspaceRow).order_by(WorkspaceRow.id))
        row = next((one for one in rows if not one.settings.get("limited") and DELETED not in one.settings), None)
        if row is None:
            row = WorkspaceRow(
                name=FIRST_NAME,
                zone=FIRST_ZONE,
                language=Language.RU,
                settings={},
                created_at=self._clock.now(),
            )
            session.add(row)
            await session.flush()
        return row


async def _has_owner(session: AsyncSession, workspace_id: int) -> bool:
    owner = select(MemberRow.id).where(MemberRow.workspace_id == workspace_id, MemberRow.role == Role.OWNER)
    return await session.scalar(owner.limit(1)) is not None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
