"""Names for the numbers in a prompt's scope."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers import words
from services.connecting.connections import IntegrationService
from services.domain.integration import Funnel, ObjectKind
from services.domain.prompt import Prompt, Scope
from services.funnels import FunnelBook


async def names_of(
    scope: Scope,
    workspace_id: int,
    integrations: IntegrationService,
    funnels: FunnelBook,
    into: int | None = None,
) -> Mapping[str, Any]:
    """`integration`, `funnel`, `stage` and `into` in words; a missing one is said to be gone.

    `objects`: deals or leads, where only those of one kind can get the answers; else None.
    """
    known = {one.id: one.name for one in await integrations.of(workspace_id)}
    names: dict[str, Any] = {"integration": known.get(scope.integration_id, "—")}
    if into is not None:
        names["into"] = known.get(into, "—")
    own = await funnels.of(scope.integration_id)
    funnel = next((one for one in own if one.id == scope.funnel_id), None)
    names["objects"] = _objects(own if into is None else await funnels.of(into), funnel)
    if scope.funnel_id is None:
        return names
    if scope.integration_id not in known:
        return {**names, "funnel": "—"}
    names["funnel"] = _name(words.funnel(funnel), funnel.missing) if funnel else "—"
    if scope.stage_id is not None and funnel is not None:
        stage = next((one for one in funnel.stages if one.id == scope.stage_id), None)
        names["stage"] = _name(stage.name, stage.missing) if stage else "—"
    return names


async def names_around(prompt: Prompt, integrations: IntegrationService, funnels: FunnelBook) -> Mapping[str, Any]:
    """Of its scope, and of the system that receives its answers."""
    return await names_of(prompt.scope, prompt.workspace_id, integrations, funnels, prompt.version.place.into)


def _objects(receiving: Sequence[Funnel], chosen: Funnel | None) -> ObjectKind | None:
    """A funnel of our own holds calls of any client: then what the receiving CRM has is what counts."""
    if chosen is not None and chosen.object_kind is not ObjectKind.CALL:
        return chosen.object_kind
    kinds = {one.object_kind for one in receiving if not one.missing}
    return next(iter(kinds)) if len(kinds) == 1 and ObjectKind.CALL not in kinds else None


def _name(name: str, missing: bool) -> str:
    return f"⚠️ {name}" if missing else name
