"""/start, /help, /cancel: the door, and the way in."""

from aiogram import Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message

from handlers import words
from handlers.callbacks.connecting import ANY_KIND, ConnectKind
from handlers.callbacks.linking import LinkTo
from handlers.callbacks.prompts import NewPrompt, PromptList
from handlers.funnels import listing as funnel_list
from handlers.funnels.screens import Screens
from handlers.links import Link
from handlers.menu import MemberMenu
from handlers.prompts.wizard.opening import begin
from handlers.states import leave
from handlers.workspace import texts
from handlers.workspace.entering import CLAIM, JOIN, claim, join
from services.access import Action, may
from services.connecting.connections import IntegrationService
from services.domain.workspace import Language, Member
from services.fieldbook import FieldBook
from services.funnels import FunnelBook
from services.ownfunnels.funnels import OwnFunnels
from services.ownfunnels.rulebook import RuleBook
from services.prompts.reading import PromptBook
from services.workspace.companies import CompanyService
from services.workspace.founding import Founding
from services.workspace.invitations import InvitationService
from services.workspace.workspaces import WorkspaceService


async def start(
    message: Message,
    command: CommandObject,
    member: Member | None,
    language: Language,
    workspaces: WorkspaceService,
    founding: Founding,
    integrations: IntegrationService,
    prompts: PromptBook,
    funnels: FunnelBook,
    fields: FieldBook,
    state: FSMContext,
    menu: MemberMenu,
    invitations: InvitationService,
    companies: CompanyService,
    own_funnels: OwnFunnels,
    rulebook: RuleBook,
    signup: bool,
) -> None:
    """Open to strangers: links lead in, and the door may stand open; everybody else meets it closed."""
    user = message.from_user
    if user is None or message.chat.type != ChatType.PRIVATE:
        return
    payload = command.args or ""
    if payload.startswith(CLAIM):
        await claim(message, payload.removeprefix(CLAIM), user, member, language, founding, menu)
        return
    if payload.startswith(JOIN):
        token = payload.removeprefix(JOIN)
        await join(message, token, user, member, language, invitations, companies, menu)
        return
    if member is None and signup:
        member = await companies.sign_up(user.id, user.full_name, language)
    if member is None:
        await message.answer(texts.closed_door())
        return
    await workspaces.remember_name(member, user.full_name)
    await workspaces.learn_language(member, language)
    await menu.show(member, language)
    link = Link.said(message.text or "")
    if link is not None and may(member.role, Action.EDIT_PROMPTS):
        if link.to is LinkTo.NEW and link.number:
            await begin(message, member, state, integrations, funnels, fields, origin=link.number)
            return
        if link.to is LinkTo.FUNNELS:
            await funnel_list.show(message, Screens(member, state, integrations, own_funnels, rulebook))
            return
    connected = bool(await integrations.of(member.workspace_id))
    count = len(await prompts.all(member.workspace_id))
    greeting = texts.greeting(user.first_name, connected=connected, prompts=count)
    await message.answer(
        **greeting.as_kwargs(), reply_markup=_next_step(member, connected=connected, prompts=count)
    )


def _button(text: str, data: str) -> list[InlineKeyboardButton]:
    return [InlineKeyboardButton(text=text, callback_data=data)]


def _next_step(member: Member, *, connected: bool, prompts: int) -> InlineKeyboardMarkup | None:
    rows = []
    if not connected and may(member.role, Action.CONNECT):
        rows.append(_button(texts.connect_button(), ConnectKind(kind=ANY_KIND).pack()))
    if connected and may(member.role, Action.EDIT_PROMPTS):
        rows.append(_button(texts.new_button(), NewPrompt().pack()))
    if prompts:
        rows.append(_button(texts.prompts_button(), PromptList().pack()))
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


async def help_(message: Message, member: Member) -> None:
    await message.answer(**texts.help_text(member.role).as_kwargs())


async def cancel(message: Message, state: FSMContext) -> None:
    if await state.get_state() is None:
        await message.answer(texts.nothing_to_cancel())
        return
    await leave(state)
    await message.answer(words.cancelled())


def build_router() -> Router:
    router = Router(name="start")
    router.message.register(start, CommandStart(), flags={"open": True})
    router.message.register(help_, Command("help"), flags={"needs": Action.VIEW})
    router.message.register(cancel, Command("cancel"), flags={"needs": Action.VIEW, "ends_dialogue": True})
    return router
