"""Chats that go, or become other chats: a group a supergroup, a deleted topic the chat around it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.locking import LOCK
from services.db.models import AlertMessageRow, CardRow, ChatRow
from services.forgetting.posted import note_left_behind


async def lock_chat(session: AsyncSession, chat_id: int) -> Sequence[ChatRow]:
    """Its rows, of all topics and companies: of several who find it gone or moved each waits for the former."""
    query = select(ChatRow).where(ChatRow.chat_id == chat_id).order_by(ChatRow.id).with_for_update(**LOCK)
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def leave_chat(session: AsyncSession, chat_id: int, now: datetime) -> None:
    """Blocked, removed or deleted: quiet in all its topics until it comes back. It stays subscribed."""
    await session.execute(update(ChatRow).where(ChatRow.chat_id == chat_id).values(gone_at=now))


async def move_chat(session: AsyncSession, old: int, new: int) -> None:
    """All rows of a chat under its new id, with their cards; a row that is there already takes them over.

    The bot is in the new chat, whatever was heard of it leaving the old one.
    """
    if old == new:
        return
    for row in await lock_chat(session, old):
        await note_left_behind(session, row.id, old)
        known = await _row_of(session, row.workspace_id, new, row.thread_id)
        if known is None:
            row.chat_id, row.kind, row.gone_at = new, "supergroup", None
            await _forget_messages(session, row.id)
        else:
            await _merge(session, row, known)


async def move_to_chat_itself(session: AsyncSession, row_id: int) -> None:
    """The cards of a deleted topic go to the chat around it from now on."""
    row = await session.get(ChatRow, row_id)
    if row is None or not row.thread_id:
        return
    known = await _row_of(session, row.workspace_id, row.chat_id, 0)
    if known is None:
        row.thread_id = 0
        await _forget_messages(session, row.id)
    else:
        await _merge(session, row, known)


async def _row_of(session: AsyncSession, workspace_id: int, chat_id: int, thread_id: int) -> ChatRow | None:
    return await session.scalar(
        select(ChatRow).where(
            ChatRow.workspace_id == workspace_id,
            ChatRow.chat_id == chat_id,
            ChatRow.thread_id == thread_id,
        )
    )


async def _forget_messages(session: AsyncSession, row_id: int) -> None:
    """Message numbers begin anew elsewhere: an old one would mean somebody else's message."""
    for table in (CardRow, AlertMessageRow):
        await session.execute(
            update(table)
            .where(table.chat_id == row_id)
            .values(message_id=None)
            .execution_options(synchronize_session=False)
        )


async def _merge(session: AsyncSession, row: ChatRow, known: ChatRow) -> None:
    """Cards and alerts that are shown there already go with the old row."""
    if row.subscribed and not known.subscribed:
        _take_over(known, row)
    known.gone_at = None
    await _forget_messages(session, row.id)
    there = select(CardRow.call_id).where(CardRow.chat_id == known.id)
    await session.execute(
        update(CardRow)
        .where(CardRow.chat_id == row.id, CardRow.call_id.not_in(there))
        .values(chat_id=known.id)
        .execution_options(synchronize_session=False)
    )
    told = select(AlertMessageRow.alert_id).where(AlertMessageRow.chat_id == known.id)
    await session.execute(
        update(AlertMessageRow)
        .where(AlertMessageRow.chat_id == row.id, AlertMessageRow.alert_id.not_in(told))
        .values(chat_id=known.id)
        .execution_options(synchronize_session=False)
    )
    await session.delete(row)


def _take_over(known: ChatRow, row: ChatRow) -> None:
    """Nobody listened there: what was set up for the old chat goes on as it was. Else each keeps its own."""
    known.subscribed, known.form, known.language = True, row.form, row.language
    known.wants, known.quiet = row.wants, row.quiet
    known.muted_until, known.digest_due_at = row.muted_until, row.digest_due_at
