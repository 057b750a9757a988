"""Settings that are typed: a time zone (the usual ones are buttons), the tariff, the calls of a day."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from handlers.callbacks.workspace import SettingsAct, SettingsPress
from handlers.editing import redraw
from handlers.filters import Private, typed
from handlers.states import Dialogue, stop_waiting
from handlers.workspace import texts
from handlers.workspace.settings.window import redraw_fresh, row, show_fresh
from services.access import Action
from services.cards.comeback import Comeback
from services.domain.workspace import Language, Member, Workspace
from services.workspace.workspaces import WorkspaceService


async def zones(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    await state.set_state(Dialogue.zone)
    zones = texts.zones()
    rows = [
        [
            InlineKeyboardButton(text=name, callback_data=SettingsPress(act=SettingsAct.ZONE, value=zone).pack())
            for name, zone in zones[start : start + 2]
        ]
        for start in range(0, len(zones), 2)
    ]
    rows.append(row(texts.back_button(), SettingsAct.SHOW))
    await redraw(query, texts.choose_zone(), InlineKeyboardMarkup(inline_keyboard=rows))


async def set_zone(
    query: CallbackQuery,
    callback_data: SettingsPress,
    member: Member,
    language: Language,
    workspaces: WorkspaceService,
    comeback: Comeback,
) -> None:
    await query.answer()
    await workspaces.set_zone(member, callback_data.value)
    await comeback.of_company(member.workspace_id)
    await redraw_fresh(query, member, language, workspaces)


async def type_zone(
    message: Message,
    member: Member,
    language: Language,
    workspaces: WorkspaceService,
    comeback: Comeback,
    state: FSMContext,
) -> None:
    await workspaces.set_zone(member, (message.text or "").strip())
    await comeback.of_company(member.workspace_id)
    await stop_waiting(state)
    await show_fresh(message, member, language, workspaces)


async def ask_tariff(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    await state.set_state(Dialogue.tariff)
    back = InlineKeyboardMarkup(inline_keyboard=[row(texts.back_button(), SettingsAct.SHOW)])
    await redraw(query, texts.ask_tariff(), back)


async def type_tariff(
    message: Message, member: Member, language: Language, workspaces: WorkspaceService, state: FSMContext
) -> None:
    await workspaces.set_tariff(member, message.text or "")
    await stop_waiting(state)
    await show_fresh(message, member, language, workspaces)


async def ask_daily_cap(query: CallbackQuery, workspace: Workspace, state: FSMContext) -> None:
    await query.answer()
    await state.set_state(Dialogue.daily_cap)
    back = InlineKeyboardMarkup(inline_keyboard=[row(texts.back_button(), SettingsAct.SHOW)])
    await redraw(query, texts.ask_daily_cap(counted=workspace.tariff is not None), back)


async def type_daily_cap(
    message: Message, member: Member, language: Language, workspaces: WorkspaceService, state: FSMContext
) -> None:
    await workspaces.set_daily_cap(member, message.text or "")
    await stop_waiting(state)
    await show_fresh(message, member, language, workspaces)


def build_router() -> Router:
    router = Router(name="typed settings")
    owner = {"needs": Action.SETTINGS}
    press = SettingsPress.filter
    router.callback_query.register(zones, press(F.act == SettingsAct.ZONES), Private(), flags=owner)
    router.callback_query.register(set_zone, press(F.act == SettingsAct.ZONE), Private(), flags=owner)
    router.callback_query.register(ask_tariff, press(F.act == SettingsAct.TARIFF), Private(), flags=owner)
    router.callback_query.register(ask_daily_cap, press(F.act == SettingsAct.DAILY_CAP), Private(), flags=owner)
    router.message.register(type_daily_cap, Dialogue.daily_cap, Private(), typed(), flags=owner)
    router.message.register(type_tariff, Dialogue.tariff, Private(), typed(), flags=owner)
    router.message.register(type_zone, Dialogue.zone, Private(), typed(), flags=owner)
    return router
