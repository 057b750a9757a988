"""The people of a company: their roles, leaving, removing, handing over. An owner always stays."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.access import Action, may
from services.audit import note
from services.db.models import ChatRow, ClaimRow, MemberRow, PersonRow
from services.db.unit_of_work import Database
from services.domain.workspace import Member, Role
from services.errors import NotFound, Refused
from services.ports import Clock
from services.workspace.presence import end_dialogues, lock_company, remember_person
from services.workspace.workspaces import member_of_row


class MemberService:
    """Members are named by our numbers; another company's are not found.

    Of two who act at the same moment the second one may have lost the right by the first one's act.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def of(self, workspace_id: int) -> tuple[Member, ...]:
        async with self._database.read() as session:
            rows = await session.scalars(
                select(MemberRow).where(MemberRow.workspace_id == workspace_id).order_by(MemberRow.id)
            )
            return tuple(member_of_row(row) for row in rows)

    async def get(self, member: Member, number: int) -> Member:
        """Raises NotFound."""
        async with self._database.read() as session:
            return member_of_row(await self._own(session, member, number))

    async def set_role(self, member: Member, number: int, role: Role) -> Member:
        """What they may not do any more ends at once: rights are looked up at every press.

        Raises NotFound, Refused: `last_owner`.
        """
        async with self._database.write() as session:
            await self._begin(session, member)
            row = await self._own(session, member, number)
            if row.role != role:
                await self._give(session, member, row, role)
            return member_of_row(row)

    async def hand_over(self, member: Member, number: int) -> Member:
        """The other one becomes an owner, and whoever hands over an editor. Raises NotFound."""
        async with self._database.write() as session:
            giver = await self._begin(session, member)
            heir = await self._own(session, member, number)
            if heir.id != giver.id:
                await self._give(session, member, heir, Role.OWNER)
                await self._give(session, member, giver, Role.EDITOR)
            return member_of_row(heir)

    async def remove(self, member: Member, number: int) -> Member:
        """Raises NotFound, Refused: `last_owner`."""
        async with self._database.write() as session:
            if number == member.id:
                await lock_company(session, member.workspace_id)
            else:
                await self._begin(session, member)
            row = await self._own(session, member, number)
            removed = member_of_row(row)
            await self._drop(session, row)
            action = "member_left" if row.id == member.id else "member_removed"
            note(session, self._clock, row.workspace_id, member.user_id, action, row.id, name=row.name)
            return removed

    async def leave(self, member: Member) -> None:
        """Raises NotFound, Refused: `last_owner`."""
        await self.remove(member, member.id)

    async def _give(self, session: AsyncSession, by: Member, row: MemberRow, role: Role) -> None:
        if row.role == Role.OWNER:
            await self._check_not_last(session, row)
            await _revoke_links_of(session, row, self._clock)
        details = {"name": row.name, "before": row.role, "after": role}
        note(session, self._clock, row.workspace_id, by.user_id, "member_role_changed", row.id, **details)
        row.role = role
        await session.flush()

    async def _drop(self, session: AsyncSession, row: MemberRow) -> None:
        """Their dialogues and links end, and nothing more comes to their private chat."""
        if row.role == Role.OWNER:
            await self._check_not_last(session, row)
        await _revoke_links_of(session, row, self._clock)
        await end_dialogues(session, row.id)
        await remember_person(session, row.user_id, row.name)
        own = (ChatRow.workspace_id == row.workspace_id) & (ChatRow.chat_id == row.user_id)
        await session.execute(update(ChatRow).where(own).values(subscribed=False))
        here = (PersonRow.user_id == row.user_id) & (PersonRow.workspace_id == row.workspace_id)
        await session.execute(update(PersonRow).where(here).values(workspace_id=None))
        await session.delete(row)

    async def _begin(self, session: AsyncSession, member: Member) -> MemberRow:
        """Whoever acts, as they stand once nobody else changes people here. Raises NotFound without the right."""
        await lock_company(session, member.workspace_id)
        row = await self._own(session, member, member.id)
        if not may(Role(row.role), Action.MEMBERS):
            raise NotFound(f"right of member {member.id}")
        return row

    async def _check_not_last(self, session: AsyncSession, row: MemberRow) -> None:
        other = select(MemberRow.id).where(
            MemberRow.workspace_id == row.workspace_id, MemberRow.role == Role.OWNER, MemberRow.id != row.id
        )
        if await session.scalar(other.limit(1)) is None:
            raise Refused("last_owner")

    async def _own(self, session: AsyncSession, member: Member, number: int) -> MemberRow:
        row = await session.get(MemberRow, number, populate_existing=True)
        if row is None or row.workspace_id != member.workspace_id:
            raise NotFound(f"member {number}")
        return row


async def _revoke_links_of(session: AsyncSession, row: MemberRow, clock: Clock) -> None:
    """Whoever may not invite any more must not have left a door open."""
    unused = update(ClaimRow).where(
        ClaimRow.workspace_id == row.workspace_id,
        ClaimRow.created_by == row.user_id,
        ClaimRow.used_at.is_(None),
        ClaimRow.revoked_at.is_(None),
    )
    await session.execute(unused.values(revoked_at=clock.now()))
