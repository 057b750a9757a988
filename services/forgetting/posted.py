"""Messages that tell of calls beside their cards and alerts: without their numbers nobody could take them back."""

from collections.abc import Iterable

from sqlalchemy import insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import AlertMessageRow, AlertRow, CardRow, PostedRow
from services.db.unit_of_work import Database


class Posted:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, call_id: int, chat_id: int, message_id: int, content: str) -> None:
        """Right after it was sent: what is in the chat for a second only may have to be deleted as well."""
        async with self._database.write() as session:
            session.add(PostedRow(call_id=call_id, chat_id=chat_id, message_id=message_id, content=content))

    async def has(self, call_id: int, chat_id: int, content: str) -> bool:
        there = select(PostedRow.id).where(
            PostedRow.call_id == call_id, PostedRow.chat_id == chat_id, PostedRow.content == content
        )
        async with self._database.read() as session:
            return await session.scalar(there.limit(1)) is not None


def note_posted(session: AsyncSession, calls: Iterable[int], chat_id: int, message_id: int) -> None:
    """`chat_id` and `message_id` are Telegram's."""
    session.add_all(
        PostedRow(call_id=call_id, chat_id=chat_id, message_id=message_id) for call_id in sorted(set(calls))
    )


async def note_left_behind(session: AsyncSession, row_id: int, chat_id: int) -> None:
    """Cards and alerts of a chat that becomes another one: the new chat's rows do not know them any more."""
    columns = ["call_id", "chat_id", "message_id"]
    here = literal(chat_id, PostedRow.chat_id.type)
    cards = select(CardRow.call_id, here, CardRow.message_id).where(
        CardRow.chat_id == row_id, CardRow.message_id.is_not(None)
    )
    alerts = (
        select(AlertRow.call_id, here, AlertMessageRow.message_id)
        .join(AlertRow, AlertRow.id == AlertMessageRow.alert_id)
        .where(AlertMessageRow.chat_id == row_id, AlertMessageRow.message_id.is_not(None))
    )
    for written in (cards, alerts):
        await session.execute(insert(PostedRow).from_select(columns, written))
