"""Settings that are chosen by a button: languages, currency, advice, proof of answers, the most prompts."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, InlineKeyboardMarkup
from aiogram.utils.i18n import I18n

from handlers.callbacks.workspace import SettingsAct, SettingsPress
from handlers.editing import redraw
from handlers.filters import Private
from handlers.menu import MemberMenu
from handlers.workspace import texts
from handlers.workspace.settings.window import keyboard_of, redraw_fresh, row, yes
from services.access import Action, may
from services.domain.workspace import Language, Member, Workspace
from services.values.money import CURRENCIES
from services.workspace.workspaces import WorkspaceService

RECOMMENDED = (3, 5, 7, 10, 15)
LIMITS = (7, 10, 15, 20, 0)
"""Most prompts of a funnel; 0: as many as they like."""


async def set_language(
    query: CallbackQuery,
    callback_data: SettingsPress,
    member: Member,
    workspace: Workspace,
    workspaces: WorkspaceService,
    i18n: I18n,
    menu: MemberMenu,
) -> None:
    await query.answer()
    language = Language(callback_data.value)
    await workspaces.set_language(member, language)
    with i18n.use_locale(language):
        text = texts.settings(workspace, language, owner=may(member.role, Action.SETTINGS))
        await redraw(query, text, keyboard_of(member, workspace, language))
    await menu.show(member, language)


async def set_company_language(
    query: CallbackQuery,
    callback_data: SettingsPress,
    member: Member,
    language: Language,
    workspaces: WorkspaceService,
) -> None:
    await query.answer()
    await workspaces.set_company_language(member, Language(callback_data.value))
    await redraw_fresh(query, member, language, workspaces)


async def currency(
    query: CallbackQuery,
    callback_data: SettingsPress,
    member: Member,
    language: Language,
    workspaces: WorkspaceService,
) -> None:
    await query.answer()
    if callback_data.value:
        await workspaces.set_currency(member, callback_data.value)
        await redraw_fresh(query, member, language, workspaces)
        return
    buttons = [row(code, SettingsAct.CURRENCY, code)[0] for code in CURRENCIES]
    rows = [buttons[start : start + 4] for start in range(0, len(buttons), 4)]
    keyboard = InlineKeyboardMarkup(inline_keyboard=[*rows, row(texts.back_button(), SettingsAct.SHOW)])
    await redraw(query, texts.choose_currency(), keyboard)


async def recommended(
    query: CallbackQuery,
    callback_data: SettingsPress,
    member: Member,
    language: Language,
    workspaces: WorkspaceService,
) -> None:
    await query.answer()
    if callback_data.value.isdecimal() and int(callback_data.value) in RECOMMENDED:
        await workspaces.set_recommended(member, int(callback_data.value))
        await redraw_fresh(query, member, language, workspaces)
        return
    numbers = [row(str(count), SettingsAct.RECOMMENDED, str(count))[0] for count in RECOMMENDED]
    keyboard = InlineKeyboardMarkup(inline_keyboard=[numbers, row(texts.back_button(), SettingsAct.SHOW)])
    await redraw(query, texts.choose_recommended(), keyboard)


async def quotes(
    query: CallbackQuery,
    callback_data: SettingsPress,
    member: Member,
    language: Language,
    workspaces: WorkspaceService,
) -> None:
    await query.answer()
    await workspaces.set_strict_quotes(member, callback_data.value == yes(True))
    await redraw_fresh(query, member, language, workspaces)


async def limit(
    query: CallbackQuery,
    callback_data: SettingsPress,
    member: Member,
    language: Language,
    workspaces: WorkspaceService,
) -> None:
    await query.answer()
    if callback_data.value.isdecimal() and int(callback_data.value) in LIMITS:
        await workspaces.set_hard_limit(member, int(callback_data.value) or None)
        await redraw_fresh(query, member, language, workspaces)
        return
    buttons = [row(texts.limit(count or None), SettingsAct.LIMIT, str(count))[0] for count in LIMITS]
    *numbers, none = buttons
    rows = [numbers, [none], row(texts.back_button(), SettingsAct.SHOW)]
    await redraw(query, texts.choose_limit(), InlineKeyboardMarkup(inline_keyboard=rows))


def build_router() -> Router:
    router = Router(name="chosen settings")
    view, owner = {"needs": Action.VIEW}, {"needs": Action.SETTINGS}
    press = SettingsPress.filter
    known = F.value.in_(set(Language))
    speak = press((F.act == SettingsAct.LANGUAGE) & known)
    answer = press((F.act == SettingsAct.COMPANY_LANGUAGE) & known)
    router.callback_query.register(set_language, speak, Private(), flags=view)
    router.callback_query.register(set_company_language, answer, Private(), flags=owner)
    router.callback_query.register(currency, press(F.act == SettingsAct.CURRENCY), Private(), flags=owner)
    router.callback_query.register(recommended, press(F.act == SettingsAct.RECOMMENDED), Private(), flags=owner)
    router.callback_query.register(quotes, press(F.act == SettingsAct.QUOTES), Private(), flags=owner)
    router.callback_query.register(limit, press(F.act == SettingsAct.LIMIT), Private(), flags=owner)
    return router
