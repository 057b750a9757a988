"""Chats that listen: subscribing, leaving, moving."""

from sqlalchemy import bindparam, case, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit import note
from services.db.insert import insert_unless_there
from services.db.models import ChatRow
from services.db.unit_of_work import Database
from services.domain.workspace import Chat, ChatAddress, Language, Member
from services.errors import NotFound
from services.listening.entitled import may_hear
from services.listening.moves import leave_chat, move_chat
from services.listening.rows import chat_of_row
from services.listening.settings import ChatSettings, set_digest_clock
from services.ports import Clock

_AT = select(ChatRow).where(
    ChatRow.workspace_id == bindparam("workspace_id"),
    ChatRow.chat_id == bindparam("chat_id"),
    ChatRow.thread_id == bindparam("thread_id"),
)


def _place(workspace_id: int, address: ChatAddress) -> dict[str, int]:
    return {"workspace_id": workspace_id, "chat_id": address.chat_id, "thread_id": address.thread_id}


class ChatService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.settings = ChatSettings(database, clock)

    async def subscribe(
        self, member: Member, address: ChatAddress, kind: str, title: str, language: Language
    ) -> Chat:
        """The chat gets a card of every call from now on; doing it twice does no harm."""
        async with self._database.write() as session:
            row = await self._row(session, member, address, kind, title, language)
            await self._listen(session, member, row)
            return chat_of_row(row)

    async def remember(
        self, member: Member, address: ChatAddress, kind: str, title: str, language: Language
    ) -> Chat:
        """Gives the chat a number of ours without subscribing it."""
        async with self._database.write() as session:
            return chat_of_row(await self._row(session, member, address, kind, title, language))

    async def subscribe_known(self, member: Member, number: int) -> None:
        """By our number; one that is not this workspace's, or not any more, is left alone."""
        async with self._database.write() as session:
            row = await session.get(ChatRow, number)
            is_own = row is not None and row.workspace_id == member.workspace_id
            if row is not None and is_own and await may_hear(session, row):
                await self._listen(session, member, row)

    async def _row(
        self,
        session: AsyncSession,
        member: Member,
        address: ChatAddress,
        kind: str,
        title: str,
        language: Language,
    ) -> ChatRow:
        place = _place(member.workspace_id, address)
        row = await session.scalar(_AT, place)
        if row is None:
            fresh = {"kind": kind, "title": title[:256], "language": language, "subscribed": False}
            values = {**place, **fresh, "created_at": self._clock.now()}
            await insert_unless_there(session, ChatRow, values)  # others may be at the same
            row = (await session.scalars(_AT, place)).one()
        row.kind, row.title = kind, title[:256]
        await session.flush()
        return row

    async def _listen(self, session: AsyncSession, member: Member, row: ChatRow) -> None:
        if not row.subscribed or row.gone_at is not None:
            said = {"name": row.title}
            note(session, self._clock, row.workspace_id, member.user_id, "chat_subscribed", row.chat_id, **said)
        row.subscribed, row.gone_at = True, None
        await set_digest_clock(session, row, self._clock.now())

    async def unsubscribe(self, member: Member, address: ChatAddress) -> bool:
        """Was it subscribed?"""
        async with self._database.write() as session:
            changed = await session.execute(
                update(ChatRow)
                .where(
                    ChatRow.workspace_id == member.workspace_id,
                    ChatRow.chat_id == address.chat_id,
                    ChatRow.thread_id == address.thread_id,
                    ChatRow.subscribed.is_(True),
                )
                .values(subscribed=False, digest_due_at=None)
                .returning(ChatRow.title)
            )
            title = changed.scalar_one_or_none()
            if title is not None:
                note(
                    session,
                    self._clock,
                    member.workspace_id,
                    member.user_id,
                    "chat_unsubscribed",
                    address.chat_id,
                    name=title,
                )
            return title is not None

    async def language_in(self, address: ChatAddress) -> Language | None:
        """What is spoken there: in the topic, or in the chat around it. None: nobody has subscribed it."""
        own_topic = case((ChatRow.thread_id == address.thread_id, 0), else_=1)
        query = (
            select(ChatRow.language)
            .where(ChatRow.chat_id == address.chat_id)
            .order_by(own_topic, ChatRow.subscribed.desc(), ChatRow.id)
            .limit(1)
        )
        async with self._database.read() as session:
            found = await session.scalar(query)
        return Language(found) if found is not None else None

    async def of(self, workspace_id: int) -> tuple[Chat, ...]:
        async with self._database.read() as session:
            rows = await session.scalars(
                select(ChatRow).where(ChatRow.workspace_id == workspace_id).order_by(ChatRow.id)
            )
            return tuple(chat_of_row(row) for row in rows)

    async def at(self, workspace_id: int, address: ChatAddress) -> Chat | None:
        async with self._database.read() as session:
            row = await session.scalar(_AT, _place(workspace_id, address))
            return chat_of_row(row) if row is not None else None

    async def get(self, member: Member, number: int) -> Chat:
        """By our number. Raises NotFound, also for a chat of another workspace."""
        async with self._database.read() as session:
            row = await session.get(ChatRow, number)
            if row is None or row.workspace_id != member.workspace_id:
                raise NotFound(f"chat {number}")
            return chat_of_row(row)

    async def may_hear(self, number: int) -> bool:
        """May anything of the company be said there? By our number."""
        async with self._database.read() as session:
            row = await session.get(ChatRow, number)
            return row is not None and await may_hear(session, row)

    async def gone(self, chat_id: int) -> None:
        """The bot was blocked or removed: the chat is quietly left alone until it comes back."""
        async with self._database.write() as session:
            await leave_chat(session, chat_id, self._clock.now())

    async def back(self, chat_id: int) -> None:
        """The bot was unblocked or added again."""
        async with self._database.write() as session:
            await session.execute(update(ChatRow).where(ChatRow.chat_id == chat_id).values(gone_at=None))

    async def heard_from(self, chat_id: int) -> None:
        """Somebody writes to the bot from there: it is back, even if Telegram's word of it got lost."""
        gone = select(ChatRow.id).where(ChatRow.chat_id == chat_id, ChatRow.gone_at.is_not(None)).limit(1)
        async with self._database.read() as session:
            if await session.scalar(gone) is None:
                return
        await self.back(chat_id)

    async def moved(self, old: int, new: int) -> None:
        async with self._database.write() as session:
            await move_chat(session, old, new)
