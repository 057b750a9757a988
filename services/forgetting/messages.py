"""The messages that the bot wrote about calls, to be taken out of the chats."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import AlertMessageRow, AlertRow, CardRow, ChatRow
from services.domain.workspace import ChatAddress, Language


@dataclass(frozen=True)
class Written:
    """A message in a chat."""

    address: ChatAddress
    language: Language
    message_id: int


class Chats(Protocol):
    """What forgetting says and does in chats. Each method raises ChatBusy; a chat that is gone is passed over."""

    async def erase(self, written: Written) -> bool:
        """Deletes the message, or leaves nothing but a word that it was deleted; False: neither was possible."""
        ...

    async def tell(self, address: ChatAddress, language: Language, code: str, values: dict[str, str]) -> None: ...


async def messages_about(session: AsyncSession, calls: Sequence[int]) -> list[Written]:
    cards = select(CardRow.message_id, ChatRow).join(ChatRow).where(CardRow.call_id.in_(calls))
    alerts = (
        select(AlertMessageRow.message_id, ChatRow)
        .join(ChatRow, ChatRow.id == AlertMessageRow.chat_id)
        .join(AlertRow, AlertRow.id == AlertMessageRow.alert_id)
        .where(AlertRow.call_id.in_(calls))
    )
    found = [*(await session.execute(cards)).all(), *(await session.execute(alerts)).all()]
    return [
        Written(ChatAddress(chat.chat_id, chat.thread_id), Language(chat.language), message_id)
        for message_id, chat in found
        if message_id is not None and chat.gone_at is None
    ]
