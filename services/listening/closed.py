"""Chats in which the bot may not write for the time being: a right is missing, or the topic is closed.

They stay subscribed. Whether the owners know is read from the audit, so that a restart does not tell them again.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit import note
from services.db.models import AuditRow, ChatRow
from services.notices import Notices
from services.ports import Clock

CODE = "chat_closed"
TOLD = f"notice:{CODE}"
OPENED = "chat_opened"
PAUSES = (timedelta(minutes=1), timedelta(hours=1))
"""A card comes again after as long as the chat is closed already, within these bounds."""


class ClosedChats:
    def __init__(self, notices: Notices, clock: Clock) -> None:
        self._notices = notices
        self._clock = clock
        self._closed: set[int] = set()

    async def closed(self, session: AsyncSession, chat: ChatRow, why: str) -> timedelta:
        """How long to wait before the next try. Tells the owners, once until the chat opens again."""
        self._closed.add(chat.id)
        since = await self._told_at(session, chat)
        if since is None:
            values = {"chat": chat.title, "why": why}
            await self._notices.put(session, chat.workspace_id, CODE, values, subject=chat.id)
        least, most = PAUSES
        return min(max(self._clock.now() - since, least), most) if since is not None else least

    async def opened(self, session: AsyncSession, chat: ChatRow, *, tried_before: bool) -> None:
        """A card has arrived. Only what was tried before, or a chat known as closed, is worth a look."""
        if not tried_before and chat.id not in self._closed:
            return
        self._closed.discard(chat.id)
        if await self._told_at(session, chat) is not None:
            note(session, self._clock, chat.workspace_id, None, OPENED, chat.id)

    async def _told_at(self, session: AsyncSession, chat: ChatRow) -> datetime | None:
        """Since when the owners know of it; None: the chat is open for all they know."""
        latest = await session.scalar(
            select(AuditRow)
            .where(
                AuditRow.workspace_id == chat.workspace_id,
                AuditRow.action.in_((TOLD, OPENED)),
                AuditRow.subject == str(chat.id),
            )
            .order_by(AuditRow.id.desc())
            .limit(1)
        )
        return latest.at if latest is not None and latest.action == TOLD else None
