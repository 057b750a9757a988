"""Changing what a chat wants. Each method is one press, and tells how the chat stands afterwards."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit import note
from services.db.locking import LOCK
from services.db.models import ChatRow, FunnelRow, IntegrationRow, PromptRow, WorkspaceRow
from services.db.unit_of_work import Database
from services.domain.listening import Form, Mute, Quiet, Wants, next_moment
from services.domain.workspace import Chat, Language, Member
from services.errors import NotFound, Refused
from services.listening.entitled import may_hear
from services.listening.rows import chat_of_row
from services.listening.stored import quiet_to_json, wants_of, wants_to_json
from services.ports import Clock

Change = Callable[[ChatRow], None]


class Choosing(StrEnum):
    """What can be narrowed down."""

    PROMPTS = "prompts"
    INTEGRATIONS = "integrations"
    FUNNELS = "funnels"


class ChatSettings:
    """Every method raises NotFound for a chat of another workspace."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def set_form(self, member: Member, number: int, form: Form) -> Chat:
        def change(row: ChatRow) -> None:
            row.form = form

        return await self._change(member, number, "form", change)

    async def set_language(self, member: Member, number: int, language: Language) -> Chat:
        """Of a group or topic: a private chat speaks as its person does."""

        def change(row: ChatRow) -> None:
            if row.kind != "private":
                row.language = language

        return await self._change(member, number, "language", change)

    async def set_subscribed(self, member: Member, number: int, to: bool) -> Chat:
        """Raises Refused: `chat_elsewhere` for one that must not hear of this company any more."""
        async with self._database.write() as session:
            row = await chat_row(session, member, number)
            if to and not await may_hear(session, row):
                raise Refused("chat_elsewhere")
            if row.subscribed != to:
                action = "chat_subscribed" if to else "chat_unsubscribed"
                said = {"name": row.title}
                note(session, self._clock, row.workspace_id, member.user_id, action, row.chat_id, **said)
            row.subscribed = to
            if to:
                row.gone_at = None
            await set_digest_clock(session, row, self._clock.now())
            return chat_of_row(row)

    async def choose(
        self, member: Member, number: int, what: Choosing, one: int | None, *, to: bool = True
    ) -> Chat:
        """Takes one in or out; None is all of them, and so is a choice with nothing left in it.

        What has been deleted since it was chosen goes out with the next press. Raises NotFound for what belongs to
        another workspace.
        """
        own = await self._own(member, what)
        if one is not None and one not in own:
            raise NotFound(f"{what} {one}")

        def change(wants: Wants) -> Wants:
            before: frozenset[int] = (getattr(wants, what) or frozenset()) & own
            chosen = frozenset() if one is None else before | {one} if to else before - {one}
            narrowed = chosen or None
            match what:
                case Choosing.PROMPTS:
                    return replace(wants, prompts=narrowed)
                case Choosing.INTEGRATIONS:
                    return replace(wants, integrations=narrowed)
                case Choosing.FUNNELS:
                    return replace(wants, funnels=narrowed)

        return await self._rewant(member, number, what, change)

    async def set_only_with_data(self, member: Member, number: int, to: bool) -> Chat:
        return await self._rewant(
            member, number, "only_with_data", lambda wants: replace(wants, only_with_data=to)
        )

    async def set_digest_at(self, member: Member, number: int, at: time) -> Chat:
        return await self._rewant(member, number, "digest_at", lambda wants: replace(wants, digest_at=at))

    async def set_quiet(self, member: Member, number: int, quiet: Quiet | None) -> Chat:
        def change(row: ChatRow) -> None:
            row.quiet = quiet_to_json(quiet)

        return await self._change(member, number, "quiet", change)

    async def mute(self, member: Member, number: int, until: datetime | None) -> Chat:
        """None: speaks again."""

        def change(row: ChatRow) -> None:
            row.muted_until = until

        return await self._change(member, number, "muted" if until else "unmuted", change)

    async def mute_prompt(self, member: Member, number: int, prompt_id: int, until: datetime | None) -> Chat:
        """None: speaks again. Mutes that are over are forgotten with the next one."""
        now = self._clock.now()
        if prompt_id not in await self._own(member, Choosing.PROMPTS):
            raise NotFound(f"prompt {prompt_id}")

        def change(wants: Wants) -> Wants:
            mutes = {one: mute for one, mute in wants.mutes.items() if mute.until > now and one != prompt_id}
            if until is not None:
                mutes[prompt_id] = Mute(now, until)
            return replace(wants, mutes=mutes)

        return await self._rewant(member, number, "prompt_muted" if until else "prompt_unmuted", change)

    async def _rewant(self, member: Member, number: int, what: str, change: Callable[[Wants], Wants]) -> Chat:
        def apply(row: ChatRow) -> None:
            row.wants = wants_to_json(change(wants_of(row.wants)))

        return await self._change(member, number, what, apply)

    async def _change(self, member: Member, number: int, what: str, change: Change) -> Chat:
        async with self._database.write() as session:
            row = await chat_row(session, member, number)
            before = chat_of_row(row)
            change(row)
            after = chat_of_row(row)
            if after != before:
                note(
                    session,
                    self._clock,
                    row.workspace_id,
                    member.user_id,
                    "chat_changed",
                    row.id,
                    what=what,
                    name=row.title,
                )
                await set_digest_clock(session, row, self._clock.now())
            return after

    async def _own(self, member: Member, what: Choosing) -> frozenset[int]:
        own = select(IntegrationRow.id).where(IntegrationRow.workspace_id == member.workspace_id)
        query = {
            Choosing.PROMPTS: select(PromptRow.id).where(
                PromptRow.workspace_id == member.workspace_id, PromptRow.deleted_at.is_(None)
            ),
            Choosing.INTEGRATIONS: own,
            Choosing.FUNNELS: select(FunnelRow.id).where(FunnelRow.integration_id.in_(own)),
        }[what]
        async with self._database.read() as session:
            return frozenset(await session.scalars(query))


async def chat_row(session: AsyncSession, member: Member, number: int) -> ChatRow:
    """Locked where the database can. Raises NotFound."""
    row = await session.get(ChatRow, number, with_for_update=LOCK)
    if row is None or row.workspace_id != member.workspace_id:
        raise NotFound(f"chat {number}")
    return row


async def set_digest_clock(session: AsyncSession, row: ChatRow, now: datetime) -> None:
    """A chat that listens to digests knows when the next one is due; any other has none."""
    wants = wants_of(row.wants)
    if row.form != Form.DIGEST or not row.subscribed:
        row.digest_due_at = None
        if wants.digest_told is not None:
            row.wants = wants_to_json(replace(wants, digest_told=None))
        return
    workspace = await session.get_one(WorkspaceRow, row.workspace_id)
    at = wants.digest_at
    upcoming = next_moment(at, now, workspace.zone)
    if row.digest_due_at is None or row.digest_due_at > now:
        row.digest_due_at = upcoming
