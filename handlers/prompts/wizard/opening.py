"""/new: opens the wizard. A group offers a link, for the wizard lives in the private chat."""

from typing import Any

from aiogram import Bot, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.utils.deep_linking import create_start_link

from handlers import words
from handlers.callbacks.connecting import ANY_KIND, ConnectKind
from handlers.callbacks.linking import LinkTo
from handlers.callbacks.prompts import NewPrompt, WizardPress
from handlers.filters import OwnWindow, Private
from handlers.links import Link
from handlers.prompts.files import WORDS
from handlers.prompts.wizard import answering, texts
from handlers.prompts.wizard.state import Wizard, starting
from handlers.states import Dialogue
from handlers.workspace.chats import address_of
from handlers.workspace.texts import connect_button
from services.access import Action, may
from services.connecting.connections import IntegrationService
from services.domain.workspace import Language, Member
from services.errors import Refused
from services.fieldbook import FieldBook
from services.funnels import FunnelBook
from services.listening.chats import ChatService


async def begin(
    message: Message,
    member: Member,
    state: FSMContext,
    integrations: IntegrationService,
    funnels: FunnelBook,
    fields: FieldBook,
    origin: int = 0,
) -> None:
    """A new wizard in a private chat; `origin` is our number of the group it was opened from."""
    own = await integrations.of(member.workspace_id)
    if not own:
        await first_connect(message, member)
        return
    draft: dict[str, Any] = {} if len(own) > 1 else {"integration": own[0].id}
    data = starting(await state.get_data(), draft, origin=origin)
    try:
        window = await Wizard(state, data, member, integrations, funnels, fields).window()
    except Refused as error:
        await message.answer(words.refused(error))
        return
    await message.answer(**window.text.as_kwargs(), reply_markup=window.keyboard)


async def first_connect(message: Message, member: Member) -> None:
    """There is nothing to make a prompt for: whoever may connect a system is led there."""
    may_connect = may(member.role, Action.CONNECT)
    row = InlineKeyboardButton(text=connect_button(), callback_data=ConnectKind(kind=ANY_KIND).pack())
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[row]]) if may_connect else None
    await message.answer(texts.first_connect(may_connect=may_connect), reply_markup=keyboard)


async def new(
    message: Message,
    member: Member,
    state: FSMContext,
    integrations: IntegrationService,
    funnels: FunnelBook,
    fields: FieldBook,
) -> None:
    await begin(message, member, state, integrations, funnels, fields)


async def new_pressed(
    query: CallbackQuery,
    member: Member,
    state: FSMContext,
    integrations: IntegrationService,
    funnels: FunnelBook,
    fields: FieldBook,
) -> None:
    await query.answer()
    if isinstance(query.message, Message):
        await begin(query.message, member, state, integrations, funnels, fields)


async def new_in_group(message: Message, bot: Bot, member: Member, language: Language, chats: ChatService) -> None:
    """The link carries the group's number, so that its cards will come to the group."""
    title = message.chat.title or message.chat.full_name
    chat = await chats.remember(member, address_of(message), message.chat.type, title, language)
    link = await create_start_link(bot, Link(LinkTo.NEW, chat.id).payload)
    button = InlineKeyboardButton(text=texts.open_private_button(), url=link)
    await message.answer(texts.only_private(), reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))


async def new_pressed_in_group(
    query: CallbackQuery, bot: Bot, member: Member, language: Language, chats: ChatService
) -> None:
    await query.answer()
    if isinstance(query.message, Message):
        await new_in_group(query.message, bot, member, language, chats)


def build_router() -> Router:
    router = Router(name="wizard")
    needs = {"needs": Action.EDIT_PROMPTS}
    router.message.register(new, Command("new"), Private(), flags=needs)
    router.message.register(new_in_group, Command("new"), flags=needs)
    router.callback_query.register(new_pressed, NewPrompt.filter(), Private(), flags=needs)
    router.callback_query.register(new_pressed_in_group, NewPrompt.filter(), flags=needs)
    router.callback_query.register(answering.pressed, WizardPress.filter(), OwnWindow(), Private(), flags=needs)
    router.message.register(answering.typed, Dialogue.wizard, Private(), WORDS, flags=needs)
    return router
