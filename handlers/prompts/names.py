"""Names for the numbers in a prompt's scope."""

from collections.abc import Mapping
from typing import Any

from handlers import words
from services.connections import IntegrationService
from services.domain.integration import Funnel
from services.domain.prompt import Scope
from services.funnels import FunnelBook


async def names_of(
    scope: Scope,
    workspace_id: int,
    integrations: IntegrationService,
    funnels: FunnelBook,
    into: int | None = None,
) -> Mapping[str, Any]:
    """`integration`, `funnel`, `stage` and `into` in words; a missing one is said to be gone."""
    known = {one.id: one.name for one in await integrations.of(workspace_id)}
    names: dict[str, Any] = {"integration": known.get(scope.integration_id, "—")}
    if into is not None:
        names["into"] = known.get(into, "—")
    if scope.funnel_id is None:
        return names
    if scope.integration_id not in known:
        return {**names, "funnel": "—"}
    funnel = _by_id(await funnels.of(scope.integration_id), scope.funnel_id)
    names["funnel"] = _name(words.funnel(funnel), funnel.missing) if funnel else "—"
    if scope.stage_id is not None and funnel is not None:
        stage = next((one for one in funnel.stages if one.id == scope.stage_id), None)
        names["stage"] = _name(stage.name, stage.missing) if stage else "—"
    return names


def _by_id(funnels: tuple[Funnel, ...], funnel_id: int) -> Funnel | None:
    return next((one for one in funnels if one.id == funnel_id), None)


def _name(name: str, missing: bool) -> str:
    return f"⚠️ {name}" if missing else name
