"""Words of previews: which of the latest calls would go where, before anything is saved."""

from collections.abc import Sequence

from aiogram.utils.formatting import Bold, Text, as_list
from aiogram.utils.i18n import get_i18n, ngettext
from aiogram.utils.i18n import gettext as _

from handlers import words
from handlers.funnels import rule_texts
from handlers.funnels.rule_texts import Names, short
from handlers.funnels.texts import fitting
from services.ownfunnels.conditions import Condition
from services.ownfunnels.preview import Example, Preview

COUNTS = 1000
"""Characters for the counts of a preview, and as many for what moves."""


def preview(shown: Preview, names: Names, zone: str) -> Text:
    """How many calls would go where, what changes, and a few examples."""
    if not shown.calls:
        return Text(_("Звонков ещё не было, проверить не на чем. Правило сработает на новых."))
    count = ngettext("{n} разговор", "{n} разговоров", shown.calls).format(n=shown.calls)
    head = _("За сутки {count}:") if shown.of_a_day else _("Последние {count}:")
    lines = [head.format(count=count)]
    lines += fitting([f"• {names.goal(goal)}: {number}" for goal, number in shown.counts], COUNTS)
    lines += ["", _("Изменится: {n}").format(n=shown.moved) if shown.moved else _("Ничего не меняется.")]
    moves = [f"• {names.goal(was)} → {names.goal(to)}: {number}" for was, to, number in shown.moves]
    lines += fitting(moves, COUNTS)
    lines += ["", _("Например:"), *(_example(one, names, zone) for one in shown.examples)]
    return as_list(*lines)


def looked(shown: Preview, names: Names, zone: str) -> Text:
    """How the latest calls went by the present rules."""
    if not shown.calls:
        return Text(_("Звонков ещё не было."))
    count = ngettext("{n} разговор", "{n} разговоров", shown.calls).format(n=shown.calls)
    head = _("За сутки {count}:") if shown.of_a_day else _("Последние {count}:")
    return as_list(
        Bold(head.format(count=count)),
        *fitting([f"• {names.goal(goal)}: {number}" for goal, number in shown.counts]),
        "",
        *(_example(one, names, zone) for one in shown.examples),
    )


def _example(shown: Example, names: Names, zone: str) -> str:
    when = words.moment(shown.started_at, zone, get_i18n().current_locale)
    told = (when, shown.phone, short(shown.manager))
    who = " · ".join(one for one in told if one)
    return f"{who} → {names.goal(shown.after)}"


def check(shown: Sequence[Condition], goal: str, outcome: Text, note: str = "") -> Text:
    head = Text(Bold(_("Проверьте правило")), "\n", f"{rule_texts.conditions(shown)} → {goal}")
    return as_list(head, "", outcome, *(["", note] if note else []))


def sure_to_move(outcome: Text) -> Text:
    return as_list(Bold(_("Поменять порядок?")), "", outcome)


def sure_to_delete(told: str, outcome: Text) -> Text:
    return as_list(Bold(_("Удалить правило?")), told, "", outcome)
