"""Shows cards: one message per call and chat, edited as answers arrive.

Telegram offers no way to ask whether a message was sent. A crash between the sending and the commit that
remembers it, or a connection lost before the answer came, makes a second message; every other way leads to
the same one.
"""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import update

from services.cards.closed import ClosedChats
from services.cards.moves import move_chat, move_to_chat_itself
from services.cards.outcomes import CardRefused, FileLeft
from services.cards.view import build_view
from services.cards.wanted import APART, is_final, put_card, put_next
from services.db.models import CardRow, ChatRow
from services.db.unit_of_work import Database
from services.domain.card import CardView
from services.domain.workspace import ChatAddress, Language
from services.ports import (
    ChatBusy,
    ChatClosed,
    ChatGone,
    ChatMoved,
    Clock,
    Jobs,
    MessageLost,
    Notifier,
    TopicGone,
)

log = structlog.get_logger(__name__)

KEPT = timedelta(days=2)
"""A card that a closed chat has not taken so long after its call tells nobody anything new."""


@dataclass(frozen=True)
class _Task:
    """What is to be shown where. `wanted` is the revision that `view` fulfils at least."""

    card_id: int
    row_id: int
    address: ChatAddress
    language: Language
    message_id: int | None
    wanted: int
    view: CardView


class ShowCard:
    def __init__(
        self, database: Database, notifier: Notifier, jobs: Jobs, closed: ClosedChats, clock: Clock
    ) -> None:
        self._database = database
        self._notifier = notifier
        self._closed = closed
        self._jobs = jobs
        self._clock = clock

    async def run(self, key: str, attempt: int) -> None:
        """The job: `key` is the card's number. Shows the newest content, whatever it was put for."""
        task = await self._task(int(key), attempt)
        if task is None:
            return
        try:
            message_id = await self._notifier.show_card(task.address, task.language, task.view, task.message_id)
        except ChatGone:
            await self._leave(task)
        except ChatClosed as closed:
            await self._wait_until_open(task, closed.why)
        except TopicGone:
            await self._leave_topic(task)
        except ChatMoved as moved:
            await self._follow(task, moved.new_chat_id)
        except MessageLost:
            await self._send_anew(task)
        except FileLeft as left:
            await self._later(task, left.retry_after, left.message_id)
        except ChatBusy as busy:
            await self._later(task, busy.retry_after, task.message_id)
        except CardRefused as refused:
            log.error("card_refused", card_id=task.card_id, why=str(refused))
            await self._shown(task, task.message_id)
        else:
            await self._shown(task, message_id)

    async def _task(self, card_id: int, attempt: int) -> _Task | None:
        """None: there is nothing to show, or a later job will do it."""
        async with self._database.read() as session:
            card = await session.get(CardRow, card_id)
            if card is None or card.attempt != attempt or card.shown >= card.wanted:
                return None
            chat = await session.get_one(ChatRow, card.chat_id)
            listens = chat.gone_at is None and (chat.subscribed or card.message_id is not None)
            if listens:
                return _Task(
                    card_id,
                    chat.id,
                    ChatAddress(chat.chat_id, chat.thread_id),
                    Language(chat.language),
                    card.message_id,
                    card.wanted,
                    await build_view(session, card.call_id, self._clock.now()),
                )
        await self._give_up(card_id)
        return None

    async def _give_up(self, card_id: int) -> None:
        """Nobody is there to see it: without this the sweep would put its job for ever."""
        async with self._database.write() as session:
            card = await session.get_one(CardRow, card_id, with_for_update=True)
            card.shown = card.wanted

    async def _shown(self, task: _Task, message_id: int | None) -> None:
        now = self._clock.now()
        async with self._database.write() as session:
            card = await session.get(CardRow, task.card_id, with_for_update=True)
            if card is None:
                return
            card.message_id = message_id
            card.shown = max(card.shown, task.wanted)
            card.due_at = now + APART
            if card.shown < card.wanted:
                await put_next(session, self._jobs, card, now, final=await is_final(session, card.call_id))
            if message_id is not None:
                chat = await session.get_one(ChatRow, task.row_id)
                await self._closed.opened(session, chat, tried_before=card.attempt > card.wanted)

    async def _leave(self, task: _Task) -> None:
        """Blocked, removed or deleted: quiet in all its topics until it comes back. It stays subscribed."""
        async with self._database.write() as session:
            await session.execute(
                update(ChatRow).where(ChatRow.chat_id == task.address.chat_id).values(gone_at=self._clock.now())
            )
        await self._give_up(task.card_id)
        log.info("chat_gone", chat_id=task.row_id)

    async def _wait_until_open(self, task: _Task, why: str) -> None:
        """The bot may not write there now: the subscription stays, and the owners can do something about it."""
        now = self._clock.now()
        async with self._database.write() as session:
            card = await session.get(CardRow, task.card_id, with_for_update=True)
            chat = await session.get(ChatRow, task.row_id)
            if card is None or chat is None:
                return
            pause = await self._closed.closed(session, chat, why)
            if now - card.created_at < KEPT:
                await put_card(session, self._jobs, card, now, pause)
            else:
                card.shown = card.wanted

    async def _leave_topic(self, task: _Task) -> None:
        """The topic was deleted: its cards go to the chat."""
        if not task.address.thread_id:
            await self._leave(task)
            return
        async with self._database.write() as session:
            await move_to_chat_itself(session, task.row_id)
        await self._send_anew(task)

    async def _follow(self, task: _Task, new: int) -> None:
        """A group that became a supergroup keeps its subscriptions, its messages stay behind."""
        async with self._database.write() as session:
            await move_chat(session, task.address.chat_id, new)
        await self._send_anew(task)

    async def _send_anew(self, task: _Task) -> None:
        async with self._database.write() as session:
            card = await session.get(CardRow, task.card_id, with_for_update=True)
            if card is not None:
                card.message_id = None
                await put_card(session, self._jobs, card, self._clock.now())

    async def _later(self, task: _Task, seconds: float, message_id: int | None) -> None:
        async with self._database.write() as session:
            card = await session.get(CardRow, task.card_id, with_for_update=True)
            if card is not None:
                card.message_id = message_id
                await put_card(session, self._jobs, card, self._clock.now(), timedelta(seconds=seconds))
