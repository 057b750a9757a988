"""On and off: whether a prompt may work, and how crowded its place becomes."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit import note
from services.db.models import IntegrationRow, PromptRow, PromptVersionRow
from services.db.repositories.prompts import load_prompt, ordered_rows, prompt_row
from services.db.unit_of_work import Database
from services.domain.integration import IntegrationState
from services.domain.prompt import Prompt, Scope
from services.domain.workspace import Member, Workspace
from services.errors import Refused
from services.ports import Clock
from services.prompts.clashes import Clash, Rivals, clashes_of, rivals_among
from services.prompts.estimate import Estimate, estimate_one
from services.prompts.place import locked_workspace, scope_of_row


@dataclass(frozen=True)
class Crowd:
    """More prompts on one call than recommended, and what each of them adds to it."""

    count: int
    estimate: Estimate


@dataclass(frozen=True)
class Switched:
    prompt: Prompt
    crowd: Crowd | None
    clashes: tuple[Clash, ...] = ()


@dataclass(frozen=True)
class SwitchedAll:
    """`refused` says why some stayed off; `crowd` is of the fullest place; `rivals` write the same fields."""

    changed: int
    refused: Refused | None
    crowd: Crowd | None
    rivals: tuple[Rivals, ...] = ()


class Switches:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def set(self, member: Member, prompt_id: int, to: bool) -> Switched:
        """The state wanted, so asking twice does no harm. Enabling counts from this moment on.

        Raises NotFound, Refused: `integration_gone`, `hard_limit`.
        """
        async with self._database.write() as session:
            workspace = await locked_workspace(session, member.workspace_id)
            row = await prompt_row(session, member.workspace_id, prompt_id)
            if row.enabled != to:
                await _switch(session, self._clock, member, workspace, row, to)
            crowd = await _crowd_of(session, workspace, [row])
            prompt = await load_prompt(session, member.workspace_id, prompt_id)
            return Switched(prompt, crowd, await clashes_of(session, prompt))

    async def set_all(self, member: Member, to: bool) -> SwitchedAll:
        """Every prompt that may be; one that may not does not keep the others from it."""
        async with self._database.write() as session:
            workspace = await locked_workspace(session, member.workspace_id)
            changed: list[PromptRow] = []
            refused: Refused | None = None
            for row in await ordered_rows(session, member.workspace_id):
                if row.enabled == to:
                    continue
                try:
                    await _switch(session, self._clock, member, workspace, row, to)
                except Refused as error:
                    refused = refused or error
                else:
                    changed.append(row)
            rivals = await rivals_among(session, workspace.id, {row.id for row in changed}) if to else ()
            return SwitchedAll(len(changed), refused, await _crowd_of(session, workspace, changed), rivals)


async def _switch(
    session: AsyncSession, clock: Clock, member: Member, workspace: Workspace, row: PromptRow, to: bool
) -> None:
    """Raises Refused: `integration_gone`, `hard_limit`. Being on counts from this moment."""
    if to:
        await check_may_work(session, workspace, row.id, scope_of_row(row))
    row.enabled = to
    row.enabled_at = clock.now() if to else None
    action = "prompt_enabled" if to else "prompt_disabled"
    note(session, clock, workspace.id, member.user_id, action, row.id, name=row.name)
    await session.flush()


async def check_may_work(session: AsyncSession, workspace: Workspace, prompt_id: int, scope: Scope) -> None:
    """May this prompt be on in that place? Raises Refused: `integration_gone`, `hard_limit`."""
    integration = await session.get_one(IntegrationRow, scope.integration_id)
    if integration.state == IntegrationState.DISCONNECTED or await _into_is_gone(session, prompt_id):
        raise Refused("integration_gone")
    limit = workspace.hard_limit_prompts
    if limit is not None and await _company(session, prompt_id, scope) >= limit:
        raise Refused("hard_limit", limit=limit)


async def _into_is_gone(session: AsyncSession, prompt_id: int) -> bool:
    """Is the other integration that receives the answers disconnected?"""
    state = await session.scalar(
        select(IntegrationRow.state)
        .join(PromptVersionRow, PromptVersionRow.into_id == IntegrationRow.id)
        .join(PromptRow, PromptRow.id == PromptVersionRow.prompt_id)
        .where(PromptRow.id == prompt_id, PromptVersionRow.number == PromptRow.version_number)
    )
    return state == IntegrationState.DISCONNECTED


async def _crowd_of(session: AsyncSession, workspace: Workspace, rows: Sequence[PromptRow]) -> Crowd | None:
    """The fullest of the places of these prompts, when that is more than recommended."""
    counts = [await _company(session, row.id, scope_of_row(row)) + 1 for row in rows if row.enabled]
    most = max(counts, default=0)
    if most <= workspace.recommended_prompts:
        return None
    return Crowd(most, await estimate_one(session, workspace.id))


async def _company(session: AsyncSession, prompt_id: int, scope: Scope) -> int:
    """How many others are on for a call of this funnel; for any funnel, of the busiest one."""
    rows = await session.execute(
        select(PromptRow.funnel_id, func.count(PromptRow.id))
        .where(
            PromptRow.integration_id == scope.integration_id,
            PromptRow.enabled.is_(True),
            PromptRow.deleted_at.is_(None),
            PromptRow.id != prompt_id,
        )
        .group_by(PromptRow.funnel_id)
    )
    counts: dict[int | None, int] = {row[0]: row[1] for row in rows}
    everywhere = counts.pop(None, 0)
    if scope.funnel_id is not None:
        return everywhere + counts.get(scope.funnel_id, 0)
    return everywhere + max(counts.values(), default=0)
