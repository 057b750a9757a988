"""A rule between two updates: its draft, and the window that asks for the next thing.

The draft stands in the conversation's data under `rule`, so that a prompt put aside keeps its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiogram.filters import BaseFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers.callbacks.funnels import RuleWindow
from handlers.funnels import editor_windows as windows
from handlers.funnels import preview_texts
from handlers.funnels.editor_windows import Drawer, Window
from handlers.funnels.rule_texts import Names
from handlers.states import Dialogue, resume
from services.domain.workspace import Member, Workspace
from services.errors import Refused
from services.ownfunnels.changes import Change, put, without_default
from services.ownfunnels.conditions import Condition, Wanted, What, of_json, to_json
from services.ownfunnels.funnels import OwnFunnels
from services.ownfunnels.rulebook import RuleBook
from services.ownfunnels.rules import NEW, Goal, Rule

MOST_VALUES = 40
LONGEST = 120
"""Characters of a value."""

KINDS, VALUES, GOAL, CHECK = "kinds", "values", "goal", "check"
"""Steps: which sort of condition, its values, where to, and how it would work."""


class OwnRuleWindow(BaseFilter):
    """The press comes from the present window of the rule that is being made."""

    async def __call__(
        self, query: CallbackQuery, callback_data: RuleWindow, state: FSMContext
    ) -> bool | dict[str, Any]:
        data = await state.get_data()
        if "rule" not in data or data.get("number") != callback_data.number:
            return False
        return {"wizard": data}


def begin(
    before: Mapping[str, Any], integration_id: int, stamp: int, rule: Rule | None, *, into: int = 0
) -> dict[str, Any]:
    """The stored data of a new editor; `into` is the funnel whose window it was opened from."""
    draft = {
        "integration": integration_id,
        "stamp": stamp,
        "id": rule.id if rule is not None else NEW,
        "default": rule is not None and rule.is_default,
        "conditions": to_json(rule.conditions) if rule is not None else [],
        "goal": [rule.goal.funnel_id, rule.goal.stage_id] if rule is not None else None,
        "into": into,
        "step": KINDS if rule is None else CHECK,
        "options": [],
    }
    return {**before, "rule": draft}


@dataclass
class Editor:
    """One step of one person's rule: the stored data, and what is needed to draw."""

    state: FSMContext
    data: dict[str, Any]
    member: Member
    workspace: Workspace
    own: OwnFunnels
    book: RuleBook

    @property
    def draft(self) -> dict[str, Any]:
        draft: dict[str, Any] = self.data["rule"]
        return draft

    @property
    def integration_id(self) -> int:
        return int(self.draft["integration"])

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Those that have a value by now."""
        return tuple(one for one in of_json(self.draft["conditions"]) if one.values)

    @property
    def goal(self) -> Goal | None:
        stored = self.draft["goal"]
        return Goal(stored[0], stored[1]) if stored else None

    @property
    def change(self) -> Change:
        """What saving would do. The default may lead nowhere: then there is none."""
        if self.goal is None:
            return without_default
        return put(Rule(self.draft["id"], self.conditions, self.goal))

    def values_of(self, what: What) -> tuple[Wanted, ...]:
        return next((one.values for one in self.conditions if one.what is what), ())

    def set_values(self, what: What, values: Sequence[Wanted]) -> None:
        """Raises Refused: `too_many_values`."""
        if len(values) > MOST_VALUES:
            raise Refused("too_many_values", limit=MOST_VALUES)
        others = tuple(one for one in self.conditions if one.what is not what)
        chosen = {one.what: one for one in (*others, Condition(what, tuple(values)))}
        self.draft["conditions"] = to_json(tuple(chosen[one] for one in What if one in chosen))

    def toggle(self, what: What, wanted: Wanted) -> None:
        values = self.values_of(what)
        if wanted in values:
            self.set_values(what, [one for one in values if one != wanted])
        else:
            self.set_values(what, [*values, wanted])

    def add_typed(self, what: What, text: str) -> None:
        """Raises Refused: `value_empty`, `value_long`, `too_many_values`."""
        cleaned = " ".join(text.split())
        if not cleaned.strip("*?/ "):
            raise Refused("value_empty")
        if len(cleaned) > LONGEST:
            raise Refused("value_long", limit=LONGEST)
        values = self.values_of(what)
        if Wanted(cleaned) not in values:
            self.set_values(what, [*values, Wanted(cleaned)])

    async def after_conditions(self) -> None:
        """The goal is asked unless it is known; a funnel without stages that we came from is the goal."""
        if self.goal is None and self.draft["into"]:
            funnels = {one.id: one for one in await self.own.of(self.member, self.integration_id)}
            funnel = funnels.get(self.draft["into"])
            if funnel is not None and not funnel.stages:
                self.draft["goal"] = [funnel.id, None]
        self.draft["step"] = GOAL if self.goal is None else CHECK

    async def window(self, *, page: int = 0, note: str = "") -> Window:
        """Draws the present step under a new number, and stores both. Raises NotFound."""
        self.data["number"] = self.data.get("number", 0) + 1
        drawn = await self._draw(Drawer(self.data["number"]), page, note)
        self.draft["options"] = drawn.options
        await self.state.set_state(Dialogue.rule)
        await self.state.set_data(self.data)
        return drawn

    async def _draw(self, drawer: Drawer, page: int, note: str) -> Window:
        step = self.draft["step"]
        if step in (KINDS, VALUES):
            seen = await self.book.seen(self.member, self.integration_id)
            if step == KINDS:
                return windows.kinds(drawer, seen, self.conditions)
            what = What(self.draft["what"])
            return windows.values(drawer, what, seen, self.values_of(what), page)
        funnels = await self.own.of(self.member, self.integration_id)
        if step == GOAL:
            return windows.goals(drawer, funnels, self.conditions, page, default=self.draft["default"])
        names = Names.of(funnels)
        preview = await self.book.preview(self.member, self.integration_id, self.change)
        outcome = preview_texts.preview(preview, names, self.workspace.zone)
        told = preview_texts.check(self.conditions, names.goal(self.goal), outcome, note)
        return windows.check(drawer, told, default=self.draft["default"])

    async def leave(self) -> None:
        """Ends the rule; a prompt put aside waits on."""
        self.data.pop("rule", None)
        await self.state.set_data(self.data)
        await resume(self.state)
