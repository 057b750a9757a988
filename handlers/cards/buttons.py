"""The buttons under a card: do again what failed, take back what was written."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.callbacks.cards import CallConsiderDone, CallRetry, CallUndo, CallWriteAgain, UndoAct
from handlers.cards import keyboards, texts
from services.access import Action
from services.calls import CallService
from services.domain.workspace import Member
from services.undo import UndoService


async def retry(query: CallbackQuery, callback_data: CallRetry, member: Member, calls: CallService) -> None:
    await calls.retry(member, callback_data.call_id)
    await query.answer(texts.retrying())


async def write_again(
    query: CallbackQuery, callback_data: CallWriteAgain, member: Member, calls: CallService
) -> None:
    await calls.write_again(member, callback_data.call_id)
    await query.answer(texts.retrying())


async def consider_done(
    query: CallbackQuery, callback_data: CallConsiderDone, member: Member, calls: CallService
) -> None:
    await calls.consider_done(member, callback_data.call_id)
    await query.answer(texts.considered_done())


async def ask_undo(query: CallbackQuery, callback_data: CallUndo) -> None:
    await query.answer()
    await _set_keyboard(query, keyboards.sure_to_undo(callback_data.call_id))


async def undo(query: CallbackQuery, callback_data: CallUndo, member: Member, undoing: UndoService) -> None:
    await undoing.undo(member, callback_data.call_id)
    await query.answer(texts.undoing())


async def keep(query: CallbackQuery, callback_data: CallUndo, member: Member, calls: CallService) -> None:
    """The card's own buttons come back with its next drawing."""
    await calls.show_again(member, callback_data.call_id)
    await query.answer()


async def _set_keyboard(query: CallbackQuery, keyboard: InlineKeyboardMarkup) -> None:
    if isinstance(query.message, Message):
        await query.message.edit_reply_markup(reply_markup=keyboard)


def build_router() -> Router:
    router = Router(name="cards")
    router.callback_query.register(retry, CallRetry.filter(), flags={"needs": Action.RETRY})
    router.callback_query.register(write_again, CallWriteAgain.filter(), flags={"needs": Action.RETRY})
    router.callback_query.register(consider_done, CallConsiderDone.filter(), flags={"needs": Action.RETRY})
    needs = {"needs": Action.UNDO}
    router.callback_query.register(ask_undo, CallUndo.filter(F.act == UndoAct.ASK), flags=needs)
    router.callback_query.register(undo, CallUndo.filter(F.act == UndoAct.SURE), flags=needs)
    router.callback_query.register(keep, CallUndo.filter(F.act == UndoAct.KEEP), flags=needs)
    return router
