"""/members: who works here, inviting by a one-time link, removing."""

from aiogram import Bot, F, Router
from aiogram.dispatcher.event.handler import CallbackType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.utils.deep_linking import create_start_link
from aiogram.utils.formatting import Text

from handlers.callbacks import MemberAct, MemberPress
from handlers.editing import redraw
from handlers.filters import Private
from handlers.menu import MemberMenu
from handlers.workspace import members_texts as texts
from handlers.workspace.entering import JOIN
from services.access import Action
from services.domain.workspace import Language, Member, Role, Workspace
from services.members import VALID, MemberService
from services.ports import Clock

ROLES = {MemberAct.EDITOR: Role.EDITOR, MemberAct.VIEWER: Role.VIEWER}


def _row(text: str, act: MemberAct, number: int = 0) -> list[InlineKeyboardButton]:
    return [InlineKeyboardButton(text=text, callback_data=MemberPress(act=act, number=number).pack())]


def _markup(*rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=list(rows))


async def _list(member: Member, members: MemberService) -> tuple[Text, InlineKeyboardMarkup]:
    known = await members.of(member.workspace_id)
    others = [_row(texts.name(one), MemberAct.SHOW, one.id) for one in known if one.id != member.id]
    return texts.people(known, member), _markup(*others, _row(texts.invite_button(), MemberAct.INVITE))


async def show_list(message: Message, member: Member, members: MemberService) -> None:
    text, keyboard = await _list(member, members)
    await message.answer(**text.as_kwargs(), reply_markup=keyboard)


async def back_to_list(query: CallbackQuery, member: Member, members: MemberService) -> None:
    await query.answer()
    await redraw(query, *await _list(member, members))


async def choose_role(query: CallbackQuery) -> None:
    await query.answer()
    rows = [_row(texts.role(role), act) for act, role in ROLES.items()]
    await redraw(query, texts.choose_role(), _markup(*rows, _row(texts.back_button(), MemberAct.LIST)))


async def invite(
    query: CallbackQuery,
    callback_data: MemberPress,
    bot: Bot,
    member: Member,
    workspace: Workspace,
    language: Language,
    members: MemberService,
    clock: Clock,
) -> None:
    await query.answer()
    role = ROLES[callback_data.act]
    link = await create_start_link(bot, JOIN + await members.invite(member, role))
    text = texts.invitation(role, link, clock.now() + VALID, workspace.zone, language)
    await redraw(query, text, _markup(_row(texts.back_button(), MemberAct.LIST)))


async def show(query: CallbackQuery, callback_data: MemberPress, member: Member, members: MemberService) -> None:
    shown = await members.get(member, callback_data.number)
    await query.answer()
    rows = [_row(texts.remove_button(), MemberAct.REMOVE, shown.id), _row(texts.back_button(), MemberAct.LIST)]
    await redraw(query, texts.person(shown), _markup(*rows))


async def ask_remove(
    query: CallbackQuery, callback_data: MemberPress, member: Member, members: MemberService
) -> None:
    shown = await members.get(member, callback_data.number)
    await query.answer()
    sure = _row(texts.remove_sure_button(), MemberAct.REMOVE_SURE, shown.id)
    await redraw(query, texts.sure_to_remove(shown), _markup(sure, _row(texts.back_button(), MemberAct.LIST)))


async def remove(
    query: CallbackQuery,
    callback_data: MemberPress,
    member: Member,
    members: MemberService,
    menu: MemberMenu,
) -> None:
    removed = await members.remove(member, callback_data.number)
    await query.answer()
    await menu.forget(removed)
    await redraw(query, *await _list(member, members))


def build_router() -> Router:
    router = Router(name="members")
    needs = {"needs": Action.MEMBERS}
    acts: dict[MemberAct, CallbackType] = {
        MemberAct.LIST: back_to_list,
        MemberAct.INVITE: choose_role,
        MemberAct.EDITOR: invite,
        MemberAct.VIEWER: invite,
        MemberAct.SHOW: show,
        MemberAct.REMOVE: ask_remove,
        MemberAct.REMOVE_SURE: remove,
    }
    router.message.register(show_list, Command("members"), Private(), flags=needs)
    for act, handler in acts.items():
        press = MemberPress.filter(F.act == act)
        router.callback_query.register(handler, press, Private(), flags=needs)
    return router
