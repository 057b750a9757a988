"""Says that a call's cards have something new to show, and calls for the jobs of their chats."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.cards.outbox import call_for
from services.db.insert import insert_unless_there
from services.db.locking import LOCK
from services.db.models import CallRow, CallTargetRow, CardRow, ChatRow, DeliveryRow
from services.db.repositories.deliveries import is_open
from services.domain.call import CallState
from services.listening.audience import chats_for_cards
from services.ports import Jobs

NOW = timedelta(0)
OVER = timedelta(minutes=10)
"""A call that ended longer ago makes no new cards: chats that listen since then, or were silent, missed it."""
APART = timedelta(seconds=2)
"""Between two edits of a card, so that answers that come together are shown together."""
UNHEARD = (CallState.NEW, CallState.WAIT_BINDING, CallState.BOUND, CallState.WAIT_RECORD)
"""Nothing is known of what was said. It may take days: then a new card is seen, an edit far above is not."""


async def want(session: AsyncSession, jobs: Jobs, call_id: int, now: datetime) -> None:
    """One card for each chat that wants this call; its content is read when it is shown, not now."""
    call = await session.get_one(CallRow, call_id)
    is_lasting = call.finished_at is None or now - call.finished_at < OVER
    if is_lasting and call.state not in UNHEARD:
        for chat in await chats_for_cards(session, call, now):
            await _add(session, call_id, chat.id, now)
    await refresh(session, jobs, call_id, now)


async def want_in(session: AsyncSession, jobs: Jobs, call_id: int, chat: ChatRow, now: datetime) -> None:
    """The card in this chat, because somebody there has asked for it."""
    await _add(session, call_id, chat.id, now)
    await refresh(session, jobs, call_id, now)


async def _add(session: AsyncSession, call_id: int, chat_number: int, now: datetime) -> None:
    values = {"call_id": call_id, "chat_id": chat_number, "wanted": 0, "due_at": now, "created_at": now}
    await insert_unless_there(session, CardRow, values)


async def refresh(session: AsyncSession, jobs: Jobs, call_id: int, now: datetime) -> None:
    """The cards that exist, in whatever chat; no new ones."""
    # In the same order for everybody: two that lock the same cards must not wait for each other.
    cards = await session.scalars(
        select(CardRow).where(CardRow.call_id == call_id).order_by(CardRow.id).with_for_update(**LOCK)
    )
    final = await is_final(session, call_id)
    # Their chats in one order, too, after the cards.
    for card in sorted(cards, key=lambda one: one.chat_id):
        job_waits = card.shown < card.wanted
        card.wanted += 1
        if not job_waits or (final and card.due_at > now):
            await put_next(session, jobs, card, now, final=final)


async def is_final(session: AsyncSession, call_id: int) -> bool:
    """Nothing more is to come by itself."""
    call = await session.get_one(CallRow, call_id)
    if not CallState(call.state).final:
        return False
    waiting = select(DeliveryRow.id).where(DeliveryRow.call_id == call_id, is_open())
    if await session.scalar(waiting.limit(1)) is not None:
        return False
    searched = select(CallTargetRow.id).where(CallTargetRow.call_id == call_id, CallTargetRow.due_at.is_not(None))
    return await session.scalar(searched.limit(1)) is None


async def put_next(session: AsyncSession, jobs: Jobs, card: CardRow, now: datetime, *, final: bool) -> None:
    """Not too soon after the last edit, unless it is the last one."""
    await put_card(session, jobs, card, now, NOW if final else max(NOW, card.due_at - now))


async def put_card(
    session: AsyncSession, jobs: Jobs, card: CardRow, now: datetime, after: timedelta = NOW
) -> None:
    """Its chat's job shows it when its turn has come; it waits in line from that moment on."""
    card.due_at = now + after
    await call_for(session, jobs, card.chat_id, card.due_at, now)
