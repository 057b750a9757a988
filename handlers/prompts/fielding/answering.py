"""Presses and words while a list and fields are being chosen."""

from collections.abc import Sequence

from handlers.callbacks import WizardAct
from handlers.prompts.fielding.examples import Offer, offers, questions
from handlers.prompts.fielding.windows import policies_of
from handlers.prompts.wizard_state import Wizard
from services.domain.field import RemoteField
from services.prompts import columns
from services.prompts.flow import FORMER, Step
from services.prompts.known import fitting
from services.prompts.service import clean_text

SEARCH = 60
"""Characters of a search."""


async def pressed(at: Wizard, act: WizardAct, arg: int) -> bool:
    """Takes a press that belongs to this part; False: it is somebody else's."""
    if at.step is Step.LIST:
        return await _at_lists(at, act, arg)
    if at.step is not Step.FIELDS:
        return False
    opened = await at.opened()
    if opened is None:
        return await _at_fields(at, act, arg)
    return _at_field(at, opened, act, arg)


async def _at_lists(at: Wizard, act: WizardAct, arg: int) -> bool:
    making: list[bool] | None = at.data.get("making")
    if act is WizardAct.ALL:
        at.data["search"] = ""
    elif act is WizardAct.NEW_LIST:
        at.data["making"] = [True] * len(offers())
    elif act is WizardAct.BACK and making is not None:
        at.data["making"] = None
    elif act is WizardAct.TOGGLE and making is not None and arg < len(making):
        making[arg] = not making[arg]
    elif act is WizardAct.CREATE and making is not None:
        await _create(at, [offer for offer, wanted in zip(offers(), making, strict=True) if wanted])
    else:
        return False
    return True


async def _create(at: Wizard, wanted: Sequence[Offer]) -> None:
    """The new list's columns come with their questions."""
    book, integration = at.fields, at.draft["integration"]
    made = await book.create_list(integration, at.draft["name"], [offer.column for offer in wanted])
    at.data["making"] = None
    at.draft[Step.LIST] = {"id": made.id, "name": made.name}
    by_name = {column.name: column for column in await book.columns(integration, made.id, anew=True)}
    for offer in wanted:
        column = by_name.get(offer.column.name)
        if column is not None and offer.known is not None:
            columns.fill(at.draft, column, offer.known)
        elif column is not None:
            columns.ask(at.draft, column, offer.question)


async def _at_fields(at: Wizard, act: WizardAct, arg: int) -> bool:
    if act is WizardAct.FIELD and arg < len(at.data["options"]):
        at.data["open"] = at.data["options"][arg]
    elif act is WizardAct.ALL:
        at.data["search"] = ""
    elif act is WizardAct.DONE:
        columns.finish(at.draft, await at.all_fields())
        at.data["search"] = ""
    else:
        return False
    return True


def _at_field(at: Wizard, opened: RemoteField, act: WizardAct, arg: int) -> bool:
    """A question or a filling closes the field; a policy leaves it open."""
    suggested, knowns = questions(opened), fitting(opened)
    if act is WizardAct.POLICY and arg < len(policies_of(opened)):
        columns.set_policy(at.draft, opened, policies_of(opened)[arg])
        return True
    if act is WizardAct.FORMER and at.draft.get(FORMER):
        columns.ask(at.draft, opened, at.draft[FORMER])
    elif act is WizardAct.EXAMPLE and arg < len(suggested):
        columns.ask(at.draft, opened, suggested[arg])
    elif act is WizardAct.KNOWN and arg < len(knowns):
        columns.fill(at.draft, opened, knowns[arg])
    elif act is WizardAct.EMPTY:
        columns.leave_empty(at.draft, opened)
    elif act not in (WizardAct.ALL, WizardAct.BACK):
        return False
    at.data["open"] = None
    return True


async def typed(at: Wizard, text: str) -> bool:
    """A question for the open field, or words to search for."""
    if at.step not in (Step.LIST, Step.FIELDS):
        return False
    opened = await at.opened() if at.step is Step.FIELDS else None
    if opened is None:
        at.data["search"] = " ".join(text.split())[:SEARCH]
        return True
    columns.ask(at.draft, opened, clean_text(text))
    at.data["open"] = None
    return True
