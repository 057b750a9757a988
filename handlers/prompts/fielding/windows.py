"""Windows of choosing a list and fields."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.utils.formatting import Text

from handlers.callbacks import WizardAct
from handlers.prompts.fielding import texts
from handlers.prompts.fielding.examples import Offer, questions
from handlers.prompts.windows import PAGE, Drawer, Window
from services.domain.field import FieldType, RemoteField, RemoteList
from services.domain.prompt import Destination, Policy
from services.prompts.known import fitting

LABEL = 40
BUTTON = 48
"""Characters of a question on a button."""


def _short(text: str, size: int = LABEL) -> str:
    return text if len(text) <= size else text[: size - 1] + "…"


def matching(name: str, search: str) -> bool:
    plain = name.lower().replace("ё", "е")
    return all(word in plain for word in search.lower().replace("ё", "е").split())


def lists(drawer: Drawer, found: Sequence[RemoteList], page: int, search: str) -> Window:
    shown = [one for one in found if matching(one.name, search)]
    text = texts.choose_list(search) if found else Text(texts.no_lists())
    rows, page = _page(drawer, [(WizardAct.PICK, one.name) for one in shown], page)
    extra = [[drawer.button(texts.new_list_button(), WizardAct.NEW_LIST)], *_all(drawer, search)]
    options = [{"id": one.id, "name": one.name} for one in shown]
    return Window(text, _markup([*rows, *extra, drawer.last_row()]), options)


def fields(
    drawer: Drawer,
    title: Text,
    found: Sequence[RemoteField],
    columns: Mapping[str, Any],
    page: int,
    search: str,
) -> Window:
    """Chosen and required ones stand first."""
    shown = sorted(
        (one for one in found if matching(one.name, search)),
        key=lambda one: (one.id not in columns, not one.required),
    )
    labels = [
        (WizardAct.FIELD, f"{texts.sign(columns.get(one.id), required=one.required)} {one.name}") for one in shown
    ]
    rows, page = _page(drawer, labels, page)
    done = [[drawer.button(texts.done_button(), WizardAct.DONE)]] if columns else []
    text = texts.fields_screen(title, found, columns, search)
    keyboard = _markup([*rows, *_all(drawer, search), *done, drawer.last_row()])
    return Window(text, keyboard, [one.id for one in shown])


def field(
    drawer: Drawer, shown: RemoteField, entry: Mapping[str, Any] | None, destination: Destination, former: str
) -> Window:
    """One field: its question, what may fill it, and what happens to a value that is there already."""
    askable = shown.type is not FieldType.OBJECT
    policies = destination is Destination.FIELDS
    rows: list[list[InlineKeyboardButton]] = []
    if askable:
        if former:
            rows.append([drawer.button(texts.former_button(), WizardAct.FORMER)])
        rows += [
            [drawer.button(f"💡 {_short(text, BUTTON)}", WizardAct.EXAMPLE, number)]
            for number, text in enumerate(questions(shown))
        ]
    if destination is Destination.LIST:
        knowns = fitting(shown)
        buttons = [drawer.button(texts.fill_button(one), WizardAct.KNOWN, n) for n, one in enumerate(knowns)]
        rows += [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    if policies and entry is not None and "ask" in entry:
        rows.append([_policy(drawer, shown, one, entry) for one in policies_of(shown)])
    if entry is not None:
        rows.append([drawer.button(texts.empty_button(), WizardAct.EMPTY)])
    rows.append([drawer.button(texts.back_to_fields_button(), WizardAct.ALL)])
    text = texts.field_window(shown, entry, askable=askable, policies=policies)
    return Window(text, _markup(rows))


def policies_of(shown: RemoteField) -> tuple[Policy, ...]:
    """Only a text, or a field of several values, can be added to."""
    grows = shown.type is FieldType.TEXT or shown.multiple
    return tuple(one for one in Policy if grows or one is not Policy.APPEND)


def _policy(drawer: Drawer, shown: RemoteField, one: Policy, entry: Mapping[str, Any]) -> InlineKeyboardButton:
    mark = "● " if entry["policy"] == one else ""
    return drawer.button(mark + texts.policy(one), WizardAct.POLICY, policies_of(shown).index(one))


def new_list(drawer: Drawer, name: str, offered: Sequence[Offer], wanted: Sequence[bool]) -> Window:
    rows = [
        [drawer.button(f"{'✅' if on else '▫️'} {offer.column.name}", WizardAct.TOGGLE, number)]
        for number, (offer, on) in enumerate(zip(offered, wanted, strict=True))
    ]
    rows.append([drawer.button(texts.create_button(), WizardAct.CREATE)])
    return Window(texts.new_list(name), _markup([*rows, drawer.last_row()]))


def trouble(drawer: Drawer, told: str) -> Window:
    return Window(Text(f"⚠️ {told}"), _markup([drawer.last_row()]))


def _page(
    drawer: Drawer, labels: Sequence[tuple[WizardAct, str]], page: int
) -> tuple[list[list[InlineKeyboardButton]], int]:
    pages = max(1, -(-len(labels) // PAGE))
    page = min(max(0, page), pages - 1)
    first = page * PAGE
    rows = [
        [drawer.button(_short(label), act, first + number)]
        for number, (act, label) in enumerate(labels[first : first + PAGE])
    ]
    if pages > 1:
        rows.append(drawer.turning(page, pages))
    return rows, page


def _all(drawer: Drawer, search: str) -> list[list[InlineKeyboardButton]]:
    return [[drawer.button(texts.show_all_button(), WizardAct.ALL)]] if search else []


def _markup(rows: list[list[InlineKeyboardButton]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=rows)
