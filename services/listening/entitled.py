"""Whether a chat may still hear of a company. Asked when something is sent: people leave while it waits.

It is asked when the message is written, and once more when it leaves: in between it may wait for its turn.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy.ext.asyncio import AsyncSession

from services.access import Action, may
from services.db.models import ChatRow, WorkspaceRow
from services.db.unit_of_work import Database
from services.domain.workspace import Role
from services.workspace.presence import DELETED, company_of_group, membership


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


_asks: ContextVar[Callable[[], Awaitable[bool]] | None] = ContextVar("asks", default=None)


@contextmanager
def while_it_hears(database: Database, number: int) -> Iterator[None]:
    """Messages that are sent inside leave only as long as the chat, by our number of it, may hear them."""

    async def ask() -> bool:
        async with database.read() as session:
            chat = await session.get(ChatRow, number)
            return chat is not None and await may_hear(session, chat)

    token = _asks.set(ask)
    try:
        yield
    finally:
        _asks.reset(token)


async def still_hears() -> bool:
    """For whoever lets messages leave. Those of which nobody asks always may."""
    ask = _asks.get()
    return ask is None or await ask()
