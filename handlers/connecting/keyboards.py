"""Buttons of the connect dialogue."""

from collections.abc import Iterable

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.callbacks import ConnectAct, ConnectChoice, ConnectKind, ConnectPress, NewPrompt
from handlers.connecting import texts
from handlers.connecting.systems import SYSTEMS
from services.domain.integration import Kind
from services.integrations.base import Step


def _press(text: str, act: ConnectAct, step: int = 0) -> list[InlineKeyboardButton]:
    return [InlineKeyboardButton(text=text, callback_data=ConnectPress(act=act, step=step).pack())]


def _markup(*rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=list(rows))


def kinds(known: Iterable[Kind]) -> InlineKeyboardMarkup:
    return _markup(
        *(
            [InlineKeyboardButton(text=texts.kind_title(kind), callback_data=ConnectKind(kind=kind).pack())]
            for kind in known
        )
    )


def cancel() -> InlineKeyboardMarkup:
    return _markup(_press(texts.cancel_button(), ConnectAct.CANCEL))


def step(kind: Kind, step: Step, number: int) -> InlineKeyboardMarkup:
    rows = [
        [
            InlineKeyboardButton(
                text=SYSTEMS[kind].choice(step.field, value),
                callback_data=ConnectChoice(step=number, choice=index).pack(),
            )
        ]
        for index, value in enumerate(step.choices)
    ]
    if step.optional:
        rows.append(_press(texts.skip_button(), ConnectAct.SKIP, number))
    return _markup(*rows, _press(texts.cancel_button(), ConnectAct.CANCEL))


def after_failure(kind: Kind) -> InlineKeyboardMarkup:
    anew = InlineKeyboardButton(text=texts.anew_button(), callback_data=ConnectKind(kind=kind).pack())
    return _markup(
        _press(texts.again_button(), ConnectAct.CHECK),
        [anew],
        _press(texts.cancel_button(), ConnectAct.CANCEL),
    )


def another_account() -> InlineKeyboardMarkup:
    return _markup(
        _press(texts.replace_button(), ConnectAct.REPLACE),
        _press(texts.separate_button(), ConnectAct.SEPARATE),
        _press(texts.cancel_button(), ConnectAct.CANCEL),
    )


def connected() -> InlineKeyboardMarkup:
    return _markup([InlineKeyboardButton(text=texts.new_prompt_button(), callback_data=NewPrompt().pack())])
