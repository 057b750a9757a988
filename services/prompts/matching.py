"""Which prompts are for a call, and why the others are not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import FunnelRow, PromptRow, PromptVersionRow, StageRow
from services.db.repositories.wordings import place_of_row
from services.domain.call import Binding, Reason
from services.domain.integration import ObjectKind
from services.domain.prompt import Place


@dataclass(frozen=True)
class ScopedPrompt:
    """What matching needs of a prompt. None: any funnel, any stage."""

    id: int
    version_id: int
    position: int
    enabled: bool
    enabled_at: datetime | None
    object_kind: ObjectKind | None
    funnel: str | None
    stage: str | None
    scope_missing: bool = False
    """Its funnel or stage is gone from the CRM: it is suspended, never widened."""
    writes_to: ObjectKind | None = None
    """Whose fields it writes; None: it does not matter, or is not known before the deal is found."""
    into: int | None = None
    """The other integration that receives its answers."""


def match(
    prompts: Iterable[ScopedPrompt], started_at: datetime, binding: Binding | None
) -> list[tuple[ScopedPrompt, Reason | None]]:
    """Every prompt with the reason to leave it out, or None when it is for the call.

    Without a binding only what needs none is judged.
    """
    return [(prompt, _reason(prompt, started_at, binding)) for prompt in prompts]


def worth_binding(prompts: Iterable[ScopedPrompt], started_at: datetime) -> bool:
    """Could any prompt be for a call that started then?"""
    return any(_reason(prompt, started_at, None) is None for prompt in prompts)


def _reason(prompt: ScopedPrompt, started_at: datetime, binding: Binding | None) -> Reason | None:
    if not prompt.enabled or prompt.enabled_at is None:
        return Reason.PROMPT_OFF
    if started_at < prompt.enabled_at:
        return Reason.STARTED_BEFORE_ENABLED
    if prompt.scope_missing:
        return Reason.STAGE_MISSING
    if binding is None:
        return None
    if prompt.funnel is not None and (prompt.object_kind, prompt.funnel) != (
        binding.object.kind,
        binding.funnel_external_id,
    ):
        return Reason.OTHER_FUNNEL
    if prompt.stage is not None and prompt.stage not in (binding.stage_external_id, *binding.stage_within):
        return Reason.OTHER_STAGE
    if prompt.writes_to is not None and prompt.writes_to is not binding.object.kind:
        return Reason.OTHER_OBJECT
    return None


def _writes_to(place: Place) -> ObjectKind | None:
    return place.object_kind if place.into is None else None


async def scoped_prompts(session: AsyncSession, integration_id: int) -> tuple[ScopedPrompt, ...]:
    """All prompts of an integration, in their order."""
    rows = await session.execute(
        select(PromptRow, PromptVersionRow, FunnelRow, StageRow)
        .join(
            PromptVersionRow,
            and_(
                PromptVersionRow.prompt_id == PromptRow.id,
                PromptVersionRow.number == PromptRow.version_number,
            ),
        )
        .outerjoin(FunnelRow, FunnelRow.id == PromptRow.funnel_id)
        .outerjoin(StageRow, StageRow.id == PromptRow.stage_id)
        .where(PromptRow.integration_id == integration_id, PromptRow.deleted_at.is_(None))
        .order_by(PromptRow.position, PromptRow.id)
    )
    return tuple(
        ScopedPrompt(
            id=prompt.id,
            version_id=version.id,
            position=prompt.position,
            enabled=prompt.enabled,
            enabled_at=prompt.enabled_at,
            object_kind=ObjectKind(funnel.object_kind) if funnel else None,
            funnel=funnel.external_id if funnel else None,
            stage=stage.external_id if stage else None,
            scope_missing=bool((funnel and funnel.missing) or (stage and stage.missing)),
            writes_to=_writes_to(place_of_row(version)),
            into=version.into_id,
        )
        for prompt, version, funnel, stage in rows
    )
