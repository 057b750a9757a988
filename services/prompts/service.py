"""Making prompts, changing them, ordering them, deleting them."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from services.audit import note
from services.db.models import PromptRow
from services.db.repositories.prompts import load_prompt, ordered_rows, prompt_row
from services.db.unit_of_work import Database
from services.domain.prompt import Ask, Place, Prompt, Scope
from services.domain.workspace import Member, Workspace
from services.errors import Conflict
from services.ports import Clock
from services.prompts.alerts import AlertConditions
from services.prompts.drafts import Draft, clean_asks, clean_name, clean_text, copy_name
from services.prompts.place import (
    check_fits,
    check_scope,
    last_position,
    locked_workspace,
    scope_in_words,
    scope_of_row,
)
from services.prompts.reading import PromptBook
from services.prompts.switching import Switches, check_may_work
from services.prompts.versions import add_version
from services.workspace.limits import Quota


class PromptService(PromptBook):
    """One public method is one thing a person wants, and one transaction."""

    def __init__(self, database: Database, clock: Clock, quota: Quota | None = None) -> None:
        super().__init__(database)
        self._clock = clock
        self.alerts = AlertConditions(database, clock)
        self.switches = Switches(database, clock)
        self._quota = quota or Quota()

    async def create(self, member: Member, draft: Draft) -> Prompt:
        """Saved OFF, behind all others.

        Raises NotFound, Refused: `integration_gone`, `limit_prompts` and wrong words.
        """
        name, asks = clean_name(draft.name), clean_asks(draft.asks, draft.place)
        async with self._database.write() as session:
            await locked_workspace(session, member.workspace_id)
            await self._quota.for_prompt(session, member.workspace_id)
            await check_scope(session, member.workspace_id, draft.scope)
            await check_fits(session, draft.scope, draft.place)
            row = PromptRow(
                workspace_id=member.workspace_id,
                integration_id=draft.scope.integration_id,
                funnel_id=draft.scope.funnel_id,
                stage_id=draft.scope.stage_id,
                name=name,
                position=await last_position(session, member.workspace_id) + 1,
                enabled=False,
                created_by=member.id,
                created_at=self._clock.now(),
            )
            session.add(row)
            await session.flush()
            await self._add_version(session, row, member, draft.place, asks, 1, draft.condition)
            prompt = await load_prompt(session, member.workspace_id, row.id)
            self._note(session, member, "prompt_created", row, name=name, after=prompt.text)
            return prompt

    async def rename(self, member: Member, prompt_id: int, name: str, revision: int) -> Prompt:
        cleaned = clean_name(name)
        async with self._database.write() as session:
            row = await self._current(session, member, prompt_id, revision)
            self._note(session, member, "prompt_renamed", row, before=row.name, after=cleaned)
            row.name = cleaned
            return await self._saved(session, row)

    async def reword(self, member: Member, prompt_id: int, text: str, revision: int) -> Prompt:
        """A new text for a prompt with a single question: a new version; old answers keep the old one."""
        cleaned = clean_text(text)
        async with self._database.write() as session:
            row = await self._current(session, member, prompt_id, revision)
            prompt = await load_prompt(session, member.workspace_id, prompt_id)
            if prompt.text == cleaned:
                return prompt
            present = prompt.version
            row.version_number = present.number + 1
            asks = (Ask(cleaned),)
            await self._add_version(
                session, row, member, present.place, asks, row.version_number, present.condition
            )
            self._note(session, member, "prompt_reworded", row, name=row.name, before=prompt.text, after=cleaned)
            return await self._saved(session, row)

    async def redirect(
        self,
        member: Member,
        prompt_id: int,
        place: Place,
        asks: Sequence[Ask],
        revision: int,
        scope: Scope | None = None,
    ) -> Prompt:
        """Other destination, fields or questions, with a new scope too: one new version.

        Suspended questions begin anew. Raises NotFound, Conflict, Refused.
        """
        cleaned = clean_asks(asks, place)
        async with self._database.write() as session:
            workspace = await locked_workspace(session, member.workspace_id)
            row = await self._current(session, member, prompt_id, revision)
            if scope is not None:
                await self._move_to(session, workspace, member, row, scope)
            await check_fits(session, scope_of_row(row), place)
            before = await load_prompt(session, member.workspace_id, prompt_id)
            row.version_number = before.version.number + 1
            await self._add_version(
                session, row, member, place, cleaned, row.version_number, before.version.condition
            )
            saved = await self._saved(session, row)
            told = {"name": row.name, "before": before.text, "after": saved.text}
            self._note(session, member, "prompt_redirected", row, **told)
            return saved

    async def hide_empty(self, member: Member, prompt_id: int, to: bool) -> Prompt:
        """Leave it out of cards when the call says nothing to it, or show "no data"."""
        async with self._database.write() as session:
            row = await prompt_row(session, member.workspace_id, prompt_id)
            row.hide_empty = to
            self._note(session, member, "prompt_hides_empty" if to else "prompt_shows_empty", row)
            return await self._saved(session, row)

    async def rescope(self, member: Member, prompt_id: int, scope: Scope, revision: int) -> Prompt:
        """Raises NotFound, Conflict, Refused: `integration_gone`, `other_kind`, `hard_limit` of the new place."""
        async with self._database.write() as session:
            workspace = await locked_workspace(session, member.workspace_id)
            row = await self._current(session, member, prompt_id, revision)
            before = await load_prompt(session, member.workspace_id, prompt_id)
            await self._move_to(session, workspace, member, row, scope)
            await check_fits(session, scope, before.version.place)
            return await self._saved(session, row)

    async def _move_to(
        self, session: AsyncSession, workspace: Workspace, member: Member, row: PromptRow, scope: Scope
    ) -> None:
        if scope == scope_of_row(row):
            return
        await check_scope(session, member.workspace_id, scope)
        if row.enabled:
            await check_may_work(session, workspace, row.id, scope)
        before, after = await scope_in_words(session, scope_of_row(row)), await scope_in_words(session, scope)
        row.integration_id = scope.integration_id
        row.funnel_id, row.stage_id = scope.funnel_id, scope.stage_id
        self._note(session, member, "prompt_rescoped", row, name=row.name, before=before, after=after)

    async def duplicate(self, member: Member, prompt_id: int, suffix: str) -> Prompt:
        """A copy, off, whose name ends with the suffix."""
        prompt = await self.get(member, prompt_id)
        copy = copy_name(prompt.name, suffix)
        asks = tuple(question.ask for question in prompt.version.questions)
        version = prompt.version
        return await self.create(member, Draft(copy, asks, prompt.scope, version.place, version.condition))

    async def move(self, member: Member, prompt_id: int, *, up: bool) -> Prompt:
        """Changes places with its neighbour; at the edge nothing happens."""
        async with self._database.write() as session:
            await locked_workspace(session, member.workspace_id)
            row = await prompt_row(session, member.workspace_id, prompt_id)
            ordered = await ordered_rows(session, member.workspace_id)
            index = ordered.index(row)
            other = index - 1 if up else index + 1
            if 0 <= other < len(ordered):
                neighbour = ordered[other]
                row.position, neighbour.position = neighbour.position, row.position
                self._note(session, member, "prompt_moved", row)
            return await self._saved(session, row)

    async def delete(self, member: Member, prompt_id: int) -> None:
        """Gone from every list; what it answered stays."""
        async with self._database.write() as session:
            row = await prompt_row(session, member.workspace_id, prompt_id)
            row.enabled, row.enabled_at, row.deleted_at = False, None, self._clock.now()
            self._note(session, member, "prompt_deleted", row)

    async def _current(self, session: AsyncSession, member: Member, prompt_id: int, revision: int) -> PromptRow:
        row = await prompt_row(session, member.workspace_id, prompt_id)
        if row.revision != revision:
            raise Conflict(f"prompt {prompt_id}")
        return row

    async def _saved(self, session: AsyncSession, row: PromptRow) -> Prompt:
        try:
            await session.flush()
        except StaleDataError:
            raise Conflict(f"prompt {row.id}") from None
        return await load_prompt(session, row.workspace_id, row.id)

    async def _add_version(
        self,
        session: AsyncSession,
        row: PromptRow,
        member: Member,
        place: Place,
        asks: Sequence[Ask],
        number: int,
        condition: str,
    ) -> None:
        now = self._clock.now()
        await add_version(session, row, member, place, asks, number=number, condition=condition, now=now)

    def _note(self, session: AsyncSession, member: Member, action: str, row: PromptRow, **details: str) -> None:
        said = details or {"name": row.name}
        note(session, self._clock, member.workspace_id, member.user_id, action, row.id, **said)
