"""Links into the private chat, from a group or typed by hand: each belongs to a company, as buttons do.

Whoever works in another company of theirs is asked first: a link may come from anybody, and what is typed after it
would otherwise go where they did not mean. A link into somebody else's company says nothing of it.
"""

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from handlers.belonging import present_in
from handlers.callbacks.linking import LinkPress, LinkTo
from handlers.chats import arriving
from handlers.editing import redraw
from handlers.filters import Private
from handlers.funnels import listing as funnel_list
from handlers.funnels.screens import Screens
from handlers.links import Link
from handlers.menu import MemberMenu
from handlers.prompts.wizard.opening import begin
from handlers.workspace import company_texts, texts
from services.access import Action, may
from services.connecting.connections import IntegrationService
from services.domain.workspace import Language, Member
from services.errors import NotFound
from services.fieldbook import FieldBook
from services.funnels import FunnelBook
from services.listening.chats import ChatService
from services.ownfunnels.funnels import OwnFunnels
from services.ownfunnels.rulebook import RuleBook
from services.ports import Clock
from services.prompts.reading import PromptBook
from services.workspace.companies import CompanyService, Place

NEEDS = {
    LinkTo.NEW: Action.EDIT_PROMPTS,
    LinkTo.FUNNELS: Action.EDIT_PROMPTS,
    LinkTo.CHAT: Action.MANAGE_CHATS,
    LinkTo.CHATS: Action.MANAGE_CHATS,
}
OF_CHATS = (LinkTo.NEW, LinkTo.CHAT)
"""Their number is ours of a chat; that of the others is ours of a company."""


async def _place(link: Link, user_id: int, companies: CompanyService) -> Place | None:
    """Where it leads, if that is a company of this person's."""
    if link.to in OF_CHATS:
        return await companies.around_chat(user_id, link.number)
    return await companies.place(user_id, link.number)


async def is_answered(message: Message, link: Link, member: Member, companies: CompanyService) -> bool:
    """Was all said that there is to say? Else it leads into the present company, and goes its usual way."""
    place = await _place(link, member.user_id, companies)
    if place is None:
        await message.answer(company_texts.link_leads_nowhere())
        return True
    if place.workspace.id == member.workspace_id:
        return False
    button = InlineKeyboardButton(
        text=company_texts.go_on_button(), callback_data=LinkPress(to=link.to, number=link.number).pack()
    )
    text = company_texts.link_elsewhere(place.workspace.name)
    await message.answer(**text.as_kwargs(), reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))
    return True


async def go_on(
    query: CallbackQuery,
    callback_data: LinkPress,
    member: Member,
    language: Language,
    state: FSMContext,
    menu: MemberMenu,
    clock: Clock,
    companies: CompanyService,
    chats: ChatService,
    prompts: PromptBook,
    integrations: IntegrationService,
    funnels: FunnelBook,
    fields: FieldBook,
    own_funnels: OwnFunnels,
    rulebook: RuleBook,
) -> None:
    """Into the link's company, and on to what it is about."""
    link = Link(callback_data.to, callback_data.number)
    place = await _place(link, member.user_id, companies)
    if place is None:
        raise NotFound("link")
    place = await companies.switch(member.user_id, place.workspace.id)
    await query.answer()
    here, message = place.member, query.message
    with present_in(place.workspace.id, here.id):
        await redraw(query, company_texts.switched(place.workspace.name))
        await menu.show(here, language)
        if not isinstance(message, Message):
            return
        if not may(here.role, NEEDS[link.to]):
            await message.answer(texts.not_yours(NEEDS[link.to]))
        elif link.to is LinkTo.NEW:
            await begin(message, here, state, integrations, funnels, fields, origin=link.number)
        elif link.to is LinkTo.FUNNELS:
            await funnel_list.show(message, Screens(here, state, integrations, own_funnels, rulebook))
        else:
            company = place.workspace
            await arriving.linked(
                message, link, here, company, language, clock, chats, prompts, integrations, funnels
            )


def build_router() -> Router:
    router = Router(name="linking")
    flags = {"needs": Action.VIEW, "anywhere": True}
    router.callback_query.register(go_on, LinkPress.filter(), Private(), flags=flags)
    return router
