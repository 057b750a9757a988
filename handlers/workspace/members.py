"""/members: who works here, their roles, handing over, removing."""

from aiogram import Bot, F, Router
from aiogram.dispatcher.event.handler import CallbackType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.utils.formatting import Text
from aiogram.utils.i18n import I18n

from handlers.callbacks.members import InviteAct, InvitePress, MemberAct, MemberPress
from handlers.editing import redraw
from handlers.filters import Private
from handlers.menu import MemberMenu
from handlers.workspace import inviting_texts
from handlers.workspace import members_texts as texts
from handlers.workspace.leafing import leaf
from handlers.workspace.telling import Teller
from services.access import Action
from services.domain.workspace import Language, Member, Role, Workspace
from services.workspace.members import MemberService
from services.workspace.workspaces import WorkspaceService

PAGE = 20
MAKES = {
    Role.VIEWER: MemberAct.VIEWER,
    Role.EDITOR: MemberAct.EDITOR,
    Role.OWNER: MemberAct.OWNER,
}
GIVES = {MemberAct.VIEWER: Role.VIEWER, MemberAct.EDITOR: Role.EDITOR, MemberAct.OWNER_SURE: Role.OWNER}


def _row(text: str, act: MemberAct, number: int = 0) -> list[InlineKeyboardButton]:
    return [InlineKeyboardButton(text=text, callback_data=MemberPress(act=act, number=number).pack())]


def _invites(text: str, act: InviteAct) -> list[InlineKeyboardButton]:
    return [InlineKeyboardButton(text=text, callback_data=InvitePress(act=act).pack())]


def _markup(*rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=list(rows))


async def _list(member: Member, members: MemberService, page: int = 0) -> tuple[Text, InlineKeyboardMarkup]:
    others = [one for one in await members.of(member.workspace_id) if one.id != member.id]
    shown, turns = leaf(others, page, PAGE)
    rows = [_row(texts.name(one), MemberAct.SHOW, one.id) for one in shown]
    if turns:
        rows.append([_row(told, MemberAct.LIST, to)[0] for told, to in turns])
    invite = _invites(inviting_texts.invite_button(), InviteAct.ROLE)
    made = _invites(inviting_texts.list_button(), InviteAct.LIST)
    return texts.people(shown, member), _markup(*rows, invite, made)


async def show_list(message: Message, member: Member, members: MemberService) -> None:
    text, keyboard = await _list(member, members)
    await message.answer(**text.as_kwargs(), reply_markup=keyboard)


async def turn(query: CallbackQuery, callback_data: MemberPress, member: Member, members: MemberService) -> None:
    await query.answer()
    await redraw(query, *await _list(member, members, callback_data.number))


def _card(shown: Member) -> tuple[Text, InlineKeyboardMarkup]:
    rows = [_row(texts.make_button(role), act, shown.id) for role, act in MAKES.items() if role is not shown.role]
    if shown.role is not Role.OWNER:
        rows.append(_row(texts.hand_over_button(), MemberAct.HAND_OVER, shown.id))
    rows.append(_row(texts.remove_button(), MemberAct.REMOVE, shown.id))
    return texts.person(shown), _markup(*rows, _row(texts.back_button(), MemberAct.LIST))


async def show(query: CallbackQuery, callback_data: MemberPress, member: Member, members: MemberService) -> None:
    shown = await members.get(member, callback_data.number)
    await query.answer()
    await redraw(query, *_card(shown))


async def ask(query: CallbackQuery, callback_data: MemberPress, member: Member, members: MemberService) -> None:
    """What cannot be taken back by a press is asked twice."""
    shown = await members.get(member, callback_data.number)
    await query.answer()
    text, button, sure = {
        MemberAct.OWNER: (texts.sure_to_make_owner, texts.make_owner_sure_button, MemberAct.OWNER_SURE),
        MemberAct.HAND_OVER: (texts.sure_to_hand_over, texts.hand_over_sure_button, MemberAct.HAND_OVER_SURE),
        MemberAct.REMOVE: (texts.sure_to_remove, texts.remove_sure_button, MemberAct.REMOVE_SURE),
    }[callback_data.act]
    back = _row(texts.back_button(), MemberAct.SHOW, shown.id)
    await redraw(query, text(shown), _markup(_row(button(), sure, shown.id), back))


async def give_role(
    query: CallbackQuery,
    callback_data: MemberPress,
    bot: Bot,
    i18n: I18n,
    member: Member,
    workspace: Workspace,
    members: MemberService,
    workspaces: WorkspaceService,
    menu: MemberMenu,
) -> None:
    role = GIVES[callback_data.act]
    before = await members.get(member, callback_data.number)
    changed = await members.set_role(member, callback_data.number, role)
    await query.answer()
    if changed.id == member.id:
        await menu.show(changed, changed.language or workspace.language)
        await redraw(query, texts.your_role(role, workspace.name))
        return
    if changed.role is not before.role:
        teller = Teller(bot, i18n, menu, workspace)
        await teller.role_changed(changed, workspaces, lambda: texts.your_role(role, workspace.name))
    await redraw(query, *_card(changed))


async def hand_over(
    query: CallbackQuery,
    callback_data: MemberPress,
    bot: Bot,
    i18n: I18n,
    member: Member,
    workspace: Workspace,
    language: Language,
    members: MemberService,
    workspaces: WorkspaceService,
    menu: MemberMenu,
) -> None:
    heir = await members.hand_over(member, callback_data.number)
    await query.answer()
    teller = Teller(bot, i18n, menu, workspace)
    await teller.role_changed(heir, workspaces, lambda: texts.your_role(Role.OWNER, workspace.name))
    await menu.show(await members.get(member, member.id), language)
    await redraw(query, texts.handed_over(heir))


async def remove(
    query: CallbackQuery,
    callback_data: MemberPress,
    bot: Bot,
    i18n: I18n,
    member: Member,
    workspace: Workspace,
    members: MemberService,
    workspaces: WorkspaceService,
    menu: MemberMenu,
) -> None:
    removed = await members.remove(member, callback_data.number)
    await query.answer()
    teller = Teller(bot, i18n, menu, workspace)
    await teller.gone(removed, workspaces, lambda: texts.you_were_removed(workspace.name))
    if removed.id == member.id:
        await redraw(query, texts.you_were_removed(workspace.name))
        return
    await redraw(query, *await _list(member, members))


def build_router() -> Router:
    router = Router(name="members")
    needs = {"needs": Action.MEMBERS}
    acts: dict[MemberAct, CallbackType] = {
        MemberAct.LIST: turn,
        MemberAct.SHOW: show,
        MemberAct.OWNER: ask,
        MemberAct.HAND_OVER: ask,
        MemberAct.REMOVE: ask,
        MemberAct.EDITOR: give_role,
        MemberAct.VIEWER: give_role,
        MemberAct.OWNER_SURE: give_role,
        MemberAct.HAND_OVER_SURE: hand_over,
        MemberAct.REMOVE_SURE: remove,
    }
    router.message.register(show_list, Command("members"), Private(), flags=needs)
    for act, handler in acts.items():
        press = MemberPress.filter(F.act == act)
        router.callback_query.register(handler, press, Private(), flags=needs)
    return router
