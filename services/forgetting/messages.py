"""The messages that the bot wrote about calls, to be taken out of the chats."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import AlertMessageRow, AlertRow, CallRow, CardRow, ChatRow, PostedRow, WorkspaceRow
from services.domain.workspace import ChatAddress, Language


@dataclass(frozen=True)
class Written:
    """A message in a chat. `title` is the chat's; empty where nobody knows the chat any more."""

    address: ChatAddress
    language: Language
    message_id: int
    title: str


class Chats(Protocol):
    """What forgetting says and does in chats. Each method raises ChatBusy; a chat that is gone is passed over."""

    async def erase(self, written: Written) -> bool:
        """Deletes the message, or leaves nothing but a word that it was deleted; False: neither was possible."""
        ...

    async def tell(
        self, address: ChatAddress, language: Language, code: str, values: Mapping[str, Any]
    ) -> None: ...


async def messages_about(session: AsyncSession, calls: Sequence[int]) -> list[Written]:
    """Each once, also those in chats that the bot was removed from: they are still there."""
    cards = select(ChatRow, CardRow.message_id).join(ChatRow).where(CardRow.call_id.in_(calls))
    alerts = (
        select(ChatRow, AlertMessageRow.message_id)
        .join(ChatRow, ChatRow.id == AlertMessageRow.chat_id)
        .join(AlertRow, AlertRow.id == AlertMessageRow.alert_id)
        .where(AlertRow.call_id.in_(calls))
    )
    found = [
        Written(ChatAddress(chat.chat_id, chat.thread_id), Language(chat.language), message_id, chat.title)
        for query in (cards, alerts)
        for chat, message_id in (await session.execute(query)).all()
        if message_id is not None
    ]
    found += await _posted(session, calls)
    return list({(one.address.chat_id, one.message_id): one for one in found}.values())


async def _posted(session: AsyncSession, calls: Sequence[int]) -> list[Written]:
    """In the language of the chat, or of the company where the chat is another one by now."""
    query = (
        select(PostedRow.chat_id, PostedRow.message_id, WorkspaceRow.language, ChatRow.language, ChatRow.title)
        .join(CallRow, CallRow.id == PostedRow.call_id)
        .join(WorkspaceRow, WorkspaceRow.id == CallRow.workspace_id)
        .outerjoin(
            ChatRow, (ChatRow.workspace_id == CallRow.workspace_id) & (ChatRow.chat_id == PostedRow.chat_id)
        )
        .where(PostedRow.call_id.in_(calls))
        .order_by(PostedRow.id)
    )
    return [
        Written(ChatAddress(chat_id), Language(own or company), message_id, title or "")
        for chat_id, message_id, company, own, title in (await session.execute(query)).all()
    ]


async def settle(session: AsyncSession, calls: Sequence[int], written: Written) -> None:
    """It was taken back, or cannot be: nothing is left to do with it."""
    here = select(ChatRow.id).where(ChatRow.chat_id == written.address.chat_id)
    await session.execute(
        update(CardRow)
        .where(CardRow.call_id.in_(calls), CardRow.chat_id.in_(here), CardRow.message_id == written.message_id)
        .values(message_id=None)
    )
    alerts = select(AlertRow.id).where(AlertRow.call_id.in_(calls))
    await session.execute(
        update(AlertMessageRow)
        .where(
            AlertMessageRow.alert_id.in_(alerts),
            AlertMessageRow.chat_id.in_(here),
            AlertMessageRow.message_id == written.message_id,
        )
        .values(message_id=None)
    )
    # A digest tells of other calls as well: it is gone for all of them.
    await session.execute(
        delete(PostedRow).where(
            PostedRow.chat_id == written.address.chat_id, PostedRow.message_id == written.message_id
        )
    )


async def nothing_more_to_show(session: AsyncSession, calls: Sequence[int]) -> None:
    """What has not been said about these calls is said no more; what is being said right now is remembered."""
    await session.execute(update(CardRow).where(CardRow.call_id.in_(calls)).values(shown=CardRow.wanted))
    alerts = select(AlertRow.id).where(AlertRow.call_id.in_(calls))
    await session.execute(update(AlertMessageRow).where(AlertMessageRow.alert_id.in_(alerts)).values(sent=True))


async def no_messages(session: AsyncSession, calls: Sequence[int]) -> None:
    """The rows go: the calls are shown nowhere."""
    alerts = select(AlertRow.id).where(AlertRow.call_id.in_(calls))
    await session.execute(delete(AlertMessageRow).where(AlertMessageRow.alert_id.in_(alerts)))
    await session.execute(delete(CardRow).where(CardRow.call_id.in_(calls)))
