"""Where a person works at present, when they belong to several companies: queries and changes of rows."""

from sqlalchemy import bindparam, case, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.access import Action, may
from services.db.insert import insert_unless_there
from services.db.locking import LOCK
from services.db.models import ChatRow, MemberRow, PersonRow, WizardStateRow, WorkspaceRow
from services.domain.workspace import Member, Role
from services.errors import NotFound

DELETED = "deleted"
"""Stands in the settings of a company that is being deleted: nobody gets into it any more."""
_MEMBERSHIP = (
    select(MemberRow, WorkspaceRow)
    .join(WorkspaceRow, WorkspaceRow.id == MemberRow.workspace_id)
    .outerjoin(PersonRow, PersonRow.user_id == MemberRow.user_id)
    .where(MemberRow.user_id == bindparam("user_id"))
    .order_by(case((PersonRow.workspace_id == MemberRow.workspace_id, 0), else_=1), MemberRow.id)
    .limit(1)
)


async def lock_company(session: AsyncSession, workspace_id: int) -> WorkspaceRow:
    """Whoever changes who belongs to it waits here for the others. Raises NotFound when it is being deleted."""
    key = WorkspaceRow.id == workspace_id
    query = select(WorkspaceRow).where(key).with_for_update(**LOCK)
    row = await session.scalar(query.execution_options(populate_existing=True))
    if row is None or DELETED in row.settings:
        raise NotFound(f"workspace {workspace_id}")
    return row


async def membership(
    session: AsyncSession, user_id: int, workspace_id: int | None = None
) -> tuple[MemberRow, WorkspaceRow] | None:
    """In the given company; else in the present one, or in the first joined for whoever never chose."""
    query = _MEMBERSHIP if workspace_id is None else _MEMBERSHIP.where(MemberRow.workspace_id == workspace_id)
    found = (await session.execute(query, {"user_id": user_id})).first()
    return (found[0], found[1]) if found is not None else None


async def company_of_group(session: AsyncSession, chat_id: int) -> int | None:
    """The company that subscribed the group, the first one where several did; None: it listens to nobody."""
    return await session.scalar(
        select(ChatRow.workspace_id)
        .where(ChatRow.chat_id == chat_id, ChatRow.subscribed.is_(True))
        .order_by(ChatRow.id)
        .limit(1)
    )


async def check_still_may(session: AsyncSession, member: Member, action: Action) -> None:
    """For what took its time since the right was asked for: people are removed and lowered meanwhile.

    Raises NotFound.
    """
    known = await membership(session, member.user_id, member.workspace_id)
    if known is None or not may(Role(known[0].role), action):
        raise NotFound(f"right of member {member.id}")


async def lock_to_change(session: AsyncSession, member: Member, action: Action) -> WorkspaceRow:
    """The company, as long as whoever acts still may: a right is taken under the same lock.

    Raises NotFound.
    """
    row = await lock_company(session, member.workspace_id)
    await check_still_may(session, member, action)
    return row


async def remember_person(session: AsyncSession, user_id: int, name: str) -> PersonRow:
    await insert_unless_there(session, PersonRow, {"user_id": user_id, "name": name[:256], "workspace_id": None})
    person = await session.get_one(PersonRow, user_id)
    if name:
        person.name = name[:256]
    return person


async def settle_in(session: AsyncSession, user_id: int, name: str, workspace_id: int) -> None:
    """From now on the person works in this company."""
    person = await remember_person(session, user_id, name)
    person.workspace_id = workspace_id


async def end_dialogues(session: AsyncSession, member_id: int) -> None:
    """The window counter stays, or a button of the old window would open a new one's."""
    for row in await session.scalars(select(WizardStateRow).where(WizardStateRow.member_id == member_id)):
        row.state, row.data = None, {"number": row.data.get("number", 0)}
