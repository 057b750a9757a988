"""The question of a step: in the system's own words, with how far it is, and the buttons that answer it."""

from aiogram.types import InlineKeyboardMarkup
from aiogram.utils.formatting import Bold, Text, as_list

from handlers.connecting import keyboards, texts
from handlers.connecting.draft import Desk, Draft
from handlers.connecting.systems import RETURN_ADDRESS, SYSTEMS
from services.connecting.connections import IntegrationService
from services.domain.integration import Ability
from services.integrations.entry import Step
from services.integrations.steps import leads_to_link, progress, step_before


def kinds(integrations: IntegrationService) -> tuple[Text, InlineKeyboardMarkup]:
    """What can be connected: CRMs apart from what only gives calls, a line about each."""
    lines: list[Text | str] = [texts.choose_kind()]
    crm = {kind: entry for kind, entry in integrations.catalogue.items() if _is_crm(entry.abilities)}
    others = {kind: entry for kind, entry in integrations.catalogue.items() if kind not in crm}
    for title, group in ((texts.crm_title(), crm), (texts.calls_title(), others)):
        if group:
            lines += ["", Bold(title)]
            lines += [Text(texts.kind_title(k), ": ", texts.abilities(one.abilities)) for k, one in group.items()]
    if others:
        lines += ["", texts.where_answers_go()]
    return as_list(*lines), keyboards.kinds([*crm, *others])


def _is_crm(abilities: frozenset[Ability]) -> bool:
    return Ability.LISTS_FUNNELS in abilities


async def question(desk: Desk, draft: Draft) -> tuple[Text, InlineKeyboardMarkup]:
    """A link it may contain is made anew each time: former ones work no more."""
    step = draft.step
    assert step is not None, "asked only while a value is missing"
    lines: list[Text | str] = []
    number, count = progress(draft.entry, draft.values, step)
    if count != 1:
        lines.append(texts.step_of(number, count))
    known = {**draft.values, RETURN_ADDRESS: desk.permits.return_address(draft.kind)}
    lines.append(SYSTEMS[draft.kind].ask(step.field, known))
    choices = _choices(desk, draft, step)
    if len(choices) < len(step.choices) or (step.link and not desk.permits.offered):
        lines += ["", texts.needs_public_address()]
    link = ""
    if step.link and desk.permits.offered:
        lines += ["", texts.how_a_link_works()]
        link = await desk.permits.ask(
            desk.member, draft.kind, draft.values, renew=draft.renew, chat_id=desk.chat_id
        )
    is_first = step_before(draft.entry, draft.values, step) is None
    back = not is_first or not draft.renew
    return as_list(*lines), keyboards.step(draft.kind, step, draft.number(step), choices, link=link, back=back)


def _choices(desk: Desk, draft: Draft, step: Step) -> dict[int, str]:
    """By their places. Those that lead to a page nobody could come back from are left out."""
    return {
        place: choice
        for place, choice in enumerate(step.choices)
        if desk.permits.offered or not leads_to_link(draft.entry, step, choice)
    }
