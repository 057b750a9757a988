"""A new name or a new text for a prompt, typed from its card."""

from aiogram import Bot, F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.utils.formatting import Text

from handlers import words
from handlers.callbacks.prompts import CardAct, PromptCard
from handlers.editing import redraw
from handlers.filters import Private
from handlers.prompts import card_texts, shared_texts
from handlers.prompts.cards import Cards, card_button
from handlers.prompts.files import WORDS, text_of
from handlers.prompts.wizard import texts as wizard_texts
from handlers.states import Dialogue, leave
from handlers.workspace import texts as workspace_texts
from services.access import Action
from services.connecting.connections import IntegrationService
from services.domain.workspace import Member
from services.errors import Conflict, NotFound, Refused
from services.funnels import FunnelBook
from services.prompts.drafts import clean_name
from services.prompts.service import PromptService


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
    back = [[card_button(shared_texts.back_button(), prompt, CardAct.SHOW)]]
    question = card_texts.ask_new_name(prompt.name) if name else Text(card_texts.ask_new_text())
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
    number, revision = int(data["prompt_id"]), int(data["revision"])
    naming = await state.get_state() == Dialogue.prompt_name.state
    change = prompts.rename if naming else prompts.reword
    note = ""
    try:
        said = await text_of(message, bot)
        if naming and await _is_taken(said, member, number, prompts):
            await state.update_data(name=said)
            text, keyboard = _ask_whether(clean_name(said), number, revision)
            await message.answer(**text.as_kwargs(), reply_markup=keyboard)
            return
        prompt = await change(member, number, said, revision)
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


async def _is_taken(name: str, member: Member, number: int, prompts: PromptService) -> bool:
    """Raises Refused for words that are no name."""
    scope = (await prompts.get(member, number)).scope
    return await prompts.same_name(member, clean_name(name), scope, besides=number)


def _ask_whether(name: str, number: int, revision: int) -> tuple[Text, InlineKeyboardMarkup]:
    choices = {
        wizard_texts.anyway_button(): CardAct.NAME_ANYWAY,
        wizard_texts.other_name_button(): CardAct.NAME,
        shared_texts.back_button(): CardAct.SHOW,
    }
    rows = [
        [
            InlineKeyboardButton(
                text=text, callback_data=PromptCard(prompt_id=number, act=act, revision=revision).pack()
            )
        ]
        for text, act in choices.items()
    ]
    return wizard_texts.same_name(name), InlineKeyboardMarkup(inline_keyboard=rows)


async def name_anyway(
    query: CallbackQuery,
    callback_data: PromptCard,
    member: Member,
    state: FSMContext,
    prompts: PromptService,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    """The name that was typed, though another prompt has it."""
    data = await state.get_data()
    await leave(state)
    if data.get("prompt_id") != callback_data.prompt_id or "name" not in data:
        await query.answer(workspace_texts.old_window(), show_alert=True)
        return
    prompt = await prompts.rename(member, callback_data.prompt_id, data["name"], callback_data.revision)
    await query.answer()
    await redraw(query, *await Cards(member, prompts, integrations, funnels).draw(prompt))


def build_router() -> Router:
    router = Router(name="prompt words")
    edit = {"needs": Action.EDIT_PROMPTS}
    asked = PromptCard.filter(F.act.in_({CardAct.NAME, CardAct.TEXT}))
    router.callback_query.register(ask_words, asked, Private(), flags=edit)
    anyway = PromptCard.filter(F.act == CardAct.NAME_ANYWAY)
    router.callback_query.register(name_anyway, anyway, Private(), flags={**edit, "ends_dialogue": True})
    for waiting in (Dialogue.prompt_name, Dialogue.prompt_text):
        router.message.register(take_words, waiting, Private(), WORDS, flags=edit)
    return router
