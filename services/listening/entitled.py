"""Whether a chat may still hear of a company. Asked when something is sent: people leave while it waits."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.access import Action, may
from services.db.models import ChatRow, WorkspaceRow
from services.domain.workspace import Role
from services.presence import DELETED, company_of_group, membership


async def may_hear(session: AsyncSession, chat: ChatRow) -> bool:
    """A private chat of somebody who still belongs to it; a group that no other company has subscribed since."""
    workspace = await session.get(WorkspaceRow, chat.workspace_id)
    if workspace is None or DELETED in workspace.settings:
        return False
    if is_private(chat):
        found = await membership(session, chat.chat_id, chat.workspace_id)
        return found is not None and may(Role(found[0].role), Action.VIEW)
    return await company_of_group(session, chat.chat_id) in (None, chat.workspace_id)


def is_private(chat: ChatRow) -> bool:
    """Telegram's number of a private chat is that of its person; those of groups are below zero."""
    return chat.chat_id > 0
