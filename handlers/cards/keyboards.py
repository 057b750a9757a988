"""Buttons under a card."""

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.callbacks.cards import CallConsiderDone, CallRetry, CallUndo, CallWriteAgain, UndoAct
from handlers.cards import texts
from services.domain.card import CardView


def _undo(text: str, call_id: int, act: UndoAct) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=CallUndo(call_id=call_id, act=act).pack())


def under_card(view: CardView) -> InlineKeyboardMarkup | None:
    row: list[InlineKeyboardButton] = []
    rows = [row]
    if view.retryable:
        data = CallRetry(call_id=view.call_id).pack()
        row.append(InlineKeyboardButton(text=texts.retry_button(), callback_data=data))
    if view.undoable:
        row.append(_undo(texts.undo_button(), view.call_id, UndoAct.ASK))
    if view.undecided:
        rows.append(_to_decide(view.call_id))
    shown = [one for one in rows if one]
    return InlineKeyboardMarkup(inline_keyboard=shown) if shown else None


def _to_decide(call_id: int) -> list[InlineKeyboardButton]:
    """For an outcome that nobody but a person can look up."""
    again, done = CallWriteAgain(call_id=call_id).pack(), CallConsiderDone(call_id=call_id).pack()
    return [
        InlineKeyboardButton(text=texts.write_again_button(), callback_data=again),
        InlineKeyboardButton(text=texts.consider_done_button(), callback_data=done),
    ]


def sure_to_undo(call_id: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [_undo(texts.undo_sure_button(), call_id, UndoAct.SURE)],
            [_undo(texts.undo_keep_button(), call_id, UndoAct.KEEP)],
        ]
    )
