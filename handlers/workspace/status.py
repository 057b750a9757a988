"""/status: the queue, the last calls, and why some were left out."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from handlers.callbacks import StatusRefresh
from handlers.editing import redraw
from handlers.workspace import texts
from services.access import Action
from services.calls import CallService
from services.domain.workspace import Language, Workspace


def _keyboard() -> InlineKeyboardMarkup:
    button = InlineKeyboardButton(text=texts.refresh_button(), callback_data=StatusRefresh().pack())
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


async def show(message: Message, workspace: Workspace, language: Language, calls: CallService) -> None:
    text = texts.status(await calls.status(workspace.id), workspace.zone, language)
    await message.answer(**text.as_kwargs(), reply_markup=_keyboard())


async def refresh(query: CallbackQuery, workspace: Workspace, language: Language, calls: CallService) -> None:
    await query.answer()
    text = texts.status(await calls.status(workspace.id), workspace.zone, language)
    await redraw(query, text, _keyboard())


def build_router() -> Router:
    router = Router(name="status")
    router.message.register(show, Command("status"), flags={"needs": Action.VIEW})
    router.callback_query.register(refresh, StatusRefresh.filter(), flags={"needs": Action.VIEW})
    return router
