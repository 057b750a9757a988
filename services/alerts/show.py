"""Tells of raised alerts: one loud message per call, prompt and chat.

As with cards, Telegram cannot be asked whether a message was sent: only a crash between the sending and the
commit that remembers it makes a second one.
"""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from services.alerts.raising import put_alert
from services.alerts.view import build_alert
from services.cards.closed import ClosedChats
from services.cards.moves import leave_chat, move_chat, move_to_chat_itself
from services.cards.outcomes import CardRefused
from services.db.models import AlertMessageRow, ChatRow, WorkspaceRow
from services.db.unit_of_work import Database
from services.domain.alert import AlertView
from services.domain.workspace import ChatAddress, Language
from services.listening.silence import silence_of
from services.ports import ChatBusy, ChatClosed, ChatGone, ChatMoved, Clock, Jobs, Notifier, TopicGone

log = structlog.get_logger(__name__)

KEPT = timedelta(days=2)
"""An alert that a closed chat has not taken so long tells nobody anything new."""


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
        self._closed = closed
        self._clock = clock

    async def run(self, key: str, attempt: int) -> None:
        """The job: `key` is our number of the message."""
        task = await self._task(int(key), attempt)
        if task is None:
            return
        try:
            message_id = await self._notifier.show_alert(task.address, task.language, task.view)
        except ChatGone:
            await self._leave(task)
        except ChatClosed as closed:
            await self._wait_until_open(task, closed.why)
        except TopicGone:
            await self._leave_topic(task)
        except ChatMoved as moved:
            async with self._database.write() as session:
                await move_chat(session, task.address.chat_id, moved.new_chat_id)
            await self._later(task)
        except ChatBusy as busy:
            await self._later(task, timedelta(seconds=busy.retry_after))
        except CardRefused as refused:
            log.error("alert_refused", alert_message_id=task.message_id, why=str(refused))
            await self._done(task.message_id, None)
        else:
            await self._done(task.message_id, message_id)

    async def _task(self, number: int, attempt: int) -> _Task | None:
        """None: there is nothing to tell. Quiet hours do not hold an alert, a muted chat does not get it."""
        async with self._database.read() as session:
            row = await session.get(AlertMessageRow, number)
            if row is None or row.sent or row.attempt != attempt:
                return None
            chat = await session.get_one(ChatRow, row.chat_id)
            workspace = await session.get_one(WorkspaceRow, chat.workspace_id)
            muted = silence_of(chat, workspace.zone, self._clock.now()).muted
            if chat.subscribed and chat.gone_at is None and not muted:
                address = ChatAddress(chat.chat_id, chat.thread_id)
                return _Task(number, chat.id, address, Language(chat.language), await build_alert(session, row))
        await self._done(number, None)
        return None

    async def _done(self, number: int, message_id: int | None) -> None:
        async with self._database.write() as session:
            row = await session.get(AlertMessageRow, number, with_for_update=True)
            if row is not None:
                row.sent, row.message_id = True, message_id

    async def _leave(self, task: _Task) -> None:
        async with self._database.write() as session:
            await leave_chat(session, task.address.chat_id, self._clock.now())
        await self._done(task.message_id, None)

    async def _leave_topic(self, task: _Task) -> None:
        """The topic was deleted: its alerts go to the chat."""
        if not task.address.thread_id:
            await self._leave(task)
            return
        async with self._database.write() as session:
            await move_to_chat_itself(session, task.chat_number)
        await self._later(task)

    async def _wait_until_open(self, task: _Task, why: str) -> None:
        now = self._clock.now()
        async with self._database.write() as session:
            row = await session.get(AlertMessageRow, task.message_id, with_for_update=True)
            chat = await session.get(ChatRow, task.chat_number)
            if row is None or chat is None:
                return
            pause = await self._closed.closed(session, chat, why)
            if now - row.created_at < KEPT:
                await put_alert(session, self._jobs, row, now, pause)
            else:
                row.sent = True

    async def _later(self, task: _Task, after: timedelta = timedelta(0)) -> None:
        async with self._database.write() as session:
            row = await session.get(AlertMessageRow, task.message_id, with_for_update=True)
            if row is not None:
                await put_alert(session, self._jobs, row, self._clock.now(), after)
