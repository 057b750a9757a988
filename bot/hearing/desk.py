"""Works on stored updates: one after another within a chat, chats beside each other, each once.

Nothing is worked on before the inbox has stored it. What was left unfinished by a process that died comes first:
again from the beginning where nothing of it was kept, else its sender is asked to look.
"""

from collections.abc import Sequence
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError
from aiogram.utils.i18n import I18n
from pydantic import ValidationError

from handlers.interrupted import ask_to_look
from handlers.overtaking import Line, standing_in
from services.clean import storable
from services.inbox import Inbox, Left, Payload
from services.nursery import Nursery

log = structlog.get_logger(__name__)

CROWDED = 500
"""So many waiting updates are enough: no more are fetched until some are done."""
GRACE_SECONDS = 3.0
"""How long a process that stops lets its handlers finish. The others are worked on at its next start."""


class Desk:
    def __init__(self, bot: Bot, dispatcher: Dispatcher, inbox: Inbox, i18n: I18n) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._inbox = inbox
        self._i18n = i18n
        self._nursery = Nursery()
        self._lines: dict[int, Line] = {}
        self._early: list[Left] | None = []
        """What came before the past was caught up with: it has to wait for that."""

    async def stop(self) -> None:
        await self._nursery.stop(grace_seconds=GRACE_SECONDS)

    @property
    def is_crowded(self) -> bool:
        return sum(len(line.waiting) for line in self._lines.values()) >= CROWDED

    async def accept(self, updates: Sequence[Payload]) -> None:
        """Stores them and begins with them: whoever sent them may forget them once this returns."""
        for payload in await self._inbox.take([storable(one) for one in updates]):
            one = Left(int(payload["update_id"]), payload, begun=False)
            if self._early is None:
                self._give(one)
            else:
                self._early.append(one)

    async def catch_up(self, *, everything: bool) -> None:
        """What others have left behind; `everything` as in `Inbox.take_over`."""
        left = await self._inbox.take_over(everything=everything)
        early, self._early = self._early or [], None
        for one in [*left, *early]:
            self._give(one)

    def _give(self, one: Left) -> None:
        chat = chat_of(one.payload)
        is_new = chat not in self._lines
        self._lines.setdefault(chat, Line()).join(one)
        if is_new:
            self._nursery.start(self._work(chat))

    async def _work(self, chat: int) -> None:
        line = self._lines[chat]
        try:
            with standing_in(line):
                while line.waiting:
                    await self._once(line.waiting[0], line)
                    line.waiting.popleft()
        finally:
            del self._lines[chat]

    async def _once(self, one: Left, line: Line) -> None:
        """Whatever happens, the line goes on. A cancelled one stays stored."""
        try:
            if one.begun:
                await ask_to_look(self._bot, self._i18n, one.payload)
            else:
                await self._understand(one)
            await line.settle()
        except Exception:
            log.exception("update_broke", update_id=one.update_id)
        try:
            await self._inbox.done(one.update_id)
        except Exception:
            log.exception("update_not_closed", update_id=one.update_id)

    async def _understand(self, one: Left) -> None:
        """An update of a kind or form that we do not know is nobody's failure."""
        try:
            update = Update.model_validate(dict(one.payload), context={"bot": self._bot})
            assert update.event_type
        except (ValidationError, UpdateTypeLookupError):
            log.warning("update_not_understood", update_id=one.update_id)
            return
        with self._inbox.undertaking(one.update_id):
            await self._dispatcher.feed_update(self._bot, update)


def chat_of(payload: Payload) -> int:
    """Where it happened, 0 where that is no chat. Every kind of update keeps it in one of two places."""
    for body in payload.values():
        if isinstance(body, dict):
            message: Any = body.get("message")
            place = body.get("chat") or (message.get("chat") if isinstance(message, dict) else None)
            if isinstance(place, dict) and isinstance(place.get("id"), int):
                return int(place["id"])
    return 0
