"""Invitations: for which role, for how long, who came by them, taking them back."""

from aiogram import Bot, F, Router
from aiogram.dispatcher.event.handler import CallbackType
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.utils.deep_linking import create_start_link
from aiogram.utils.formatting import Text
from magic_filter import MagicFilter

from handlers import words
from handlers.callbacks.members import InviteAct, InvitePress, MemberAct, MemberPress
from handlers.editing import redraw
from handlers.filters import Private
from handlers.workspace import inviting_texts as texts
from handlers.workspace import members_texts
from handlers.workspace.entering import JOIN
from services.access import Action
from services.domain.workspace import Language, Member, Role, Workspace
from services.workspace.invitations import InvitationService, InvitationState

TERMS = (1, 7, 30, 0)
"""Days; 0: until it is used or taken back."""


def _row(text: str, press: InvitePress | MemberPress) -> list[InlineKeyboardButton]:
    return [InlineKeyboardButton(text=text, callback_data=press.pack())]


def _markup(*rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=list(rows))


def _back(press: InvitePress | MemberPress) -> list[InlineKeyboardButton]:
    return _row(members_texts.back_button(), press)


async def choose_role(query: CallbackQuery) -> None:
    """An owner is asked about twice."""
    await query.answer()
    following = {Role.EDITOR: InviteAct.TERM, Role.VIEWER: InviteAct.TERM, Role.OWNER: InviteAct.SURE}
    rows = [
        _row(members_texts.role_button(role), InvitePress(act=act, role=role)) for role, act in following.items()
    ]
    await redraw(query, texts.choose_role(), _markup(*rows, _back(MemberPress(act=MemberAct.LIST))))


async def ask_whether_owner(query: CallbackQuery) -> None:
    await query.answer()
    sure = _row(texts.sure_of_an_owner_button(), InvitePress(act=InviteAct.TERM, role=Role.OWNER))
    await redraw(query, texts.sure_of_an_owner(), _markup(sure, _back(InvitePress(act=InviteAct.ROLE))))


async def choose_term(query: CallbackQuery, callback_data: InvitePress) -> None:
    await query.answer()
    role = Role(callback_data.role)
    rows = [_row(texts.term(days), InvitePress(act=InviteAct.MAKE, role=role, days=days)) for days in TERMS]
    await redraw(query, texts.choose_term(role), _markup(*rows, _back(InvitePress(act=InviteAct.ROLE))))


async def make(
    query: CallbackQuery,
    callback_data: InvitePress,
    bot: Bot,
    member: Member,
    workspace: Workspace,
    language: Language,
    invitations: InvitationService,
) -> None:
    role, days = Role(callback_data.role), callback_data.days
    number, token = await invitations.invite(member, role, days=days)
    await query.answer()
    made = await invitations.get(member, number)
    until = words.moment(made.expires_at, workspace.zone, language) if made.expires_at is not None else ""
    text = texts.invitation(role, await create_start_link(bot, JOIN + token), until)
    revoke = _row(texts.revoke_button(), InvitePress(act=InviteAct.REVOKE, number=number))
    await redraw(query, text, _markup(revoke, _back(MemberPress(act=MemberAct.LIST))))


async def _list(
    member: Member, workspace: Workspace, language: Language, invitations: InvitationService
) -> tuple[Text, InlineKeyboardMarkup]:
    several = await invitations.of(member.workspace_id)
    rows = [
        _row(texts.open_button(one, workspace.zone, language), InvitePress(act=InviteAct.SHOW, number=one.id))
        for one in several
        if one.state is InvitationState.OPEN
    ]
    text = texts.invitations(several, workspace.zone, language)
    return text, _markup(*rows, _back(MemberPress(act=MemberAct.LIST)))


async def show_list(
    query: CallbackQuery,
    member: Member,
    workspace: Workspace,
    language: Language,
    invitations: InvitationService,
) -> None:
    await query.answer()
    await redraw(query, *await _list(member, workspace, language, invitations))


async def show(
    query: CallbackQuery,
    callback_data: InvitePress,
    member: Member,
    workspace: Workspace,
    language: Language,
    invitations: InvitationService,
) -> None:
    shown = await invitations.get(member, callback_data.number)
    await query.answer()
    rows = [_back(InvitePress(act=InviteAct.LIST))]
    if shown.state is InvitationState.OPEN:
        rows.insert(0, _row(texts.revoke_button(), InvitePress(act=InviteAct.REVOKE, number=shown.id)))
    await redraw(query, texts.one(shown, workspace.zone, language), _markup(*rows))


async def revoke(
    query: CallbackQuery,
    callback_data: InvitePress,
    member: Member,
    workspace: Workspace,
    language: Language,
    invitations: InvitationService,
) -> None:
    await invitations.revoke(member, callback_data.number)
    await query.answer(texts.revoked())
    await redraw(query, *await _list(member, workspace, language, invitations))


def build_router() -> Router:
    router = Router(name="inviting")
    needs = {"needs": Action.MEMBERS}
    of_a_role, of_a_term = F.role.in_(set(Role)), F.days.in_(set(TERMS))
    acts: dict[InviteAct, tuple[CallbackType, MagicFilter]] = {
        InviteAct.ROLE: (choose_role, F.act == InviteAct.ROLE),
        InviteAct.SURE: (ask_whether_owner, F.act == InviteAct.SURE),
        InviteAct.TERM: (choose_term, (F.act == InviteAct.TERM) & of_a_role),
        InviteAct.MAKE: (make, (F.act == InviteAct.MAKE) & of_a_role & of_a_term),
        InviteAct.LIST: (show_list, F.act == InviteAct.LIST),
        InviteAct.SHOW: (show, F.act == InviteAct.SHOW),
        InviteAct.REVOKE: (revoke, F.act == InviteAct.REVOKE),
    }
    for handler, rule in acts.values():
        router.callback_query.register(handler, InvitePress.filter(rule), Private(), flags=needs)
    return router
