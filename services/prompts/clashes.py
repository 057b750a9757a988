"""Prompts that are on and would write the same field of the same calls."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy.ext.asyncio import AsyncSession

from services.db.repositories.prompts import load_prompts
from services.domain.prompt import Destination, Prompt


@dataclass(frozen=True)
class Clash:
    field_name: str
    prompt_name: str


@dataclass(frozen=True)
class Rivals:
    """Two prompts, and the fields that both would write."""

    prompt_names: tuple[str, str]
    field_names: tuple[str, ...]


async def clashes_of(session: AsyncSession, prompt: Prompt) -> tuple[Clash, ...]:
    """With every other prompt that is on."""
    if not prompt.enabled or prompt.version.destination is not Destination.FIELDS:
        return ()
    others = await load_prompts(session, prompt.workspace_id, integration_id=prompt.scope.integration_id)
    own = _written(prompt)
    return tuple(
        Clash(own[name], other.name)
        for other in others
        if other.id != prompt.id and other.enabled and _meet(prompt, other)
        for name in _written(other)
        if name in own
    )


async def rivals_among(session: AsyncSession, workspace_id: int, ids: Collection[int]) -> tuple[Rivals, ...]:
    """Pairs of prompts that are on, one of them of these, in the order of the list."""
    running = [one for one in await load_prompts(session, workspace_id) if one.enabled]
    found = []
    for first, second in combinations(running, 2):
        if first.id in ids or second.id in ids:
            other = _written(second) if _meet(first, second) else {}
            shared = tuple(name for number, name in _written(first).items() if number in other)
            if shared:
                found.append(Rivals((first.name, second.name), shared))
    return tuple(found)


def _written(prompt: Prompt) -> dict[str, str]:
    """Names of the fields it writes, by id."""
    place = prompt.version.place
    if place.destination is not Destination.FIELDS:
        return {}
    return {one.ask.field.id: one.ask.field.name for one in prompt.version.questions if one.ask.field is not None}


def _meet(first: Prompt, second: Prompt) -> bool:
    """May a call be for both?"""
    if first.scope.integration_id != second.scope.integration_id:
        return False
    if first.version.place.into != second.version.place.into:
        return False
    if first.version.place.object_kind is not second.version.place.object_kind:
        return False
    for one, other in (
        (first.scope.funnel_id, second.scope.funnel_id),
        (first.scope.stage_id, second.scope.stage_id),
    ):
        if one is not None and other is not None and one != other:
            return False
    return True
