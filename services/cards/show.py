"""Shows the cards of a chat: one message per call, in the order of the calls, edited as answers arrive.

Telegram offers no way to ask whether a message was sent. A crash between the sending and the commit that
remembers it, or a connection lost before the answer came, makes a second message; every other way leads to
the same one.
"""

from datetime import timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.cards.outbox import Outbox, waiting_in
from services.cards.outcomes import KEPT, CardRefused, FileLeft, pause_of_broken
from services.cards.task import Task, Tasks
from services.cards.wanted import APART, is_final, put_card
from services.db.locking import LOCK
from services.db.models import CardRow, ChatRow
from services.db.unit_of_work import Database
from services.domain.workspace import ChatAddress, Language
from services.listening.closed import ClosedChats
from services.listening.entitled import while_it_hears
from services.listening.setbacks import SETBACKS, Next, Setbacks
from services.ports import ChatBusy, Clock, Fenced, Jobs, MessageLost, Notifier

log = structlog.get_logger(__name__)

PORTION = 25
"""Cards of one job: then those of a stopped process, or of other chats, get their turn."""


class ShowCards:
    def __init__(
        self, database: Database, notifier: Notifier, jobs: Jobs, closed: ClosedChats, clock: Clock
    ) -> None:
        self._database = database
        self._notifier = notifier
        self._setbacks = Setbacks(closed, clock)
        self._jobs = jobs
        self._clock = clock
        self._outbox = Outbox(database, jobs, clock)
        self._tasks = Tasks(database, clock)

    async def run(self, key: str, attempt: int) -> None:
        """The job: `key` is our number of the chat. Shows the newest content of whatever is due."""
        chat_number = int(key)
        if not await self._outbox.in_force(chat_number, attempt):
            return
        for _turn in range(PORTION):
            card_id = await self._tasks.next_card(chat_number)
            if card_id is None:
                break
            try:
                with while_it_hears(self._database, chat_number):
                    await self._show(card_id)
            except ChatBusy as busy:
                await self._outbox.rest(chat_number, busy.retry_after)
                return
            except Fenced:
                log.warning("cards_left_to_others", chat_id=chat_number)
                return
            except Exception:
                log.exception("card_broke", card_id=card_id)
                await self._step_aside(card_id)
        await self._tell_on_time(chat_number)
        await self._outbox.settle(chat_number)

    async def _show(self, card_id: int) -> None:
        """Raises ChatBusy."""
        task = await self._tasks.task(card_id)
        if task is None:
            return
        try:
            if task.late:
                await self._tell_late(task)
            message_id = await self._notifier.show_card(
                task.address, task.language, task.view, task.message_id, silent=task.silent
            )
        except SETBACKS as failure:
            await self._meet(task, failure)
        except MessageLost:
            await self._send_anew(task)
        except ChatBusy as busy:
            await self._tried(task, busy.message_id if isinstance(busy, FileLeft) else None)
            raise
        except CardRefused as refused:
            log.error("card_refused", card_id=task.card_id, why=str(refused))
            await self._shown(task, None)
        else:
            await self._shown(task, message_id)

    async def _tell_late(self, task: Task) -> None:
        """Once, until the chat has caught up."""
        left = await self._outbox.late(task.row_id)
        if left is None:
            return
        try:
            await self._notifier.tell_late(task.address, task.language, left)
        except BaseException:
            await self._outbox.not_told(task.row_id)
            raise

    async def _tell_on_time(self, chat_number: int) -> None:
        """Once, to whoever has heard that they were late. Where it cannot be said the cards have said it."""
        chat = await self._outbox.caught_up(chat_number)
        if chat is None:
            return
        try:
            await self._notifier.tell_on_time(ChatAddress(chat.chat_id, chat.thread_id), Language(chat.language))
        except (ChatBusy, CardRefused, *SETBACKS) as failure:
            log.info("on_time_not_told", chat_id=chat_number, why=type(failure).__name__)

    async def _shown(self, task: Task, message_id: int | None) -> None:
        now = self._clock.now()
        async with self._database.write() as session:
            card = await session.get(CardRow, task.card_id, with_for_update=LOCK)
            if card is None:
                return
            if message_id is not None:
                await _remember(session, card, task, message_id)
                await self._setbacks.arrived(session, card.chat_id, tried_before=card.attempt > 0)
            card.shown = max(card.shown, task.wanted)
            left = card.shown < card.wanted
            card.due_at = now if left and await is_final(session, card.call_id) else now + APART
            card.attempt = 0

    async def _tried(self, task: Task, message_id: int | None) -> None:
        """It keeps its place, and the moment since when it waits."""
        async with self._database.write() as session:
            card = await session.get(CardRow, task.card_id, with_for_update=LOCK)
            if card is None:
                return
            card.attempt += 1
            if message_id is not None:
                await _remember(session, card, task, message_id)

    async def _step_aside(self, card_id: int) -> None:
        now = self._clock.now()
        async with self._database.write() as session:
            card = await session.get(CardRow, card_id, with_for_update=LOCK)
            if card is None:
                return
            card.due_at = now + pause_of_broken(card.attempt)
            card.attempt += 1
            if now - card.created_at >= KEPT:
                card.shown = card.wanted

    async def _meet(self, task: Task, failure: Exception) -> None:
        async with self._database.write() as session:
            setback = await self._setbacks.meet(session, task.row_id, task.address, failure)
            if setback.next is Next.ELSEWHERE:
                await self._put_again(session, task.card_id)
            elif setback.next is Next.LATER:
                await self._hold_all(session, task.row_id, setback.pause)
            else:
                await _give_up_all(session, task.address.chat_id)
                log.info("chat_gone", chat_id=task.row_id)

    async def _hold_all(self, session: AsyncSession, row_id: int, pause: timedelta) -> None:
        """All cards of the chat wait together: one of them asks for all."""
        now = self._clock.now()
        waiting = (*waiting_in(row_id), CardRow.due_at <= now)
        for which, values in (
            (CardRow.created_at <= now - KEPT, {"shown": CardRow.wanted}),
            (CardRow.created_at > now - KEPT, {"due_at": now + pause, "attempt": CardRow.attempt + 1}),
        ):
            await session.execute(
                update(CardRow).where(*waiting, which).values(values).execution_options(synchronize_session=False)
            )

    async def _send_anew(self, task: Task) -> None:
        async with self._database.write() as session:
            card = await session.get(CardRow, task.card_id, with_for_update=LOCK)
            if card is not None and card.message_id == task.message_id:
                card.message_id = None
            await self._put_again(session, task.card_id)

    async def _put_again(self, session: AsyncSession, card_id: int) -> None:
        card = await session.get(CardRow, card_id, with_for_update=LOCK)
        if card is not None:
            await put_card(session, self._jobs, card, self._clock.now())


async def _remember(session: AsyncSession, card: CardRow, task: Task, message_id: int) -> None:
    """Where the card shall be edited. In a chat that moved meanwhile the number means another message."""
    chat = await session.get_one(ChatRow, card.chat_id)
    if ChatAddress(chat.chat_id, chat.thread_id) == task.address:
        card.message_id = message_id


async def _give_up_all(session: AsyncSession, chat_id: int) -> None:
    """Whatever waits for a chat that is gone, in all of its topics."""
    here = select(ChatRow.id).where(ChatRow.chat_id == chat_id)
    await session.execute(
        update(CardRow)
        .where(CardRow.chat_id.in_(here), CardRow.shown < CardRow.wanted)
        .values(shown=CardRow.wanted)
        .execution_options(synchronize_session=False)
    )
