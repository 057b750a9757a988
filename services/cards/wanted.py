"""Says that a call's cards have something new to show."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.insert import insert_unless_there
from services.db.models import CallRow, CardRow, ChatRow
from services.jobs.queues import Job, chat_lane
from services.ports import Jobs

NOW = timedelta(0)


async def want(session: AsyncSession, jobs: Jobs, call_id: int, now: datetime) -> None:
    """One card for each chat that listens; its content is read when it is shown, not now."""
    call = await session.get_one(CallRow, call_id)
    chats = await session.scalars(
        select(ChatRow).where(
            ChatRow.workspace_id == call.workspace_id,
            ChatRow.subscribed.is_(True),
            ChatRow.gone_at.is_(None),
        )
    )
    for chat in chats.all():
        await insert_unless_there(
            session,
            CardRow,
            {"call_id": call_id, "chat_id": chat.id, "wanted": 0, "due_at": now, "created_at": now},
        )
    cards = await session.scalars(select(CardRow).where(CardRow.call_id == call_id).with_for_update())
    for card in cards.all():
        card.wanted += 1
        await put_card(session, jobs, card, now)


async def put_card(
    session: AsyncSession, jobs: Jobs, card: CardRow, now: datetime, after: timedelta = NOW
) -> None:
    """The next job of a card."""
    chat = await session.get_one(ChatRow, card.chat_id)
    card.attempt += 1
    card.due_at = now + after
    await jobs.put(
        session, Job.CARD, str(card.id), lane=chat_lane(chat.chat_id), attempt=card.attempt, after=after
    )
