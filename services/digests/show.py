"""Sends the digest of a chat that is due, at most once a day.

A crash between the sending and the commit that remembers it makes a second message, as with cards: Telegram
cannot be asked.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from services.cards.outcomes import CardRefused
from services.db.locking import LOCK
from services.db.models import ChatRow, WorkspaceRow
from services.db.unit_of_work import Database
from services.digests.due import digest_key, following, span
from services.digests.view import build_digest
from services.domain.digest import DigestView
from services.domain.workspace import ChatAddress, Language
from services.forgetting.posted import note_posted
from services.listening.closed import ClosedChats
from services.listening.entitled import may_hear, while_it_hears
from services.listening.setbacks import SETBACKS, Setbacks
from services.listening.silence import silence_of
from services.listening.stored import wants_of, wants_to_json
from services.ports import ChatBusy, Clock, Notifier

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Task:
    chat_number: int
    due: datetime
    address: ChatAddress
    language: Language
    view: DigestView
    silent: bool
    wanted: bool
    """Something happened, and the chat may hear of it and is not muted."""


class ShowDigest:
    def __init__(self, database: Database, notifier: Notifier, closed: ClosedChats, clock: Clock) -> None:
        self._database = database
        self._notifier = notifier
        self._setbacks = Setbacks(closed, clock)
        self._clock = clock

    async def run(self, key: str, attempt: int) -> None:
        """The job. What goes wrong for a while is left to the sweep, which puts it again."""
        task = await self._task(key)
        if task is None:
            return
        try:
            sent = await self._send(task) if task.wanted else None
        except SETBACKS as failure:
            async with self._database.write() as session:
                await self._setbacks.meet(session, task.chat_number, task.address, failure)
        except ChatBusy as busy:
            log.info("digest_waits", chat_id=task.chat_number, seconds=busy.retry_after)
        except CardRefused as refused:
            log.error("digest_refused", chat_id=task.chat_number, why=str(refused))
            await self._done(task)
        else:
            await self._done(task, sent)

    async def _send(self, task: _Task) -> int:
        with while_it_hears(self._database, task.chat_number):
            return await self._notifier.show_digest(task.address, task.language, task.view, silent=task.silent)

    async def _task(self, key: str) -> _Task | None:
        """None: somebody has sent it, or the chat wants it at another time now."""
        now = self._clock.now()
        async with self._database.read() as session:
            chat = await session.get(ChatRow, int(key.partition("@")[0]))
            if chat is None or chat.digest_due_at is None or digest_key(chat.id, chat.digest_due_at) != key:
                return None
            if not chat.subscribed or chat.gone_at is not None:
                return None
            zone = (await session.get_one(WorkspaceRow, chat.workspace_id)).zone
            wants, silence = wants_of(chat.wants), silence_of(chat, zone, now)
            begin, end = span(chat.digest_due_at, wants.digest_at, zone, now, wants.digest_told)
            view = await build_digest(session, chat.workspace_id, zone, wants, begin, end)
            hears = await may_hear(session, chat)
            return _Task(
                chat.id,
                chat.digest_due_at,
                ChatAddress(chat.chat_id, chat.thread_id),
                Language(chat.language),
                view,
                silence.silent,
                wanted=bool(view.calls or view.alerts) and not silence.muted and hears,
            )

    async def _done(self, task: _Task, sent: int | None = None) -> None:
        """What clients have said stands in it: should one of them be forgotten, it can be found."""
        async with self._database.write() as session:
            if sent is not None:
                told = {alert.call_id for alert in task.view.alerts}
                note_posted(session, told, task.address.chat_id, sent)
            chat = await session.get(ChatRow, task.chat_number, with_for_update=LOCK)
            if chat is None or chat.digest_due_at is None:
                return
            chat.wants = wants_to_json(replace(wants_of(chat.wants), digest_told=task.view.end))
            if chat.digest_due_at == task.due:
                chat.digest_due_at = following(chat, task.view.zone, self._clock.now())
                if task.wanted:
                    await self._setbacks.arrived(session, chat.id, tried_before=True)
