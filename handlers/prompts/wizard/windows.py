"""The wizard's windows: text, buttons and the options those point at. Each drawing has a number."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.utils.formatting import Bold, Text, as_list

from handlers import words
from handlers.callbacks.prompts import WizardAct, WizardPress
from handlers.connecting.texts import full_name
from handlers.prompts import shared_texts
from handlers.prompts.wizard import texts
from handlers.prompts.wizard.examples import examples
from services.domain.integration import Funnel, Integration, Stage
from services.prompts.flow import ANY, Choice, Receiver, Step, destinations

PAGE = 8
LABEL = 40


@dataclass(frozen=True)
class Window:
    """`options` are stored with the window: its buttons carry places in this list, never ids of the CRM."""

    text: Text
    keyboard: InlineKeyboardMarkup
    options: list[Any] = field(default_factory=list)


class Drawer:
    """Draws windows of one number."""

    def __init__(self, number: int, *, editing: bool) -> None:
        self._number = number
        self._editing = editing

    def button(self, text: str, act: WizardAct, arg: int = 0) -> InlineKeyboardButton:
        data = WizardPress(number=self._number, act=act, arg=arg).pack()
        return InlineKeyboardButton(text=text, callback_data=data)

    def last_row(self, *, back: bool = True) -> list[InlineKeyboardButton]:
        row = [self.button(shared_texts.back_button(), WizardAct.BACK)] if back else []
        return [*row, self.button(texts.cancel_button(), WizardAct.CANCEL)]

    def _title(self, question: str) -> Text:
        return as_list(Bold(texts.wizard_title(self._editing)), "", question)

    def choice(
        self,
        step: Step,
        options: Sequence[tuple[str, Any]],
        page: int,
        *,
        back: bool,
        ask: str = "",
        more: Sequence[InlineKeyboardButton] = (),
    ) -> Window:
        """A list to choose from, in pages; names that look alike on a button get their number.

        `more` are buttons below the list.
        """
        labels = _labels([name for name, _ in options])
        pages = max(1, -(-len(options) // PAGE))
        page = min(max(0, page), pages - 1)
        first = page * PAGE
        rows = [
            [self.button(label, WizardAct.PICK, first + number)]
            for number, label in enumerate(labels[first : first + PAGE])
        ]
        if pages > 1:
            rows.append(self.turning(page, pages))
        rows += [[one] for one in more]
        rows.append(self.last_row(back=back))
        return Window(
            self._title(ask or texts.ask(step)),
            InlineKeyboardMarkup(inline_keyboard=rows),
            [value for _, value in options],
        )

    def turning(self, page: int, pages: int) -> list[InlineKeyboardButton]:
        """The row that turns pages."""
        turn = []
        if page:
            turn.append(self.button("‹", WizardAct.PAGE, page - 1))
        turn.append(self.button(f"{page + 1}/{pages}", WizardAct.PAGE, page))
        if page + 1 < pages:
            turn.append(self.button("›", WizardAct.PAGE, page + 1))
        return turn

    def typed(self, step: Step, *, back: bool) -> Window:
        rows = [self.last_row(back=back)]
        return Window(self._title(texts.ask(step)), InlineKeyboardMarkup(inline_keyboard=rows))

    def text(self, *, back: bool, former: Sequence[str] = ()) -> Window:
        """`former` are texts of a prompt whose destination is being changed."""
        labels = _labels([f"👍 {one}" for one in former]) if len(former) > 1 else [texts.former_button()]
        rows = [
            [self.button(label, WizardAct.FORMER, number)] for number, label in enumerate(labels[: len(former)])
        ]
        rows += [
            [self.button(f"💡 {name}", WizardAct.EXAMPLE, number)] for number, (name, _) in enumerate(examples())
        ]
        rows.append(self.last_row(back=back))
        return Window(self._title(texts.ask(Step.TEXT)), InlineKeyboardMarkup(inline_keyboard=rows), list(former))

    def example(self, number: int) -> Window:
        name, text = examples()[number]
        rows = [
            [self.button(texts.take_button(), WizardAct.TAKE, number)],
            [self.button(shared_texts.back_button(), WizardAct.EDIT, list(Step).index(Step.TEXT))],
        ]
        return Window(texts.example(name, text), InlineKeyboardMarkup(inline_keyboard=rows))

    def collected(self, pieces: list[str]) -> Window:
        rows = [
            [self.button(texts.done_button(), WizardAct.DONE)],
            [self.button(texts.again_button(), WizardAct.EDIT, list(Step).index(Step.TEXT))],
            [self.button(texts.cancel_button(), WizardAct.CANCEL)],
        ]
        shown = texts.collected("\n".join(pieces), len(pieces))
        return Window(shown, InlineKeyboardMarkup(inline_keyboard=rows))

    def summary(self, draft: dict[str, Any], names: dict[str, Any], asked: Sequence[Step]) -> Window:
        edits = [self.button(texts.edit_button(step), WizardAct.EDIT, list(Step).index(step)) for step in asked]
        rows = [[self.button(texts.save_button(), WizardAct.SAVE)]]
        rows += [edits[start : start + 2] for start in range(0, len(edits), 2)]
        rows.append([self.button(texts.cancel_button(), WizardAct.CANCEL)])
        return Window(texts.summary(draft, names), InlineKeyboardMarkup(inline_keyboard=rows))

    def same_name_there(self, name: str) -> Window:
        rows = [
            [self.button(texts.move_anyway_button(), WizardAct.ANYWAY)],
            [self.button(texts.cancel_button(), WizardAct.CANCEL)],
        ]
        return Window(texts.same_name_there(name), InlineKeyboardMarkup(inline_keyboard=rows))

    def same_name(self, name: str) -> Window:
        rows = [
            [self.button(texts.other_name_button(), WizardAct.EDIT, list(Step).index(Step.NAME))],
            [self.button(texts.anyway_button(), WizardAct.ANYWAY)],
            [self.button(texts.cancel_button(), WizardAct.CANCEL)],
        ]
        return Window(texts.same_name(name), InlineKeyboardMarkup(inline_keyboard=rows))


def short(name: str) -> str:
    return name if len(name) <= LABEL else name[: LABEL - 1] + "…"


def _labels(names: Sequence[str]) -> list[str]:
    labels = [short(name) for name in names]
    counts = Counter(labels)
    return [f"{n}. {label}" if counts[label] > 1 else label for n, label in enumerate(labels, start=1)]


def integration_options(integrations: Sequence[Integration]) -> list[tuple[str, int]]:
    return [(full_name(one), one.id) for one in integrations]


def funnel_options(funnels: Sequence[Funnel]) -> list[tuple[str, int]]:
    return [
        (shared_texts.any_funnel(), ANY),
        *((words.funnel(funnel), funnel.id) for funnel in funnels if not funnel.missing),
    ]


def present_stages(funnel: Funnel | None) -> list[Stage]:
    return [one for one in funnel.stages if not one.missing] if funnel is not None else []


def stage_options(funnel: Funnel | None) -> list[tuple[str, int]]:
    return [(shared_texts.any_stage(), ANY), *((one.name, one.id) for one in present_stages(funnel))]


def destination_options(receivers: Sequence[Receiver], names: Mapping[int, str]) -> list[tuple[str, str]]:
    """`names` are those of other systems that may receive the answers: said when there are several."""
    objects = {one.into: one.kinds[0] for one in receivers if len(one.kinds) == 1}

    def label(one: Choice) -> str:
        system = names[one.into] if one.into is not None and len(names) > 1 else ""
        return shared_texts.destination_button(one.destination, one.object_kind or objects.get(one.into), system)

    return [(label(one), one.code) for one in destinations(receivers)]
