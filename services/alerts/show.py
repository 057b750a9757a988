"""Tells of raised alerts: one loud message per call, prompt and chat.

As with cards, Telegram cannot be asked whether a message was sent: only a crash between the sending and the
commit that remembers it makes a second one.
"""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from services.alerts.raising import put_alert
from services.alerts.view import build_alert
from services.cards.outcomes import KEPT, CardRefused, pause_of_broken
from services.db.locking import LOCK
from services.db.models import AlertMessageRow, ChatRow, WorkspaceRow
from services.db.unit_of_work import Database
from services.domain.alert import AlertView
from services.domain.workspace import ChatAddress, Language
from services.listening.closed import ClosedChats
from services.listening.entitled import may_hear, while_it_hears
from services.listening.setbacks import SETBACKS, Next, Setbacks
from services.listening.silence import silence_of
from services.ports import ChatBusy, Clock, Fenced, Jobs, Notifier

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Task:
    message_id: int
    """Our number of the message."""
    chat_number: int
    address: ChatAddress
    language: Language
    view: AlertView


class ShowAlert:
    def __init__(
        self, database: Database, notifier: Notifier, jobs: Jobs, closed: ClosedChats, clock: Clock
    ) -> None:
        self._database = database
        self._notifier = notifier
        self._jobs = jobs
        self._setbacks = Setbacks(closed, clock)
        self._clock = clock

    async def run(self, key: str, attempt: int) -> None:
        """The job: `key` is our number of the message."""
        number = int(key)
        try:
            task = await self._task(number, attempt)
            if task is not None:
                await self._show(task)
        except Fenced:
            log.warning("alert_left_to_others", alert_message_id=number)
        except Exception:
            log.exception("alert_broke", alert_message_id=number)
            await self._step_aside(number)

    async def _show(self, task: _Task) -> None:
        try:
            with while_it_hears(self._database, task.chat_number):
                message_id = await self._notifier.show_alert(task.address, task.language, task.view)
        except SETBACKS as failure:
            await self._meet(task, failure)
        except ChatBusy as busy:
            await self._later(task, timedelta(seconds=busy.retry_after))
        except CardRefused as refused:
            log.error("alert_refused", alert_message_id=task.message_id, why=str(refused))
            await self._give_up(task.message_id)
        else:
            await self._arrived(task, message_id)

    async def _task(self, number: int, attempt: int) -> _Task | None:
        """None: there is nothing to tell. Quiet hours do not hold an alert, a muted chat does not get it."""
        async with self._database.read() as session:
            row = await session.get(AlertMessageRow, number)
            if row is None or row.sent or row.attempt != attempt:
                return None
            chat = await session.get_one(ChatRow, row.chat_id)
            workspace = await session.get_one(WorkspaceRow, chat.workspace_id)
            muted = silence_of(chat, workspace.zone, self._clock.now()).muted
            listens = chat.subscribed and chat.gone_at is None and await may_hear(session, chat)
            if listens and not muted:
                address = ChatAddress(chat.chat_id, chat.thread_id)
                return _Task(number, chat.id, address, Language(chat.language), await build_alert(session, row))
        await self._give_up(number)
        return None

    async def _give_up(self, number: int) -> None:
        async with self._database.write() as session:
            row = await session.get(AlertMessageRow, number, with_for_update=LOCK)
            if row is not None:
                row.sent = True

    async def _arrived(self, task: _Task, message_id: int) -> None:
        async with self._database.write() as session:
            row = await session.get(AlertMessageRow, task.message_id, with_for_update=LOCK)
            if row is not None:
                chat = await session.get_one(ChatRow, row.chat_id)
                moved = ChatAddress(chat.chat_id, chat.thread_id) != task.address
                # In a chat that has become another one the number means another message.
                row.sent, row.message_id = True, None if moved else message_id
                await self._setbacks.arrived(session, row.chat_id, tried_before=row.attempt > 1)

    async def _meet(self, task: _Task, failure: Exception) -> None:
        now = self._clock.now()
        async with self._database.write() as session:
            setback = await self._setbacks.meet(session, task.chat_number, task.address, failure)
            row = await session.get(AlertMessageRow, task.message_id, with_for_update=LOCK)
            if row is None:
                return
            if setback.next is Next.NOTHING or now - row.created_at >= KEPT:
                row.sent = True
            else:
                await put_alert(session, self._jobs, row, now, setback.pause)

    async def _step_aside(self, number: int) -> None:
        now = self._clock.now()
        async with self._database.write() as session:
            row = await session.get(AlertMessageRow, number, with_for_update=LOCK)
            if row is None or row.sent:
                return
            if now - row.created_at >= KEPT:
                row.sent = True
            else:
                await put_alert(session, self._jobs, row, now, pause_of_broken(row.attempt - 1))

    async def _later(self, task: _Task, after: timedelta = timedelta(0)) -> None:
        async with self._database.write() as session:
            row = await session.get(AlertMessageRow, task.message_id, with_for_update=LOCK)
            if row is not None:
                await put_alert(session, self._jobs, row, self._clock.now(), after)
