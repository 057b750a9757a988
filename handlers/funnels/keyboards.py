"""Buttons of own funnels. They carry our own numbers and say what is wanted: a second press does no harm."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.callbacks.funnels import FunnelAct, FunnelPress, RuleAct, RulePress
from handlers.funnels import rule_texts, texts
from handlers.funnels.rule_texts import Names
from services.domain.integration import Funnel, Integration
from services.ownfunnels.rulebook import Book
from services.ownfunnels.rules import Rule

LABEL = 40
IN_A_ROW = 5

Row = list[InlineKeyboardButton]


def short(text: str) -> str:
    return text if len(text) <= LABEL else text[: LABEL - 1] + "…"


def press(text: str, act: FunnelAct, number: int = 0, to: int = 0) -> InlineKeyboardButton:
    data = FunnelPress(act=act, number=number, to=to).pack()
    return InlineKeyboardButton(text=short(text), callback_data=data)


def rule_press(
    text: str, act: RuleAct, integration_id: int, *, rule: int = 0, to: int = 0, stamp: int = 0
) -> InlineKeyboardButton:
    data = RulePress(act=act, number=integration_id, rule=rule, to=to, stamp=stamp).pack()
    return InlineKeyboardButton(text=short(text), callback_data=data)


def markup(*rows: Row) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row])


def back_to_prompt(waits: bool) -> Row:
    """Shown while a prompt that is being made waits for its funnel."""
    return [press(texts.to_prompt_button(), FunnelAct.TO_PROMPT)] if waits else []


def systems(known: Sequence[Integration]) -> InlineKeyboardMarkup:
    return markup(*([press(one.name, FunnelAct.LIST, one.id)] for one in known))


def funnels(integration_id: int, known: Sequence[Funnel], *, several: bool, waits: bool) -> InlineKeyboardMarkup:
    rules = [rule_press(texts.rules_button(), RuleAct.LIST, integration_id)] if known else []
    return markup(
        *([press(one.name, FunnelAct.SHOW, one.id)] for one in known),
        [press(texts.new_funnel_button(), FunnelAct.NEW, integration_id)],
        rules,
        [press(texts.systems_button(), FunnelAct.SYSTEMS)] if several else [],
        back_to_prompt(waits),
    )


def moves(act: FunnelAct, number: int, place: int, count: int) -> Row:
    """Up and down; at an edge there is only one of them."""
    row = [press(texts.up_button(), act, number, place - 1)] if place else []
    return [*row, press(texts.down_button(), act, number, place + 1)] if place + 1 < count else row


def funnel(integration_id: int, shown: Funnel, place: int, count: int, *, waits: bool) -> InlineKeyboardMarkup:
    new_rule = rule_press(texts.new_rule_button(), RuleAct.NEW, integration_id, to=shown.id)
    return markup(
        [new_rule],
        *([press(f"▪️ {one.name}", FunnelAct.STAGE, one.id)] for one in shown.stages),
        [
            press(texts.new_stage_button(), FunnelAct.STAGE_NEW, shown.id),
            press(texts.rename_button(), FunnelAct.RENAME, shown.id),
        ],
        moves(FunnelAct.PUT, shown.id, place, count),
        [press(texts.delete_button(), FunnelAct.DELETE, shown.id)],
        [press(texts.back_button(), FunnelAct.LIST, integration_id)],
        back_to_prompt(waits),
    )


def stage(shown: Funnel, stage_id: int) -> InlineKeyboardMarkup:
    place = [one.id for one in shown.stages].index(stage_id)
    return markup(
        [press(texts.rename_button(), FunnelAct.STAGE_RENAME, stage_id)],
        moves(FunnelAct.STAGE_PUT, stage_id, place, len(shown.stages)),
        [press(texts.delete_button(), FunnelAct.STAGE_DELETE, stage_id)],
        [press(texts.back_button(), FunnelAct.SHOW, shown.id)],
    )


def rules(integration_id: int, book: Book, names: Names, *, waits: bool) -> InlineKeyboardMarkup:
    numbered = [
        rule_press(str(number), RuleAct.SHOW, integration_id, rule=one.id)
        for number, one in enumerate(book.rules, start=1)
        if not one.is_default
    ]
    default = next((one.goal for one in book.rules if one.is_default), None)
    look = rule_press(rule_texts.look_button(), RuleAct.LOOK, integration_id)
    return markup(
        *(numbered[start : start + IN_A_ROW] for start in range(0, len(numbered), IN_A_ROW)),
        [rule_press(rule_texts.new_button(), RuleAct.NEW, integration_id)],
        [rule_press(rule_texts.default_button(names.goal(default)), RuleAct.DEFAULT, integration_id)],
        [look],
        [press(texts.back_button(), FunnelAct.LIST, integration_id)],
        back_to_prompt(waits),
    )


def rule(integration_id: int, book: Book, shown: Rule) -> InlineKeyboardMarkup:
    """`stamp` in the buttons: what was previewed against other rules is not saved."""
    ordered = [one.id for one in book.rules if not one.is_default]
    place = ordered.index(shown.id)

    def button(text: str, act: RuleAct, to: int = 0) -> InlineKeyboardButton:
        return rule_press(text, act, integration_id, rule=shown.id, to=to, stamp=book.stamp)

    order = [button(texts.up_button(), RuleAct.PUT, place - 1)] if place else []
    order += [button(texts.down_button(), RuleAct.PUT, place + 1)] if place + 1 < len(ordered) else []
    return markup(
        [button(rule_texts.edit_button(), RuleAct.EDIT)],
        order,
        [button(texts.delete_button(), RuleAct.DELETE)],
        [button(texts.back_button(), RuleAct.LIST)],
    )


def sure(text: str, act: RuleAct, integration_id: int, rule_id: int, to: int, stamp: int) -> InlineKeyboardMarkup:
    return markup(
        [rule_press(text, act, integration_id, rule=rule_id, to=to, stamp=stamp)],
        [rule_press(texts.back_button(), RuleAct.SHOW, integration_id, rule=rule_id)],
    )
