"""Prompts that are on and would write the same field of the same calls."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.db.repositories.prompts import load_prompts
from services.domain.prompt import Destination, Prompt


@dataclass(frozen=True)
class Clash:
    field_name: str
    prompt_name: str


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


def _written(prompt: Prompt) -> dict[str, str]:
    """Names of the fields it writes, by id."""
    place = prompt.version.place
    if place.destination is not Destination.FIELDS:
        return {}
    return {one.ask.field.id: one.ask.field.name for one in prompt.version.questions if one.ask.field is not None}


def _meet(first: Prompt, second: Prompt) -> bool:
    """May a call be for both?"""
    if first.version.place.object_kind is not second.version.place.object_kind:
        return False
    for one, other in (
        (first.scope.funnel_id, second.scope.funnel_id),
        (first.scope.stage_id, second.scope.stage_id),
    ):
        if one is not None and other is not None and one != other:
            return False
    return True
