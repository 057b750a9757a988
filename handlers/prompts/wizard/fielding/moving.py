"""Windows of a chosen field that the CRM has no more: its question goes to another field, or is removed."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.callbacks.prompts import WizardAct
from handlers.prompts.wizard.fielding import texts
from handlers.prompts.wizard.fielding.windows import all_row, markup, matching, paged, refresh_row
from handlers.prompts.wizard.windows import Drawer, Window
from services.domain.field import RemoteField


def lost_field(drawer: Drawer, entry: Mapping[str, Any]) -> Window:
    rows = [[drawer.button(texts.move_button(), WizardAct.MOVE)]] if "ask" in entry else []
    rows.append([drawer.button(texts.remove_button(), WizardAct.EMPTY)])
    rows.append([drawer.button(texts.back_to_fields_button(), WizardAct.ALL)])
    return Window(texts.lost_field(entry), markup(rows))


def choose_field(
    drawer: Drawer, entry: Mapping[str, Any], free: Sequence[RemoteField], page: int, search: str
) -> Window:
    """Only fields that are asked nothing yet."""
    shown = [one for one in free if matching(one.name, search)]
    rows, page = paged(drawer, [(WizardAct.FIELD, one.name) for one in shown], page)
    back = [drawer.button(texts.back_to_fields_button(), WizardAct.BACK)]
    keyboard = markup([*rows, *all_row(drawer, search), refresh_row(drawer), back])
    return Window(texts.choose_field(entry, search, found=bool(shown)), keyboard, [one.id for one in shown])
