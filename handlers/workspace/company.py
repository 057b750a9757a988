"""/workspace and /leave: the companies of a person, going from one to another, names, leaving."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.utils.formatting import Text

from handlers.belonging import present_in
from handlers.callbacks.workspace import CompanyAct, CompanyPress
from handlers.editing import redraw
from handlers.filters import Private, typed
from handlers.menu import MemberMenu
from handlers.states import Dialogue, stop_waiting
from handlers.workspace import company_texts as texts
from handlers.workspace.telling import show_present_menu
from services.access import Action, may
from services.domain.workspace import Language, Member, Workspace
from services.workspace.companies import CompanyService
from services.workspace.members import MemberService
from services.workspace.workspaces import WorkspaceService

NEW, PRESENT = "new", "present"
"""Which company the name that is being typed is for."""


def _row(text: str, act: CompanyAct, number: int = 0) -> list[InlineKeyboardButton]:
    return [InlineKeyboardButton(text=text, callback_data=CompanyPress(act=act, number=number).pack())]


def _markup(*rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=list(rows))


async def _list(here: Member, companies: CompanyService, *, signup: bool) -> tuple[Text, InlineKeyboardMarkup]:
    several = await companies.of(here.user_id)
    others = [one.workspace for one in several if one.member.id != here.id]
    rows = [_row(texts.switch_button(one.name), CompanyAct.SWITCH, one.id) for one in others]
    owner = may(here.role, Action.SETTINGS)
    if owner:
        rows.append(_row(texts.rename_button(), CompanyAct.RENAME))
    if signup:
        rows.append(_row(texts.new_button(), CompanyAct.NEW))
    rows.append(_row(texts.leave_button(), CompanyAct.LEAVE))
    used = await companies.used(here.workspace_id) if owner else None
    return texts.companies(several, here, used), _markup(*rows)


async def show(message: Message, member: Member, companies: CompanyService, signup: bool) -> None:
    text, keyboard = await _list(member, companies, signup=signup)
    await message.answer(**text.as_kwargs(), reply_markup=keyboard)


async def show_again(query: CallbackQuery, member: Member, companies: CompanyService, signup: bool) -> None:
    await query.answer()
    await redraw(query, *await _list(member, companies, signup=signup))


async def switch(
    query: CallbackQuery,
    callback_data: CompanyPress,
    member: Member,
    language: Language,
    companies: CompanyService,
    menu: MemberMenu,
    signup: bool,
) -> None:
    """What was begun in the other company waits there."""
    place = await companies.switch(member.user_id, callback_data.number)
    await query.answer()
    with present_in(place.workspace.id, place.member.id):
        text, keyboard = await _list(place.member, companies, signup=signup)
        await redraw(query, Text(texts.switched(place.workspace.name), "\n\n", text), keyboard)
    await menu.show(place.member, language)


async def ask_name(query: CallbackQuery, callback_data: CompanyPress, state: FSMContext) -> None:
    await query.answer()
    await state.set_state(Dialogue.company_name)
    await state.update_data(company=NEW if callback_data.act is CompanyAct.NEW else PRESENT)
    await redraw(query, texts.ask_name(), _markup(_row(texts.back_button(), CompanyAct.LIST)))


async def take_name(
    message: Message,
    member: Member,
    language: Language,
    state: FSMContext,
    companies: CompanyService,
    menu: MemberMenu,
    signup: bool,
) -> None:
    """The door may have been closed, or the role lost, since the name was asked for."""
    new = (await state.get_data()).get("company") == NEW
    if new and signup:
        member = await companies.open(member, message.text or "", language)
        await menu.show(member, language)
    elif not new and may(member.role, Action.SETTINGS):
        await companies.rename(member, message.text or "")
    await stop_waiting(state)
    with present_in(member.workspace_id, member.id):
        text, keyboard = await _list(member, companies, signup=signup)
        await message.answer(**text.as_kwargs(), reply_markup=keyboard)


def _sure(workspace: Workspace) -> tuple[Text, InlineKeyboardMarkup]:
    sure = _row(texts.leave_sure_button(), CompanyAct.LEAVE_SURE)
    return texts.sure_to_leave(workspace.name), _markup(sure, _row(texts.back_button(), CompanyAct.LIST))


async def leave_command(message: Message, workspace: Workspace) -> None:
    text, keyboard = _sure(workspace)
    await message.answer(**text.as_kwargs(), reply_markup=keyboard)


async def ask_leave(query: CallbackQuery, workspace: Workspace) -> None:
    await query.answer()
    await redraw(query, *_sure(workspace))


async def leave(
    query: CallbackQuery,
    member: Member,
    workspace: Workspace,
    members: MemberService,
    workspaces: WorkspaceService,
    menu: MemberMenu,
) -> None:
    await members.leave(member)
    await query.answer()
    await show_present_menu(member, workspaces, menu)
    known = await workspaces.who_is(member.user_id)
    told = texts.left(workspace.name)
    await redraw(query, told if known is None else Text(told, " ", texts.switched(known[1].name)))


def build_router() -> Router:
    router = Router(name="company")
    view = {"needs": Action.VIEW}
    press = CompanyPress.filter
    router.message.register(show, Command("workspace"), Private(), flags=view)
    router.message.register(leave_command, Command("leave"), Private(), flags=view)
    router.message.register(take_name, Dialogue.company_name, Private(), typed(), flags=view)
    router.callback_query.register(
        switch, press(F.act == CompanyAct.SWITCH), Private(), flags={**view, "anywhere": True}
    )
    router.callback_query.register(show_again, press(F.act == CompanyAct.LIST), Private(), flags=view)
    owner = {"needs": Action.SETTINGS}
    router.callback_query.register(ask_name, press(F.act == CompanyAct.RENAME), Private(), flags=owner)
    router.callback_query.register(ask_name, press(F.act == CompanyAct.NEW), Private(), flags=view)
    router.callback_query.register(ask_leave, press(F.act == CompanyAct.LEAVE), Private(), flags=view)
    router.callback_query.register(leave, press(F.act == CompanyAct.LEAVE_SURE), Private(), flags=view)
    return router
