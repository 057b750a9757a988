"""Invitations: one-time links that make their user a member. Only the token's hash is kept."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.access import Action, is_above, may
from services.audit import note
from services.db.locking import LOCK
from services.db.models import ClaimRow, MemberRow, PersonRow
from services.db.unit_of_work import Database
from services.domain.workspace import Language, Member, Role
from services.errors import NotFound, Refused
from services.ports import Clock
from services.workspace.limits import Quota
from services.workspace.presence import lock_company, membership, settle_in
from services.workspace.workspaces import member_of_row, put_member

SHOWN = 20
MOST_OPEN = 15
"""Links that wait at once: each of them has its place in the list, where it can be taken back."""


class InvitationState(StrEnum):
    OPEN = "open"
    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Invitation:
    """`by` made it, `used_by` came by it: names, empty when unknown."""

    id: int
    role: Role
    state: InvitationState
    by: str
    used_by: str
    created_at: datetime
    expires_at: datetime | None


class InvitationService:
    def __init__(self, database: Database, clock: Clock, quota: Quota | None = None) -> None:
        self._database = database
        self._clock = clock
        self._quota = quota or Quota()

    async def invite(self, member: Member, role: Role, *, days: int) -> tuple[int, str]:
        """Our number of it, and the token; `days` 0: until it is used or revoked.

        Raises Refused: `limit_members` when nobody could use it, `too_many_invitations`; NotFound for somebody
        who may not invite any more.
        """
        token, now = secrets.token_urlsafe(24), self._clock.now()
        async with self._database.write() as session:
            await lock_company(session, member.workspace_id)
            await self._check_may_invite(session, member.workspace_id, member.user_id)
            await self._quota.for_member(session, member.workspace_id)
            waiting = select(func.count(ClaimRow.id)).where(*_of(member.workspace_id), _is_open(now))
            if (await session.scalar(waiting) or 0) >= MOST_OPEN:
                raise Refused("too_many_invitations", limit=MOST_OPEN)
            claim = ClaimRow(
                workspace_id=member.workspace_id,
                token_hash=_hash(token),
                role=role,
                created_by=member.user_id,
                created_at=now,
                expires_at=now + timedelta(days=days) if days else None,
            )
            session.add(claim)
            await session.flush()
            note(session, self._clock, member.workspace_id, member.user_id, "member_invited", claim.id, role=role)
            return claim.id, token

    async def of(self, workspace_id: int) -> tuple[Invitation, ...]:
        """The latest ones, open ones first."""
        return await self._read(*_of(workspace_id))

    async def get(self, member: Member, number: int) -> Invitation:
        """Raises NotFound."""
        found = await self._read(*_of(member.workspace_id), ClaimRow.id == number)
        if not found:
            raise NotFound(f"invitation {number}")
        return found[0]

    async def _read(self, *wanted: ColumnElement[bool]) -> tuple[Invitation, ...]:
        query = (
            select(ClaimRow, MemberRow.name, PersonRow.name)
            .outerjoin(
                MemberRow,
                (MemberRow.user_id == ClaimRow.created_by) & (MemberRow.workspace_id == ClaimRow.workspace_id),
            )
            .outerjoin(PersonRow, PersonRow.user_id == ClaimRow.created_by)
            .where(*wanted)
            .order_by(_is_open(self._clock.now()).desc(), ClaimRow.id.desc())
            .limit(SHOWN)
        )
        async with self._database.read() as session:
            rows = await session.execute(query)
            return tuple(self._told(claim, here or anywhere or "") for claim, here, anywhere in rows)

    async def revoke(self, member: Member, number: int) -> None:
        """The link works no more; one that was used stays used. Raises NotFound."""
        async with self._database.write() as session:
            row = await session.get(ClaimRow, number, with_for_update=LOCK)
            if row is None or row.workspace_id != member.workspace_id or row.role is None:
                raise NotFound(f"invitation {number}")
            if row.used_at is None and row.revoked_at is None:
                row.revoked_at = self._clock.now()
                note(
                    session,
                    self._clock,
                    row.workspace_id,
                    member.user_id,
                    "invitation_revoked",
                    row.id,
                    role=row.role,
                )

    async def join(self, token: str, user_id: int, name: str, language: Language | None = None) -> Member:
        """The person works in the inviting company from now on; the others stay theirs.

        A link that would not raise a member is not used up. Raises NotFound for a wrong, used, revoked or old
        token, Refused: `limit_members`.
        """
        now = self._clock.now()
        async with self._database.write() as session:
            claim, role = await self._open_claim(session, token)
            known = await membership(session, user_id, claim.workspace_id)
            if known is not None and not is_above(role, Role(known[0].role)):
                await settle_in(session, user_id, name, claim.workspace_id)
                return member_of_row(known[0])
            if known is None:
                await self._quota.for_member(session, claim.workspace_id)
            claim.used_at, claim.used_by, claim.used_name = now, user_id, name[:256]
            row = await put_member(session, claim.workspace_id, user_id, name, role, now, language)
            await settle_in(session, user_id, name, claim.workspace_id)
            note(session, self._clock, claim.workspace_id, user_id, "member_joined", row.id, role=role, name=name)
            return member_of_row(row)

    async def _open_claim(self, session: AsyncSession, token: str) -> tuple[ClaimRow, Role]:
        """Of two who open the same link at the same moment one comes too late."""
        mine = ClaimRow.token_hash == _hash(token)
        workspace_id = await session.scalar(select(ClaimRow.workspace_id).where(mine))
        if workspace_id is None:
            raise NotFound("invitation")
        await lock_company(session, workspace_id)
        claim = await session.scalar(select(ClaimRow).where(mine).with_for_update(**LOCK))
        if claim is None or claim.role is None or self._told(claim, "").state is not InvitationState.OPEN:
            raise NotFound("invitation")
        if claim.created_by is not None:
            await self._check_may_invite(session, workspace_id, claim.created_by)
        return claim, Role(claim.role)

    async def _check_may_invite(self, session: AsyncSession, workspace_id: int, user_id: int) -> None:
        known = await membership(session, user_id, workspace_id)
        if known is None or not may(Role(known[0].role), Action.MEMBERS):
            raise NotFound("invitation")

    def _told(self, claim: ClaimRow, by: str) -> Invitation:
        state = InvitationState.OPEN
        if claim.used_at is not None:
            state = InvitationState.USED
        elif claim.revoked_at is not None:
            state = InvitationState.REVOKED
        elif claim.expires_at is not None and claim.expires_at <= self._clock.now():
            state = InvitationState.EXPIRED
        return Invitation(
            id=claim.id,
            role=Role(claim.role or Role.VIEWER),
            state=state,
            by=by,
            used_by=claim.used_name or "",
            created_at=claim.created_at,
            expires_at=claim.expires_at,
        )


def _of(workspace_id: int) -> tuple[ColumnElement[bool], ...]:
    """A first owner's claim is no invitation."""
    return ClaimRow.workspace_id == workspace_id, ClaimRow.role.is_not(None)


def _is_open(now: datetime) -> ColumnElement[bool]:
    lasts = or_(ClaimRow.expires_at.is_(None), ClaimRow.expires_at > now)
    return and_(ClaimRow.used_at.is_(None), ClaimRow.revoked_at.is_(None), lasts)


def _hash(token: str) -> str:
    """Differs from a first owner's claim: one never works as the other."""
    return hashlib.sha256(f"invitation:{token}".encode()).hexdigest()
