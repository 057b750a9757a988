"""Prompts told in lines, whole: a button beside another one holds half a name and no funnel."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiogram.utils.formatting import Text

from handlers.prompts import list_texts
from handlers.prompts.names import names_of
from services.connecting.connections import IntegrationService
from services.domain.prompt import Prompt, Scope
from services.funnels import FunnelBook


async def lines_of(
    prompts: Sequence[tuple[int, Prompt]], workspace_id: int, integrations: IntegrationService, funnels: FunnelBook
) -> list[Text]:
    """Each with its number in the company's order; the system is named where there are several."""
    several = len(await integrations.of(workspace_id)) > 1
    known: dict[Scope, Mapping[str, Any]] = {}
    for _, prompt in prompts:
        if prompt.scope not in known:
            known[prompt.scope] = await names_of(prompt.scope, workspace_id, integrations, funnels)
    return [list_texts.line(n, prompt, known[prompt.scope], several=several) for n, prompt in prompts]


def numbered(shown: Sequence[Prompt], every: Sequence[Prompt]) -> list[tuple[int, Prompt]]:
    numbers = {prompt.id: number for number, prompt in enumerate(every, start=1)}
    return [(numbers.get(prompt.id, 0), prompt) for prompt in shown]
