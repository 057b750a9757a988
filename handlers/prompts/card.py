"""The card of a prompt: everything about it, and changing any part."""

from aiogram import Bot, F, Router
from aiogram.dispatcher.event.handler import CallbackType
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from aiogram.utils.formatting import Text

from handlers import words
from handlers.callbacks import CardAct, PromptCard
from handlers.editing import redraw
from handlers.filters import Private
from handlers.prompts import texts
from handlers.prompts.cards import Cards, card_button, list_keyboard
from handlers.prompts.files import WORDS, text_of
from handlers.prompts.wizard_state import Wizard, changing
from handlers.states import Dialogue, leave
from services.access import Action
from services.connections import IntegrationService
from services.domain.workspace import Member, Workspace
from services.errors import Conflict, NotFound, Refused
from services.fieldbook import FieldBook
from services.funnels import FunnelBook
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
) -> None:
    prompt = await prompts.get(member, callback_data.prompt_id)
    await query.answer()
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
) -> None:
    to = callback_data.act is CardAct.ON
    switched = await prompts.set_enabled(member, callback_data.prompt_id, to)
    await query.answer()
    note = texts.switched(switched, workspace.recommended_prompts, to=to)
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
) -> None:
    copy = await prompts.duplicate(member, callback_data.prompt_id, texts.copy_suffix())
    await query.answer()
    cards = Cards(member, prompts, integrations, funnels)
    await redraw(query, *await cards.draw(copy, texts.copied(copy.name), chat=chat_of(query)))


async def ask_delete(
    query: CallbackQuery, callback_data: PromptCard, member: Member, prompts: PromptService
) -> None:
    prompt = await prompts.get(member, callback_data.prompt_id)
    await query.answer()
    rows = [
        [card_button(texts.delete_sure_button(), prompt, CardAct.DELETE_SURE)],
        [card_button(texts.back_button(), prompt, CardAct.SHOW)],
    ]
    await redraw(query, texts.sure_to_delete(prompt.name), InlineKeyboardMarkup(inline_keyboard=rows))


async def delete(query: CallbackQuery, callback_data: PromptCard, member: Member, prompts: PromptService) -> None:
    prompt = await prompts.get(member, callback_data.prompt_id)
    await prompts.delete(member, prompt.id)
    await query.answer()
    await redraw(query, texts.deleted(prompt.name), list_keyboard())


async def ask_words(
    query: CallbackQuery,
    callback_data: PromptCard,
    member: Member,
    prompts: PromptService,
    state: FSMContext,
) -> None:
    """A new name or a new text is typed; it is checked against the revision seen now."""
    prompt = await prompts.get(member, callback_data.prompt_id)
    await query.answer()
    name = callback_data.act is CardAct.NAME
    await leave(state)
    await state.set_state(Dialogue.prompt_name if name else Dialogue.prompt_text)
    await state.update_data(prompt_id=prompt.id, revision=prompt.revision)
    back = [[card_button(texts.back_button(), prompt, CardAct.SHOW)]]
    question = texts.ask_new_name(prompt.name) if name else Text(texts.ask_new_text())
    await redraw(query, question, InlineKeyboardMarkup(inline_keyboard=back))


async def take_words(
    message: Message,
    bot: Bot,
    member: Member,
    state: FSMContext,
    prompts: PromptService,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    data = await state.get_data()
    number = int(data["prompt_id"])
    naming = await state.get_state() == Dialogue.prompt_name.state
    change = prompts.rename if naming else prompts.reword
    note = ""
    try:
        prompt = await change(member, number, await text_of(message, bot), int(data["revision"]))
    except Refused as error:
        await message.answer(words.refused(error))
        return
    except Conflict:
        prompt, note = await prompts.get(member, number), words.changed_meanwhile()
    except NotFound:
        await leave(state)
        raise
    await leave(state)
    text, keyboard = await Cards(member, prompts, integrations, funnels).draw(prompt, note)
    await message.answer(**text.as_kwargs(), reply_markup=keyboard)


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
    words_asked = PromptCard.filter(F.act.in_({CardAct.NAME, CardAct.TEXT}))
    router.callback_query.register(ask_words, words_asked, Private(), flags=edit)
    asked_again = PromptCard.filter(F.act.in_(set(ASKS)))
    router.callback_query.register(ask_again, asked_again, Private(), flags=edit)
    for waiting in (Dialogue.prompt_name, Dialogue.prompt_text):
        router.message.register(take_words, waiting, Private(), WORDS, flags=edit)
    return router
