"""Presses where a list is chosen, and a new one is made."""

import secrets
from collections.abc import Sequence

from handlers.callbacks.prompts import WizardAct
from handlers.prompts.wizard.fielding.desk import Desk
from handlers.prompts.wizard.fielding.examples import Offer, offers
from services.errors import Refused
from services.prompts import columns
from services.prompts.flow import Step
from services.prompts.former import take_former


async def pressed(at: Desk, act: WizardAct, arg: int) -> bool:
    making: list[bool] | None = at.data.get("making")
    if act is WizardAct.ALL:
        at.data["search"] = ""
    elif act is WizardAct.NEW_LIST:
        at.data["making"] = [True] * len(offers())
        at.data.setdefault("list_code", f"callprompt_{secrets.token_hex(8)}")
    elif act is WizardAct.BACK and making is not None:
        at.data["making"] = None
    elif act is WizardAct.TOGGLE and making is not None and arg < len(making):
        making[arg] = not making[arg]
    elif act is WizardAct.CREATE and making is not None:
        await _create(at, [offer for offer, wanted in zip(offers(), making, strict=True) if wanted])
    else:
        return False
    return True


async def _create(at: Desk, wanted: Sequence[Offer]) -> None:
    """The new list's columns come with their questions; those of a place that was left go first.

    The code is kept until the list is made: pressed again after a failure, the same list is completed.
    Raises Refused: `no_questions`; remote failures.
    """
    if not any(offer.question for offer in wanted):
        raise Refused("no_questions")
    integration, made_of = at.draft["integration"], [offer.column for offer in wanted]
    made = await at.book.create_list(integration, at.draft["name"], at.data["list_code"], made_of)
    at.data["making"] = None
    del at.data["list_code"]
    at.draft[Step.LIST] = {"id": made.id, "name": made.name}
    present = await at.book.columns(integration, made.id, anew=True)
    take_former(at.draft, present, await at.askable(present))
    taken, by_name = columns.columns_of(at.draft), {column.name: column for column in present}
    for offer in wanted:
        column = by_name.get(offer.column.name)
        if column is None or column.id in taken:
            continue
        if offer.known is not None:
            columns.fill(at.draft, column, offer.known)
        else:
            columns.ask(at.draft, column, offer.question)
