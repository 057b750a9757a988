"""Windows of a rule being made: text, buttons, and the options those point at. Each drawing has a number."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.utils.formatting import Text

from handlers.callbacks.funnels import RuleStep, RuleWindow
from handlers.funnels import rule_texts, texts
from handlers.funnels.keyboards import Row, markup, short
from services.domain.integration import Funnel
from services.ownfunnels.conditions import Condition, Wanted, What
from services.ownfunnels.seen import DIRECTIONS, Seen

PAGE = 8


@dataclass(frozen=True)
class Window:
    text: Text
    keyboard: InlineKeyboardMarkup
    options: list[Any] = field(default_factory=list)
    """JSON-able; buttons carry places in it."""


@dataclass(frozen=True)
class Drawer:
    """Draws windows of one number."""

    number: int

    def button(self, text: str, act: RuleStep, arg: int = 0) -> InlineKeyboardButton:
        data = RuleWindow(number=self.number, act=act, arg=arg).pack()
        return InlineKeyboardButton(text=short(text), callback_data=data)

    def last(self, *, back: bool = True) -> Row:
        row = [self.button(texts.back_button(), RuleStep.BACK)] if back else []
        return [*row, self.button(rule_texts.cancel_button(), RuleStep.CANCEL)]

    def paged(self, labels: Sequence[str], act: RuleStep, page: int) -> list[Row]:
        pages = max(1, -(-len(labels) // PAGE))
        page = min(max(0, page), pages - 1)
        first = page * PAGE
        rows = [
            [self.button(label, act, first + number)] for number, label in enumerate(labels[first : first + PAGE])
        ]
        if pages > 1:
            turn = [self.button("‹", RuleStep.PAGE, page - 1)] if page else []
            turn.append(self.button(f"{page + 1}/{pages}", RuleStep.PAGE, page))
            rows.append(turn + ([self.button("›", RuleStep.PAGE, page + 1)] if page + 1 < pages else []))
        return rows


def kinds(drawer: Drawer, seen: Seen, chosen: Sequence[Condition]) -> Window:
    """What this system tells of its calls, and whatever the rule has already."""
    has = {one.what for one in chosen}
    offered = [what for what in What if what in has or what in seen.kinds]
    rows = [
        [drawer.button(f"{'✅ ' if what in has else ''}{rule_texts.kind(what)}", RuleStep.KIND, number)]
        for number, what in enumerate(offered)
    ]
    on = [drawer.button(rule_texts.on_button(), RuleStep.ON)] if chosen else []
    keyboard = markup(*rows, on, drawer.last(back=False))
    return Window(rule_texts.ask_conditions(chosen), keyboard, [str(one) for one in offered])


def values(drawer: Drawer, what: What, seen: Seen, chosen: Sequence[Wanted], page: int) -> Window:
    """What was typed first, then what was really seen: nothing moves when it is ticked."""
    known = DIRECTIONS if what is What.DIRECTION else seen.values.get(what, ())
    offered = [*(one for one in chosen if one not in known), *known]
    if what is What.DIRECTION:
        offered = list(DIRECTIONS)
    labels = [f"{'✅' if one in chosen else '▫️'} {rule_texts.value(what, one)}" for one in offered]
    rows = drawer.paged(labels, RuleStep.VALUE, page)
    on = [
        drawer.button(rule_texts.more_button(), RuleStep.MORE),
        drawer.button(rule_texts.on_button(), RuleStep.ON),
    ]
    keyboard = markup(*rows, on if chosen else [], drawer.last())
    options = [{"text": one.text, "id": one.id} for one in offered]
    return Window(rule_texts.ask_values(what, seen.file_names, offered=bool(offered)), keyboard, options)


def goals(
    drawer: Drawer, funnels: Sequence[Funnel], chosen: Sequence[Condition], page: int, *, default: bool
) -> Window:
    """Funnels, each with its stages; only the default may lead nowhere."""
    offered: list[tuple[str, list[int | None] | None]] = []
    for funnel in funnels:
        offered.append((funnel.name, [funnel.id, None]))
        offered += [(f"{funnel.name} › {stage.name}", [funnel.id, stage.id]) for stage in funnel.stages]
    if default:
        offered.append((rule_texts.nowhere_button(), None))
    rows = drawer.paged([name for name, _ in offered], RuleStep.GOAL, page)
    keyboard = markup(*rows, drawer.last(back=not default))
    return Window(rule_texts.ask_goal(chosen), keyboard, [goal for _, goal in offered])


def check(drawer: Drawer, told: Text, *, default: bool) -> Window:
    edits = [drawer.button(rule_texts.goal_button(), RuleStep.GOALS)]
    if not default:
        edits.insert(0, drawer.button(rule_texts.conditions_button(), RuleStep.CONDITIONS))
    save = [drawer.button(rule_texts.save_button(), RuleStep.SAVE)]
    return Window(told, markup(save, edits, drawer.last(back=False)))
