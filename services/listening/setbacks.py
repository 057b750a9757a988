"""What a chat answers instead of taking a message, and what follows for the chat and all of its rows.

Cards, alerts and digests meet the same answers here; what becomes of their own message each decides itself.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import ChatRow
from services.domain.workspace import ChatAddress
from services.listening.closed import ClosedChats
from services.listening.moves import leave_chat, lock_chat, move_chat, move_to_chat_itself
from services.ports import ChatClosed, ChatGone, ChatMoved, Clock, TopicGone

SETBACKS = (ChatGone, ChatClosed, TopicGone, ChatMoved)


class Next(StrEnum):
    """What is left to do for the message."""

    NOTHING = "nothing"
    """Nobody is there to read it."""
    ELSEWHERE = "elsewhere"
    """At once again: the rows know the new address."""
    LATER = "later"
    """Somebody must open the chat first."""


@dataclass(frozen=True)
class Setback:
    next: Next
    pause: timedelta = timedelta(0)


class Setbacks:
    def __init__(self, closed: ClosedChats, clock: Clock) -> None:
        self._closed = closed
        self._clock = clock

    async def meet(self, session: AsyncSession, number: int, address: ChatAddress, failure: Exception) -> Setback:
        """`number` is ours of the chat; `address` is where it was spoken to, which may be out of date by now."""
        chat = next((row for row in await lock_chat(session, address.chat_id) if row.id == number), None)
        if chat is None or chat.thread_id != address.thread_id:
            return Setback(Next.ELSEWHERE)  # another message has met the same before this one
        if isinstance(failure, ChatMoved):
            await move_chat(session, address.chat_id, failure.new_chat_id)
            return Setback(Next.ELSEWHERE)
        if isinstance(failure, TopicGone) and address.thread_id:
            await move_to_chat_itself(session, number)
            return Setback(Next.ELSEWHERE)
        if isinstance(failure, ChatClosed):
            return Setback(Next.LATER, await self._closed.closed(session, chat, failure.why))
        await leave_chat(session, address.chat_id, self._clock.now())
        return Setback(Next.NOTHING)

    async def arrived(self, session: AsyncSession, number: int, *, tried_before: bool) -> None:
        """A message was taken: the chat is open."""
        chat = await session.get(ChatRow, number)
        if chat is not None:
            await self._closed.opened(session, chat, tried_before=tried_before)
