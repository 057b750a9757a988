"""/settings: the person's language; for owners the company's time zone and advice."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.utils.i18n import I18n

from handlers.callbacks.workspace import PrivacyAct, PrivacyPress, SettingsAct, SettingsPress
from handlers.editing import redraw
from handlers.filters import Private, typed
from handlers.menu import MemberMenu
from handlers.states import Dialogue, stop_waiting
from handlers.workspace import privacy_texts, texts
from services.access import Action, may
from services.cards.comeback import Comeback
from services.domain.workspace import Language, Member, Workspace
from services.values.money import CURRENCIES
from services.workspace.workspaces import WorkspaceService

RECOMMENDED = (3, 5, 7, 10, 15)
LIMITS = (7, 10, 15, 20, 0)
"""Most prompts of a funnel; 0: as many as they like."""


def _row(text: str, act: SettingsAct, value: str = "") -> list[InlineKeyboardButton]:
    data = SettingsPress(act=act, value=value).pack()
    return [InlineKeyboardButton(text=text, callback_data=data)]


def _other(language: Language) -> Language:
    return Language.EN if language is Language.RU else Language.RU


def _yes(to: bool) -> str:
    return "1" if to else "0"


def _main(member: Member, workspace: Workspace, language: Language) -> InlineKeyboardMarkup:
    other, answers = _other(language), _other(workspace.language)
    rows = [_row(f"🌐 {texts.SPEAKS[other]}", SettingsAct.LANGUAGE, other)]
    if may(member.role, Action.SETTINGS):
        rows += [
            _row(texts.company_language_button(answers), SettingsAct.COMPANY_LANGUAGE, answers),
            _row(texts.zone_button(), SettingsAct.ZONES),
            _row(texts.recommended_button(), SettingsAct.RECOMMENDED),
            _row(texts.currency_button(), SettingsAct.CURRENCY),
            [
                InlineKeyboardButton(
                    text=privacy_texts.button(), callback_data=PrivacyPress(act=PrivacyAct.SHOW).pack()
                )
            ],
            _row(
                texts.quotes_button(strict=workspace.strict_quotes),
                SettingsAct.QUOTES,
                _yes(not workspace.strict_quotes),
            ),
            _row(texts.limit_button(), SettingsAct.LIMIT),
            _row(texts.tariff_button(), SettingsAct.TARIFF),
            _row(texts.daily_cap_button(), SettingsAct.DAILY_CAP),
        ]
    return InlineKeyboardMarkup(inline_keyboard=rows)


async def show(message: Message, member: Member, workspace: Workspace, language: Language) -> None:
    text = texts.settings(workspace, language, owner=may(member.role, Action.SETTINGS))
    await message.answer(**text.as_kwargs(), reply_markup=_main(member, workspace, language))


async def show_again(query: CallbackQuery, member: Member, workspace: Workspace, language: Language) -> None:
    await query.answer()
    text = texts.settings(workspace, language, owner=may(member.role, Action.SETTINGS))
    await redraw(query, text, _main(member, workspace, language))


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
        await redraw(query, text, _main(member, workspace, language))
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
    await _redraw_fresh(query, member, language, workspaces)


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
        await _redraw_fresh(query, member, language, workspaces)
        return
    buttons = [_row(code, SettingsAct.CURRENCY, code)[0] for code in CURRENCIES]
    rows = [buttons[start : start + 4] for start in range(0, len(buttons), 4)]
    keyboard = InlineKeyboardMarkup(inline_keyboard=[*rows, _row(texts.back_button(), SettingsAct.SHOW)])
    await redraw(query, texts.choose_currency(), keyboard)


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
    rows.append(_row(texts.back_button(), SettingsAct.SHOW))
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
    await _redraw_fresh(query, member, language, workspaces)


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
    await _show_fresh(message, member, language, workspaces)


async def ask_tariff(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    await state.set_state(Dialogue.tariff)
    back = InlineKeyboardMarkup(inline_keyboard=[_row(texts.back_button(), SettingsAct.SHOW)])
    await redraw(query, texts.ask_tariff(), back)


async def type_tariff(
    message: Message, member: Member, language: Language, workspaces: WorkspaceService, state: FSMContext
) -> None:
    await workspaces.set_tariff(member, message.text or "")
    await stop_waiting(state)
    await _show_fresh(message, member, language, workspaces)


async def ask_daily_cap(query: CallbackQuery, workspace: Workspace, state: FSMContext) -> None:
    await query.answer()
    await state.set_state(Dialogue.daily_cap)
    back = InlineKeyboardMarkup(inline_keyboard=[_row(texts.back_button(), SettingsAct.SHOW)])
    await redraw(query, texts.ask_daily_cap(counted=workspace.tariff is not None), back)


async def type_daily_cap(
    message: Message, member: Member, language: Language, workspaces: WorkspaceService, state: FSMContext
) -> None:
    await workspaces.set_daily_cap(member, message.text or "")
    await stop_waiting(state)
    await _show_fresh(message, member, language, workspaces)


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
        await _redraw_fresh(query, member, language, workspaces)
        return
    numbers = [
        InlineKeyboardButton(
            text=str(count),
            callback_data=SettingsPress(act=SettingsAct.RECOMMENDED, value=str(count)).pack(),
        )
        for count in RECOMMENDED
    ]
    keyboard = InlineKeyboardMarkup(inline_keyboard=[numbers, _row(texts.back_button(), SettingsAct.SHOW)])
    await redraw(query, texts.choose_recommended(), keyboard)


async def quotes(
    query: CallbackQuery,
    callback_data: SettingsPress,
    member: Member,
    language: Language,
    workspaces: WorkspaceService,
) -> None:
    await query.answer()
    await workspaces.set_strict_quotes(member, callback_data.value == _yes(True))
    await _redraw_fresh(query, member, language, workspaces)


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
        await _redraw_fresh(query, member, language, workspaces)
        return
    buttons = [_row(texts.limit(count or None), SettingsAct.LIMIT, str(count))[0] for count in LIMITS]
    *numbers, none = buttons
    rows = [numbers, [none], _row(texts.back_button(), SettingsAct.SHOW)]
    await redraw(query, texts.choose_limit(), InlineKeyboardMarkup(inline_keyboard=rows))


async def _show_fresh(message: Message, member: Member, language: Language, workspaces: WorkspaceService) -> None:
    known = await workspaces.who_is(member.user_id)
    if known is not None:
        text = texts.settings(known[1], language, owner=True)
        await message.answer(**text.as_kwargs(), reply_markup=_main(member, known[1], language))


async def _redraw_fresh(
    query: CallbackQuery, member: Member, language: Language, workspaces: WorkspaceService
) -> None:
    known = await workspaces.who_is(member.user_id)
    if known is not None:
        text = texts.settings(known[1], language, owner=True)
        await redraw(query, text, _main(member, known[1], language))


def build_router() -> Router:
    router = Router(name="settings")
    view, owner = {"needs": Action.VIEW}, {"needs": Action.SETTINGS}
    press = SettingsPress.filter
    router.message.register(show, Command("settings"), Private(), flags=view)
    router.callback_query.register(show_again, press(F.act == SettingsAct.SHOW), Private(), flags=view)
    known = F.value.in_(set(Language))
    speak = press((F.act == SettingsAct.LANGUAGE) & known)
    answer = press((F.act == SettingsAct.COMPANY_LANGUAGE) & known)
    router.callback_query.register(set_language, speak, Private(), flags=view)
    router.callback_query.register(set_company_language, answer, Private(), flags=owner)
    router.callback_query.register(currency, press(F.act == SettingsAct.CURRENCY), Private(), flags=owner)
    router.callback_query.register(zones, press(F.act == SettingsAct.ZONES), Private(), flags=owner)
    router.callback_query.register(set_zone, press(F.act == SettingsAct.ZONE), Private(), flags=owner)
    router.callback_query.register(recommended, press(F.act == SettingsAct.RECOMMENDED), Private(), flags=owner)
    router.callback_query.register(quotes, press(F.act == SettingsAct.QUOTES), Private(), flags=owner)
    router.callback_query.register(limit, press(F.act == SettingsAct.LIMIT), Private(), flags=owner)
    router.callback_query.register(ask_tariff, press(F.act == SettingsAct.TARIFF), Private(), flags=owner)
    router.callback_query.register(ask_daily_cap, press(F.act == SettingsAct.DAILY_CAP), Private(), flags=owner)
    router.message.register(type_daily_cap, Dialogue.daily_cap, Private(), typed(), flags=owner)
    router.message.register(type_tariff, Dialogue.tariff, Private(), typed(), flags=owner)
    router.message.register(type_zone, Dialogue.zone, Private(), typed(), flags=owner)
    return router
