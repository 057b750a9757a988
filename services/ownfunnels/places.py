"""Own funnels as others see them: without what was deleted."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import FunnelRow, PromptRow
from services.domain.integration import Funnel, ObjectKind
from services.funnels import funnels_of


@dataclass(frozen=True)
class Place:
    """A funnel of ours and the integration it belongs to."""

    integration_id: int
    funnel: Funnel


async def present(session: AsyncSession, integration_id: int) -> tuple[Funnel, ...]:
    """In their order, each with the stages that are there."""
    return tuple(
        _without_missing(one)
        for one in await funnels_of(session, integration_id)
        if one.object_kind is ObjectKind.CALL and not one.missing
    )


def _without_missing(funnel: Funnel) -> Funnel:
    stages = tuple(one for one in funnel.stages if not one.missing)
    return Funnel(funnel.id, funnel.object_kind, funnel.external_id, funnel.name, stages)


async def place_of_row(session: AsyncSession, row: FunnelRow) -> Place:
    """With what the caller's transaction has changed."""
    await session.flush()
    known = await present(session, row.integration_id)
    return Place(row.integration_id, next(one for one in known if one.id == row.id))


async def prompts_at(session: AsyncSession, funnel_id: int, stage_id: int | None) -> tuple[str, ...]:
    """Names of the prompts on a funnel, or only on a stage of it, in their order."""
    on_it = PromptRow.funnel_id == funnel_id if stage_id is None else PromptRow.stage_id == stage_id
    names = await session.scalars(
        select(PromptRow.name).where(on_it, PromptRow.deleted_at.is_(None)).order_by(PromptRow.position)
    )
    return tuple(names)
