"""Shows cards: one message per call and chat, edited as answers arrive.

Telegram offers no way to ask whether a message was sent. A crash between the sending and the commit that
remembers it makes a second message; every other way leads to the same one.
"""

from datetime import timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.cards.view import build_view
from services.cards.wanted import put_card
from services.db.models import CardRow, ChatRow
from services.db.unit_of_work import Database
from services.domain.workspace import ChatAddress, Language
from services.ports import ChatBusy, ChatGone, ChatMoved, Clock, Jobs, MessageLost, Notifier, TopicGone

log = structlog.get_logger(__name__)


class ShowCard:
    def __init__(self, database: Database, notifier: Notifier, jobs: Jobs, clock: Clock) -> None:
        self._database = database
        self._notifier = notifier
        self._jobs = jobs
        self._clock = clock

    async def run(self, key: str, attempt: int) -> None:
        """The job: `key` is the card's number. Shows the newest content, whatever it was put for."""
        card_id = int(key)
        async with self._database.read() as session:
            card = await session.get(CardRow, card_id)
            if card is None or card.shown >= card.wanted or card.due_at > self._clock.now():
                return
            chat = await session.get_one(ChatRow, card.chat_id)
            if chat.gone_at is not None:
                return
            view = await build_view(session, card.call_id)
        address = ChatAddress(chat.chat_id, chat.thread_id)
        try:
            message_id = await self._notifier.show_card(address, Language(chat.language), view, card.message_id)
        except ChatGone:
            await self._leave(chat.id)
        except TopicGone:
            await self._to_chat_itself(card_id, chat.id)
        except ChatMoved as moved:
            await self._follow(card_id, chat.chat_id, moved.new_chat_id)
        except MessageLost:
            await self._forget_message(card_id)
        except ChatBusy as busy:
            await self._later(card_id, busy.retry_after)
        else:
            await self._shown(card_id, message_id, card.wanted)

    async def _shown(self, card_id: int, message_id: int, revision: int) -> None:
        async with self._database.write() as session:
            card = await session.get_one(CardRow, card_id, with_for_update=True)
            card.message_id = message_id
            card.shown = max(card.shown, revision)

    async def _leave(self, chat_id: int) -> None:
        """Blocked, removed or deleted: quietly unsubscribed."""
        async with self._database.write() as session:
            chat = await session.get_one(ChatRow, chat_id)
            chat.gone_at, chat.subscribed = self._clock.now(), False
        log.info("chat_gone", chat_id=chat_id)

    async def _follow(self, card_id: int, old: int, new: int) -> None:
        """A group that became a supergroup keeps its subscriptions, its messages stay behind."""
        async with self._database.write() as session:
            await move_chat(session, old, new)
            card = await session.get(CardRow, card_id)
            if card is not None:
                card.message_id = None
                await put_card(session, self._jobs, card, self._clock.now())

    async def _to_chat_itself(self, card_id: int, chat_id: int) -> None:
        """The topic was deleted: the cards go to the chat."""
        async with self._database.write() as session:
            chat = await session.get_one(ChatRow, chat_id)
            known = await session.scalar(
                select(ChatRow).where(
                    ChatRow.workspace_id == chat.workspace_id,
                    ChatRow.chat_id == chat.chat_id,
                    ChatRow.thread_id == 0,
                )
            )
            if known is not None:
                chat.gone_at, chat.subscribed = self._clock.now(), False
                return
            chat.thread_id = 0
            card = await session.get_one(CardRow, card_id)
            card.message_id = None
            await put_card(session, self._jobs, card, self._clock.now())

    async def _forget_message(self, card_id: int) -> None:
        async with self._database.write() as session:
            card = await session.get_one(CardRow, card_id)
            card.message_id = None
            await put_card(session, self._jobs, card, self._clock.now())

    async def _later(self, card_id: int, seconds: float) -> None:
        async with self._database.write() as session:
            card = await session.get_one(CardRow, card_id)
            await put_card(session, self._jobs, card, self._clock.now(), timedelta(seconds=seconds))


async def move_chat(session: AsyncSession, old: int, new: int) -> None:
    """All rows of a chat under its new id; a row that is there already wins."""
    rows = (await session.scalars(select(ChatRow).where(ChatRow.chat_id == old))).all()
    for row in rows:
        known = await session.scalar(
            select(ChatRow.id).where(
                ChatRow.workspace_id == row.workspace_id,
                ChatRow.chat_id == new,
                ChatRow.thread_id == row.thread_id,
            )
        )
        if known is None:
            row.chat_id, row.kind = new, "supergroup"
        else:
            await session.delete(row)
