"""The buttons of the list: prompts with their switches, pages, filters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiogram.types import InlineKeyboardButton

from handlers import words
from handlers.callbacks.prompts import (
    CardAct,
    NewPrompt,
    PromptCard,
    PromptFilter,
    PromptList,
    PromptSearch,
    PromptSwitch,
)
from handlers.connecting.texts import full_name
from handlers.prompts import list_texts, shared_texts
from handlers.prompts.lines import numbered
from services.domain.integration import Funnel, Integration
from services.domain.prompt import Prompt

PAGE = 8
NAME = 26

Row = list[InlineKeyboardButton]


@dataclass(frozen=True)
class Shown:
    """What the list is about: all prompts, those found, and where in them we are."""

    every: Sequence[Prompt]
    found: Sequence[Prompt]
    at: PromptList
    editor: bool
    private: bool

    @property
    def page(self) -> int:
        return min(max(0, self.at.page), page_count(len(self.found)) - 1)

    @property
    def here(self) -> list[tuple[int, Prompt]]:
        """The prompts of the page, with their numbers."""
        return numbered(self.found[self.page * PAGE : (self.page + 1) * PAGE], self.every)


def page_rows(shown: Shown) -> list[Row]:
    pages = page_count(len(shown.found))
    at = shown.at.model_copy(update={"page": shown.page})
    rows = [_prompt(prompt, number, at, editor=shown.editor) for number, prompt in shown.here]
    if pages > 1:
        rows.append(turn_row(at.page, pages, lambda page: at.model_copy(update={"page": page}).pack()))
    return rows + _tools(shown, at)


def page_count(things: int) -> int:
    return max(1, -(-things // PAGE))


def turn_row(page: int, pages: int, data: Callable[[int], str]) -> Row:
    """`‹ 2/5 ›`; `data` makes the button's data of a page."""
    row = [InlineKeyboardButton(text=f"{page + 1}/{pages}", callback_data=data(page))]
    if page:
        row.insert(0, InlineKeyboardButton(text="‹", callback_data=data(page - 1)))
    if page + 1 < pages:
        row.append(InlineKeyboardButton(text="›", callback_data=data(page + 1)))
    return row


def filter_rows(
    integrations: Sequence[Integration], chosen: int, funnels: Sequence[Funnel], page: int
) -> list[Row]:
    """First the system, where there are several; then its funnels, in pages."""
    if chosen:
        choices = [(shared_texts.any_funnel(), PromptList(integration_id=chosen).pack())] + [
            (words.funnel(funnel), PromptList(integration_id=chosen, funnel_id=funnel.id).pack())
            for funnel in funnels
        ]
    else:
        choices = [(full_name(one), PromptFilter(integration_id=one.id).pack()) for one in integrations]
    pages = page_count(len(choices))
    page = min(max(0, page), pages - 1)
    here = choices[page * PAGE : (page + 1) * PAGE]
    rows = [[InlineKeyboardButton(text=name, callback_data=data)] for name, data in here]
    if pages > 1:
        rows.append(turn_row(page, pages, lambda to: PromptFilter(integration_id=chosen, page=to).pack()))
    return [*rows, [_all_button()]]


def _all_button() -> InlineKeyboardButton:
    return InlineKeyboardButton(text=list_texts.all_button(), callback_data=PromptList().pack())


def _prompt(prompt: Prompt, number: int, at: PromptList, *, editor: bool) -> Row:
    name = prompt.name if len(prompt.name) <= NAME else prompt.name[: NAME - 1] + "…"
    label = f"{'🟢' if prompt.enabled else '⚪'} {number}. {name}"
    card = PromptCard(prompt_id=prompt.id, act=CardAct.SHOW).pack()
    if not editor:
        return [InlineKeyboardButton(text=label, callback_data=card)]
    switch = PromptSwitch(prompt_id=prompt.id, to=not prompt.enabled, **at.model_dump()).pack()
    return [
        InlineKeyboardButton(text=label, callback_data=switch),
        InlineKeyboardButton(text=f"⚙️ {number}", callback_data=card),
    ]


def _tools(shown: Shown, at: PromptList) -> list[Row]:
    rows: list[Row] = []
    if at.integration_id or at.searched:
        rows.append([_all_button()])
    if shown.every:
        narrow = PromptFilter(integration_id=at.integration_id).pack()
        tools = [InlineKeyboardButton(text=list_texts.filter_button(), callback_data=narrow)]
        if shown.private:
            search = PromptSearch().pack()
            tools.append(InlineKeyboardButton(text=list_texts.search_button(), callback_data=search))
        rows.append(tools)
    if shown.editor:
        rows.append([InlineKeyboardButton(text=list_texts.new_button(), callback_data=NewPrompt().pack())])
    return rows
