"""Buttons of the connect dialogue and of notices about connections."""

from collections.abc import Iterable, Mapping

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.callbacks.connecting import (
    ConnectAct,
    ConnectChoice,
    ConnectKind,
    ConnectPress,
    OptionAct,
    OptionPress,
)
from handlers.callbacks.prompts import NewPrompt
from handlers.connecting import texts
from handlers.connecting.systems import SYSTEMS, LinkWords
from services.domain.integration import Kind
from services.integrations.entry import Step
from services.ports import OwnerNotice

Row = list[InlineKeyboardButton]


def _button(text: str, act: ConnectAct, step: int = 0) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=ConnectPress(act=act, step=step).pack())


def _kind(text: str, kind: Kind, renew: int = 0) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=ConnectKind(kind=kind, renew=renew).pack())


def _markup(*rows: Row) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=list(rows))


def kinds(known: Iterable[Kind]) -> InlineKeyboardMarkup:
    return _markup(*([_kind(texts.kind_title(kind), kind)] for kind in known))


def cancel() -> InlineKeyboardMarkup:
    return _markup([_button(texts.cancel_button(), ConnectAct.CANCEL)])


def step(
    kind: Kind, step: Step, number: int, choices: Mapping[int, str], *, link: str, back: bool
) -> InlineKeyboardMarkup:
    """`choices` by their places among the step's own."""
    words = SYSTEMS[kind]
    rows: list[Row] = [
        [
            InlineKeyboardButton(
                text=words.choice(step.field, value),
                callback_data=ConnectChoice(step=number, choice=place).pack(),
            )
        ]
        for place, value in choices.items()
    ]
    if link:
        text = words.link_button(step.field) if isinstance(words, LinkWords) else texts.link_button()
        rows.append([InlineKeyboardButton(text=text, url=link)])
    if step.optional:
        rows.append([_button(texts.skip_button(), ConnectAct.SKIP, number)])
    last = [_button(texts.cancel_button(), ConnectAct.CANCEL)]
    if back:
        last.insert(0, _button(texts.back_button(), ConnectAct.BACK, number))
    return _markup(*rows, last)


def after_failure(kind: Kind, renew: int, again: str) -> InlineKeyboardMarkup:
    return _markup(
        [_button(again, ConnectAct.CHECK)],
        [_kind(texts.anew_button(), kind, renew)],
        [_button(texts.cancel_button(), ConnectAct.CANCEL)],
    )


def another_account() -> InlineKeyboardMarkup:
    return _markup(
        [_button(texts.replace_button(), ConnectAct.REPLACE)],
        [_button(texts.separate_button(), ConnectAct.SEPARATE)],
        [_button(texts.cancel_button(), ConnectAct.CANCEL)],
    )


def connected(integration_id: int, *, has_options: bool) -> InlineKeyboardMarkup:
    rows = [[InlineKeyboardButton(text=texts.new_prompt_button(), callback_data=NewPrompt().pack())]]
    if has_options:
        data = OptionPress(integration_id=integration_id, act=OptionAct.LIST).pack()
        rows.append([InlineKeyboardButton(text=texts.options_button(), callback_data=data)])
    return _markup(*rows)


def renewal(notice: OwnerNotice) -> InlineKeyboardMarkup | None:
    """A notice about an access that ended or is about to leads to a new one."""
    kind, integration_id = notice.values.get("kind", ""), notice.values.get("integration", "")
    if kind not in set(SYSTEMS) or not integration_id.isdigit():
        return None
    return _markup([_kind(texts.reconnect_button(), Kind(kind), int(integration_id))])
