"""Windows of choosing a list and fields."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.utils.formatting import Text

from handlers.callbacks.prompts import WizardAct
from handlers.prompts.wizard.fielding import texts
from handlers.prompts.wizard.fielding.examples import Offer, questions
from handlers.prompts.wizard.windows import PAGE, Drawer, Window
from services.domain.field import RemoteField, RemoteList
from services.domain.prompt import Destination, Policy
from services.prompts.columns import columns_of, hindrance, lost, policies_of
from services.prompts.known import fitting

LABEL = 40
HALF = 15
"""Characters of a button that shares its row."""
BUTTON = 48
"""Characters of a question on a button."""


def short(text: str, size: int = LABEL) -> str:
    return text if len(text) <= size else text[: size - 1] + "…"


def matching(name: str, search: str) -> bool:
    plain = name.lower().replace("ё", "е")
    return all(word in plain for word in search.lower().replace("ё", "е").split())


def lists(drawer: Drawer, found: Sequence[RemoteList], page: int, search: str, gone: str | None) -> Window:
    """`gone` is the name of the list that was chosen before and is not there any more."""
    shown = [one for one in found if matching(one.name, search)]
    text = texts.choose_list(search, gone, found=bool(found), many=len(found) > PAGE)
    rows, page = paged(drawer, [(WizardAct.PICK, one.name) for one in shown], page)
    extra = [[drawer.button(texts.new_list_button(), WizardAct.NEW_LIST)], *all_row(drawer, search)]
    options = [{"id": one.id, "name": one.name} for one in shown]
    return Window(text, markup([*rows, *extra, refresh_row(drawer), drawer.last_row()]), options)


def fields(
    drawer: Drawer, title: Text, found: Sequence[RemoteField], draft: Mapping[str, Any], page: int, search: str
) -> Window:
    """Those that are gone stand first, then chosen and required ones. It ends once nothing is missing."""
    gone = lost(draft, found)
    chosen = {name: entry for name, entry in columns_of(draft).items() if name not in gone}
    shown = sorted(
        (one for one in found if one.writable and matching(one.name, search)),
        key=lambda one: (one.id not in chosen, not one.required),
    )
    names = {name: str(entry["field"]["name"]) for name, entry in gone.items()}
    first = [one for one in gone if matching(names[one], search)]
    labels = [(WizardAct.LOST, texts.lost_button(names[one])) for one in first]
    labels += [
        (WizardAct.FIELD, f"{texts.sign(chosen.get(one.id), required=one.required)} {one.name}") for one in shown
    ]
    rows, page = paged(drawer, labels, page)
    done = [] if hindrance(draft, found) else [[drawer.button(texts.done_button(), WizardAct.DONE)]]
    text = texts.fields_screen(title, found, draft, search, many=len(found) > PAGE)
    keyboard = markup([*rows, *all_row(drawer, search), refresh_row(drawer), *done, drawer.last_row()])
    return Window(text, keyboard, [*first, *(one.id for one in shown)])


def field(
    drawer: Drawer,
    shown: RemoteField,
    entry: Mapping[str, Any] | None,
    destination: Destination,
    *,
    former: Sequence[str],
    obstacle: str,
) -> Window:
    """One field: its question, what may fill it, and what happens to a value that is there already."""
    policies = destination is Destination.FIELDS
    rows: list[list[InlineKeyboardButton]] = []
    if not obstacle:
        rows += [
            [drawer.button(f"👍 {short(text, BUTTON)}", WizardAct.FORMER, number)]
            for number, text in enumerate(former)
        ]
        rows += [
            [drawer.button(f"💡 {short(text, BUTTON)}", WizardAct.EXAMPLE, number)]
            for number, text in enumerate(questions(shown))
        ]
    knowns = fitting(shown) if destination is Destination.LIST else ()
    buttons = [drawer.button(texts.fill_button(one), WizardAct.KNOWN, n) for n, one in enumerate(knowns)]
    rows += paired(buttons)
    if policies and entry is not None and "ask" in entry:
        first, *others = (_policy(drawer, shown, one, entry) for one in policies_of(shown))
        rows += [row for row in ([first], others) if row]
    if entry is not None:
        rows.append([drawer.button(texts.empty_button(), WizardAct.EMPTY)])
    rows.append([drawer.button(texts.back_to_fields_button(), WizardAct.ALL)])
    text = texts.field_window(shown, entry, obstacle=obstacle, policies=policies, knowns=bool(knowns))
    return Window(text, markup(rows), list(former))


def paired(buttons: Sequence[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    """Two in a row where both are short enough for half a phone."""
    rows: list[list[InlineKeyboardButton]] = []
    for button in buttons:
        beside = rows[-1] if rows and len(rows[-1]) == 1 else None
        if beside is not None and max(len(beside[0].text), len(button.text)) <= HALF:
            beside.append(button)
        else:
            rows.append([button])
    return rows


def _policy(drawer: Drawer, shown: RemoteField, one: Policy, entry: Mapping[str, Any]) -> InlineKeyboardButton:
    mark = "● " if entry["policy"] == one else ""
    return drawer.button(mark + texts.policy(one), WizardAct.POLICY, policies_of(shown).index(one))


def new_list(drawer: Drawer, name: str, offered: Sequence[Offer], wanted: Sequence[bool]) -> Window:
    rows = [
        [drawer.button(f"{'✅' if on else '▫️'} {offer.column.name}", WizardAct.TOGGLE, number)]
        for number, (offer, on) in enumerate(zip(offered, wanted, strict=True))
    ]
    rows.append([drawer.button(texts.create_button(), WizardAct.CREATE)])
    return Window(texts.new_list(name), markup([*rows, drawer.last_row()]))


def trouble(drawer: Drawer, told: str) -> Window:
    return Window(Text(f"⚠️ {told}"), markup([refresh_row(drawer), drawer.last_row()]))


def paged(
    drawer: Drawer, labels: Sequence[tuple[WizardAct, str]], page: int
) -> tuple[list[list[InlineKeyboardButton]], int]:
    """Each button's argument is its place among all labels."""
    pages = max(1, -(-len(labels) // PAGE))
    page = min(max(0, page), pages - 1)
    first = page * PAGE
    rows = [
        [drawer.button(short(label), act, first + number)]
        for number, (act, label) in enumerate(labels[first : first + PAGE])
    ]
    if pages > 1:
        rows.append(drawer.turning(page, pages))
    return rows, page


def all_row(drawer: Drawer, search: str) -> list[list[InlineKeyboardButton]]:
    return [[drawer.button(texts.show_all_button(), WizardAct.ALL)]] if search else []


def refresh_row(drawer: Drawer) -> list[InlineKeyboardButton]:
    return [drawer.button(texts.refresh_button(), WizardAct.REFRESH)]


def markup(rows: list[list[InlineKeyboardButton]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=rows)
