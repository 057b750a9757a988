"""The card of a prompt: everything about it, and changing any part."""

from itertools import count

from aiogram import F, Router
from aiogram.dispatcher.event.handler import CallbackType
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup

from handlers import words
from handlers.callbacks.prompts import CardAct, PromptCard
from handlers.editing import redraw
from handlers.filters import Private
from handlers.prompts import card_texts, shared_texts
from handlers.prompts.cards import Cards, card_button, list_keyboard
from handlers.prompts.switch import said
from handlers.prompts.wizard.state import Wizard, changing
from services.access import Action
from services.connecting.connections import IntegrationService
from services.domain.prompt import Prompt
from services.domain.workspace import Member, Workspace
from services.errors import Refused
from services.fieldbook import FieldBook
from services.funnels import FunnelBook
from services.listening.chats import ChatService
from services.prompts.drafts import copy_name
from services.prompts.flow import Step
from services.prompts.service import PromptService


def chat_of(query: CallbackQuery) -> str:
    return query.message.chat.type if query.message is not None else ""


async def show(
    query: CallbackQuery,
    callback_data: PromptCard,
    member: Member,
    prompts: PromptService,
    integrations: IntegrationService,
    funnels: FunnelBook,
    state: FSMContext,
) -> None:
    prompt = await prompts.get(member, callback_data.prompt_id)
    await query.answer()
    await state.update_data(copied="")
    drawn = await Cards(member, prompts, integrations, funnels).draw(prompt, chat=chat_of(query))
    await redraw(query, *drawn)


async def switch(
    query: CallbackQuery,
    callback_data: PromptCard,
    member: Member,
    workspace: Workspace,
    prompts: PromptService,
    integrations: IntegrationService,
    funnels: FunnelBook,
    chats: ChatService,
) -> None:
    to = callback_data.act is CardAct.ON
    switched = await prompts.switches.set(member, callback_data.prompt_id, to)
    await query.answer()
    note = await said(switched, workspace, chats, query.message, to=to)
    cards = Cards(member, prompts, integrations, funnels)
    await redraw(query, *await cards.draw(switched.prompt, note, chat=chat_of(query)))


async def move(
    query: CallbackQuery,
    callback_data: PromptCard,
    member: Member,
    prompts: PromptService,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    prompt = await prompts.move(member, callback_data.prompt_id, up=callback_data.act is CardAct.UP)
    await query.answer()
    drawn = await Cards(member, prompts, integrations, funnels).draw(prompt, chat=chat_of(query))
    await redraw(query, *drawn)


async def duplicate(
    query: CallbackQuery,
    callback_data: PromptCard,
    member: Member,
    prompts: PromptService,
    integrations: IntegrationService,
    funnels: FunnelBook,
    state: FSMContext,
) -> None:
    """Pressed twice on the same card, it makes one copy: the first press has led to the copy's own card."""
    await query.answer()
    mark = f"{query.message.message_id if query.message else 0}:{callback_data.prompt_id}"
    if (await state.get_data()).get("copied") == mark:
        return
    source = await prompts.get(member, callback_data.prompt_id)
    copy = await prompts.duplicate(member, source.id, await _free_suffix(source, member, prompts))
    await state.update_data(copied=mark)
    cards = Cards(member, prompts, integrations, funnels)
    await redraw(query, *await cards.draw(copy, card_texts.copied(copy.name), chat=chat_of(query)))


async def _free_suffix(source: Prompt, member: Member, prompts: PromptService) -> str:
    taken = {prompt.name for prompt in await prompts.all(member.workspace_id)}
    suffixes = (card_texts.copy_suffix(number) for number in count(1))
    return next(one for one in suffixes if copy_name(source.name, one) not in taken)


async def ask_delete(
    query: CallbackQuery, callback_data: PromptCard, member: Member, prompts: PromptService
) -> None:
    prompt = await prompts.get(member, callback_data.prompt_id)
    await query.answer()
    rows = [
        [card_button(card_texts.delete_sure_button(), prompt, CardAct.DELETE_SURE)],
        [card_button(shared_texts.back_button(), prompt, CardAct.SHOW)],
    ]
    await redraw(query, card_texts.sure_to_delete(prompt.name), InlineKeyboardMarkup(inline_keyboard=rows))


async def delete(query: CallbackQuery, callback_data: PromptCard, member: Member, prompts: PromptService) -> None:
    prompt = await prompts.get(member, callback_data.prompt_id)
    await prompts.delete(member, prompt.id)
    await query.answer()
    await redraw(query, card_texts.deleted(prompt.name), list_keyboard())


ASKS = {CardAct.SCOPE: Step.FUNNEL, CardAct.PLACE: Step.DESTINATION, CardAct.FIELDS: Step.FIELDS}


async def ask_again(
    query: CallbackQuery,
    callback_data: PromptCard,
    member: Member,
    state: FSMContext,
    prompts: PromptService,
    integrations: IntegrationService,
    funnels: FunnelBook,
    fields: FieldBook,
) -> None:
    """The wizard again, for one part of the prompt only."""
    prompt = await prompts.get(member, callback_data.prompt_id)
    await query.answer()
    data = changing(prompt, ASKS[callback_data.act], await state.get_data())
    wizard = Wizard(state, data, member, integrations, funnels, fields)
    try:
        window = await wizard.window()
    except Refused as error:
        text, keyboard = await Cards(member, prompts, integrations, funnels).draw(prompt, words.refused(error))
        await redraw(query, text, keyboard)
        return
    await redraw(query, window.text, window.keyboard)


async def hide(
    query: CallbackQuery,
    callback_data: PromptCard,
    member: Member,
    prompts: PromptService,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    to = callback_data.act is CardAct.HIDE
    prompt = await prompts.hide_empty(member, callback_data.prompt_id, to)
    await query.answer()
    drawn = await Cards(member, prompts, integrations, funnels).draw(prompt, chat=chat_of(query))
    await redraw(query, *drawn)


def build_router() -> Router:
    router = Router(name="prompt card")
    view, edit = {"needs": Action.VIEW}, {"needs": Action.EDIT_PROMPTS}
    handlers: dict[CardAct, tuple[CallbackType, dict[str, Action]]] = {
        CardAct.SHOW: (show, view),
        CardAct.ON: (switch, edit),
        CardAct.OFF: (switch, edit),
        CardAct.UP: (move, edit),
        CardAct.DOWN: (move, edit),
        CardAct.DUPLICATE: (duplicate, edit),
        CardAct.HIDE: (hide, edit),
        CardAct.UNHIDE: (hide, edit),
        CardAct.DELETE: (ask_delete, edit),
        CardAct.DELETE_SURE: (delete, edit),
    }
    for act, (handler, flags) in handlers.items():
        router.callback_query.register(handler, PromptCard.filter(F.act == act), flags=flags)
    asked_again = PromptCard.filter(F.act.in_(set(ASKS)))
    router.callback_query.register(ask_again, asked_again, Private(), flags=edit)
    return router
