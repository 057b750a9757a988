"""What is to be shown next in a chat: the earliest call first, finished cards before those that still grow."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import and_, case, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.cards.outbox import waiting_in
from services.cards.view import build_view
from services.db.locking import LOCK
from services.db.models import CallRow, CardRow, ChatRow
from services.db.unit_of_work import Database
from services.domain.call import CallState
from services.domain.card import CardView
from services.domain.workspace import ChatAddress, Language
from services.listening.entitled import may_hear
from services.listening.silence import silence_of
from services.listening.stored import wants_of
from services.ports import Clock

LATE = timedelta(minutes=2)
"""A new card that waits so long for its turn is late, and its chat is told so."""

_GROWS = and_(CardRow.message_id.is_not(None), CallRow.state.not_in([state for state in CallState if state.final]))
"""An edit that will not be the last one: it may be left out where others wait."""


@dataclass(frozen=True)
class Task:
    """What is to be shown where. `wanted` is the revision that `view` fulfils at least."""

    card_id: int
    row_id: int
    address: ChatAddress
    language: Language
    message_id: int | None
    wanted: int
    view: CardView
    silent: bool = False
    late: bool = False


class Tasks:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def next_card(self, chat_number: int) -> int | None:
        """The number of the card whose turn it is; None: nothing is due."""
        query = (
            select(CardRow.id)
            .join(CallRow, CallRow.id == CardRow.call_id)
            .where(*waiting_in(chat_number), CardRow.due_at <= self._clock.now())
            .order_by(case((_GROWS, 1), else_=0), CallRow.started_at, CardRow.id)
            .limit(1)
        )
        async with self._database.read() as session:
            return await session.scalar(query)

    async def task(self, card_id: int) -> Task | None:
        """None: it is not to be shown now, if ever, and its row says so."""
        now = self._clock.now()
        async with self._database.read() as session:
            card = await session.get(CardRow, card_id)
            if card is None:
                return None
            chat = await session.get_one(ChatRow, card.chat_id)
            task = await _made(session, card, chat, now)
            silence = silence_of(chat, task.view.zone, now)
            nobody_there = chat.gone_at is not None or not await may_hear(session, chat)
        is_new = card.message_id is None
        if nobody_there or (is_new and (silence.muted or not chat.subscribed)):
            await self._give_up(card_id)
            return None
        if is_new and silence.held_until is not None:
            await self._hold(card_id, silence.held_until)
            return None
        return replace(task, silent=silence.silent, late=is_new and now - card.due_at > LATE)

    async def _give_up(self, card_id: int) -> None:
        """Nobody is there to see it: without this it would wait for ever."""
        async with self._database.write() as session:
            card = await session.get_one(CardRow, card_id, with_for_update=LOCK)
            card.shown = card.wanted

    async def _hold(self, card_id: int, until: datetime) -> None:
        async with self._database.write() as session:
            card = await session.get_one(CardRow, card_id, with_for_update=LOCK)
            card.due_at = until


async def _made(session: AsyncSession, card: CardRow, chat: ChatRow, now: datetime) -> Task:
    """With the prompts that the chat wanted when the card was made: an edit takes none away."""
    wants, made_at = wants_of(chat.wants), card.created_at
    language = Language(chat.language)

    def shows(prompt_id: int) -> bool:
        return wants.takes_prompt(prompt_id, made_at)

    return Task(
        card.id,
        chat.id,
        ChatAddress(chat.chat_id, chat.thread_id),
        language,
        card.message_id,
        card.wanted,
        await build_view(session, card.call_id, now, shows, language),
    )
