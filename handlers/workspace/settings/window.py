"""The window of /settings: what is set, and the buttons that change it. Owners are shown more."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from handlers.callbacks.workspace import PrivacyAct, PrivacyPress, SettingsAct, SettingsPress
from handlers.editing import redraw
from handlers.filters import Private
from handlers.workspace import privacy_texts, texts
from services.access import Action, may
from services.domain.workspace import Language, Member, Workspace
from services.workspace.workspaces import WorkspaceService


def row(text: str, act: SettingsAct, value: str = "") -> list[InlineKeyboardButton]:
    data = SettingsPress(act=act, value=value).pack()
    return [InlineKeyboardButton(text=text, callback_data=data)]


def yes(to: bool) -> str:
    return "1" if to else "0"


def _other(language: Language) -> Language:
    return Language.EN if language is Language.RU else Language.RU


def keyboard_of(member: Member, workspace: Workspace, language: Language) -> InlineKeyboardMarkup:
    other, answers = _other(language), _other(workspace.language)
    rows = [row(f"🌐 {texts.SPEAKS[other]}", SettingsAct.LANGUAGE, other)]
    if may(member.role, Action.SETTINGS):
        rows += [
            row(texts.company_language_button(answers), SettingsAct.COMPANY_LANGUAGE, answers),
            row(texts.zone_button(), SettingsAct.ZONES),
            row(texts.recommended_button(), SettingsAct.RECOMMENDED),
            row(texts.currency_button(), SettingsAct.CURRENCY),
            [
                InlineKeyboardButton(
                    text=privacy_texts.button(), callback_data=PrivacyPress(act=PrivacyAct.SHOW).pack()
                )
            ],
            row(
                texts.quotes_button(strict=workspace.strict_quotes),
                SettingsAct.QUOTES,
                yes(not workspace.strict_quotes),
            ),
            row(texts.limit_button(), SettingsAct.LIMIT),
            row(texts.tariff_button(), SettingsAct.TARIFF),
            row(texts.daily_cap_button(), SettingsAct.DAILY_CAP),
        ]
    return InlineKeyboardMarkup(inline_keyboard=rows)


async def show_fresh(message: Message, member: Member, language: Language, workspaces: WorkspaceService) -> None:
    known = await workspaces.who_is(member.user_id)
    if known is not None:
        text = texts.settings(known[1], language, owner=True)
        await message.answer(**text.as_kwargs(), reply_markup=keyboard_of(member, known[1], language))


async def redraw_fresh(
    query: CallbackQuery, member: Member, language: Language, workspaces: WorkspaceService
) -> None:
    known = await workspaces.who_is(member.user_id)
    if known is not None:
        text = texts.settings(known[1], language, owner=True)
        await redraw(query, text, keyboard_of(member, known[1], language))


async def show(message: Message, member: Member, workspace: Workspace, language: Language) -> None:
    text = texts.settings(workspace, language, owner=may(member.role, Action.SETTINGS))
    await message.answer(**text.as_kwargs(), reply_markup=keyboard_of(member, workspace, language))


async def show_again(query: CallbackQuery, member: Member, workspace: Workspace, language: Language) -> None:
    await query.answer()
    text = texts.settings(workspace, language, owner=may(member.role, Action.SETTINGS))
    await redraw(query, text, keyboard_of(member, workspace, language))


def build_router() -> Router:
    router = Router(name="settings window")
    needs = {"needs": Action.VIEW}
    router.message.register(show, Command("settings"), Private(), flags=needs)
    router.callback_query.register(
        show_again, SettingsPress.filter(F.act == SettingsAct.SHOW), Private(), flags=needs
    )
    return router
