"""/subscribe, /unsubscribe, /chats, and the link from a group into its settings.

A group is set up in the private chat of whoever may: there nobody else's presses are in the way.
"""

from dataclasses import replace

from aiogram import Bot, Router
from aiogram.filters import Command, CommandStart
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.utils.deep_linking import create_start_link
from aiogram.utils.i18n import I18n

from handlers.callbacks.linking import LinkTo
from handlers.chats import texts
from handlers.chats.reading import Reading
from handlers.chats.screens import listing
from handlers.editing import as_text
from handlers.filters import Leads, Private
from handlers.links import Link
from handlers.workspace.chats import address_of, title_of
from services.access import Action
from services.connecting.connections import IntegrationService
from services.domain.workspace import Language, Member, Workspace
from services.funnels import FunnelBook
from services.listening.chats import ChatService
from services.ports import Clock
from services.prompts.reading import PromptBook


async def subscribe(
    message: Message,
    bot: Bot,
    member: Member,
    workspace: Workspace,
    language: Language,
    i18n: I18n,
    clock: Clock,
    chats: ChatService,
    prompts: PromptBook,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    """Listens at once, as it was set up before. A group has a link to its settings, a private chat shows them."""
    private = message.chat.type == "private"
    spoken = language if private else workspace.language
    chat = await chats.subscribe(member, address_of(message), message.chat.type, title_of(message), spoken)
    reading = Reading(workspace, language, clock, prompts, integrations, funnels)
    screens = await reading.screens(chat)
    if private:
        text, keyboard = screens.window(texts.subscribed_note())
        await message.answer(**as_text(text).as_kwargs(), reply_markup=keyboard)
        return
    link = await create_start_link(bot, Link(LinkTo.CHAT, chat.id).payload)
    with i18n.use_locale(spoken):
        button = InlineKeyboardButton(text=texts.set_up_button(), url=link)
        told = texts.subscribed(chat, screens.names, replace(reading.seen, language=spoken))
    await message.answer(**told.as_kwargs(), reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))


async def unsubscribe(message: Message, member: Member, chats: ChatService) -> None:
    was = await chats.unsubscribe(member, address_of(message))
    await message.answer(texts.unsubscribed() if was else texts.was_not_subscribed())


async def show_all(
    message: Message,
    member: Member,
    workspace: Workspace,
    language: Language,
    clock: Clock,
    chats: ChatService,
    prompts: PromptBook,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    seen = Reading(workspace, language, clock, prompts, integrations, funnels).seen
    text, keyboard = listing(await chats.of(member.workspace_id), 0, seen)
    await message.answer(**as_text(text).as_kwargs(), reply_markup=keyboard)


async def show_all_in_group(message: Message, bot: Bot, workspace: Workspace) -> None:
    link = await create_start_link(bot, Link(LinkTo.CHATS, workspace.id).payload)
    button = InlineKeyboardButton(text=texts.set_up_button(), url=link)
    await message.answer(texts.elsewhere(), reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))


async def linked(
    message: Message,
    link: Link,
    member: Member,
    workspace: Workspace,
    language: Language,
    clock: Clock,
    chats: ChatService,
    prompts: PromptBook,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    """From a group. A link without a number, or typed by hand, leads to all chats."""
    if link.to is not LinkTo.CHAT or not link.number:
        await show_all(message, member, workspace, language, clock, chats, prompts, integrations, funnels)
        return
    chat = await chats.get(member, link.number)
    reading = Reading(workspace, language, clock, prompts, integrations, funnels)
    text, keyboard = (await reading.screens(chat)).window()
    await message.answer(**as_text(text).as_kwargs(), reply_markup=keyboard)


def build_router() -> Router:
    router = Router(name="chats arriving")
    manage = {"needs": Action.MANAGE_CHATS}
    link = Leads(LinkTo.CHAT, LinkTo.CHATS)
    router.message.register(linked, CommandStart(deep_link=True), link, Private(), flags=manage)
    router.message.register(subscribe, Command("subscribe"), flags=manage)
    router.message.register(unsubscribe, Command("unsubscribe"), flags=manage)
    router.message.register(show_all, Command("chats"), Private(), flags=manage)
    router.message.register(show_all_in_group, Command("chats"), flags=manage)
    return router
