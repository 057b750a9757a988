"""Presses and words while a list and fields are being chosen."""

from handlers.callbacks.prompts import WizardAct
from handlers.prompts.wizard.fielding import making
from handlers.prompts.wizard.fielding.desk import Desk
from handlers.prompts.wizard.fielding.examples import questions
from services.domain.field import RemoteField
from services.errors import Gone, Refused
from services.prompts import columns
from services.prompts.drafts import clean_text
from services.prompts.flow import Step
from services.prompts.known import fitting

SEARCH = 60
"""Characters of a search."""


async def pressed(at: Desk, step: Step, act: WizardAct, arg: int) -> bool:
    """Takes a press that belongs to this part; False: it is somebody else's. Raises Refused, remote failures."""
    if step not in (Step.LIST, Step.FIELDS):
        return False
    try:
        return await _taken(at, step, act, arg)
    except Gone as failure:
        if not at.is_list_gone(failure):
            raise
        at.lose_list()
        return True


async def _taken(at: Desk, step: Step, act: WizardAct, arg: int) -> bool:
    if act is WizardAct.REFRESH:
        await at.refresh(step)
        return True
    if step is Step.LIST:
        return await making.pressed(at, act, arg)
    if at.data.get("moving"):
        return await _at_moving(at, act, arg)
    if at.data.get("lost"):
        return _at_lost(at, act)
    opened = await at.opened()
    if opened is None:
        return await _at_fields(at, act, arg)
    return await _at_field(at, opened, act, arg)


async def _at_fields(at: Desk, act: WizardAct, arg: int) -> bool:
    if act in (WizardAct.FIELD, WizardAct.LOST) and arg < len(at.data["options"]):
        at.data["open" if act is WizardAct.FIELD else "lost"] = at.data["options"][arg]
    elif act is WizardAct.ALL:
        at.data["search"] = ""
    elif act is WizardAct.DONE:
        columns.finish(at.draft, await at.all_fields())
        at.data["search"] = ""
    else:
        return False
    return True


def _at_lost(at: Desk, act: WizardAct) -> bool:
    if act is WizardAct.MOVE:
        at.data["moving"] = at.data["lost"]
    elif act is WizardAct.EMPTY:
        columns.leave_empty(at.draft, at.data["lost"])
    elif act not in (WizardAct.ALL, WizardAct.BACK):
        return False
    at.data["lost"] = None
    return True


async def _at_moving(at: Desk, act: WizardAct, arg: int) -> bool:
    if act is WizardAct.ALL:
        at.data["search"] = ""
        return True
    if act is WizardAct.FIELD and arg < len(at.data["options"]):
        field = await at.field(at.data["options"][arg])
        if field is not None:
            columns.move(at.draft, at.data["moving"], field)
    elif act is not WizardAct.BACK:
        return False
    at.data |= {"moving": None, "search": ""}
    return True


async def _at_field(at: Desk, opened: RemoteField, act: WizardAct, arg: int) -> bool:
    """A question or a filling closes the field; a policy leaves it open."""
    suggested, knowns, former = questions(opened), fitting(opened), at.data["options"]
    if act is WizardAct.POLICY and arg < len(columns.policies_of(opened)):
        columns.set_policy(at.draft, opened, columns.policies_of(opened)[arg])
        return True
    if act is WizardAct.FORMER and arg < len(former):
        await _ask(at, opened, former[arg])
    elif act is WizardAct.EXAMPLE and arg < len(suggested):
        await _ask(at, opened, suggested[arg])
    elif act is WizardAct.KNOWN and arg < len(knowns):
        columns.fill(at.draft, opened, knowns[arg])
    elif act is WizardAct.EMPTY:
        columns.leave_empty(at.draft, opened.id)
    elif act not in (WizardAct.ALL, WizardAct.BACK):
        return False
    at.data["open"] = None
    return True


async def _ask(at: Desk, field: RemoteField, text: str) -> None:
    """Raises Refused: `not_askable`."""
    if await at.obstacle(field):
        raise Refused("not_askable")
    columns.ask(at.draft, field, text)


async def typed(at: Desk, step: Step, text: str) -> None:
    """A question for the open field, or words to search for. Raises Refused, remote failures."""
    try:
        opened = await at.opened() if step is Step.FIELDS else None
    except Gone as failure:
        if not at.is_list_gone(failure):
            raise
        at.lose_list()
        return
    if opened is None:
        at.data["search"] = " ".join(text.split())[:SEARCH]
        return
    await _ask(at, opened, clean_text(text))
    at.data["open"] = None
