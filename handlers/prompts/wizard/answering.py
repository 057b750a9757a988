"""Answers to the wizard: presses in its present window, and typed words."""

from dataclasses import replace
from typing import Any

from aiogram import Bot
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.utils.formatting import Text

from handlers import words
from handlers.callbacks.prompts import CardAct, PromptCard, WizardAct, WizardPress
from handlers.editing import redraw
from handlers.prompts import shared_texts, switch_texts
from handlers.prompts.cards import Cards
from handlers.prompts.files import text_of
from handlers.prompts.wizard import texts
from handlers.prompts.wizard.examples import examples
from handlers.prompts.wizard.fielding import answering as fielding
from handlers.prompts.wizard.state import Wizard, scope_of
from handlers.states import leave
from handlers.workspace.chats import address_of
from services.connecting.connections import IntegrationService
from services.domain.prompt import Prompt
from services.domain.workspace import Language, Member
from services.errors import Conflict, NotFound, Refused, RemoteError
from services.fieldbook import FieldBook
from services.funnels import FunnelBook
from services.listening.chats import ChatService
from services.prompts.columns import place_and_asks
from services.prompts.drafts import Draft, clean_name, clean_text
from services.prompts.flow import Step
from services.prompts.service import PromptService


async def pressed(
    query: CallbackQuery,
    callback_data: WizardPress,
    wizard: dict[str, Any],
    member: Member,
    state: FSMContext,
    integrations: IntegrationService,
    funnels: FunnelBook,
    fields: FieldBook,
    prompts: PromptService,
    chats: ChatService,
    language: Language,
) -> None:
    """A press in the present window. It was answered at once, so what goes wrong later is said in the chat."""
    await query.answer()
    at = Wizard(state, wizard, member, integrations, funnels, fields)
    act, arg = callback_data.act, callback_data.arg
    try:
        if act is WizardAct.CANCEL:
            await leave(state)
            await redraw(query, words.cancelled())
        elif act is WizardAct.ANYWAY and "prompt_id" in at.data:
            await _finish_change(query, at, prompts, anyway=True)
        elif act in (WizardAct.SAVE, WizardAct.ANYWAY):
            await _save(query, at, prompts, chats, language, anyway=act is WizardAct.ANYWAY)
        elif act is WizardAct.EXAMPLE and at.step is Step.TEXT:
            window = await at.keep(at.drawer().example(arg % len(examples())))
            await redraw(query, window.text, window.keyboard)
        else:
            await _answer(query, at, prompts, act, arg)
    except (Refused, RemoteError) as error:
        if query.message is not None:
            await query.message.answer(words.failure(error))
    except Conflict:
        await leave(state)
        await _show_card(query, at, prompts, at.data["prompt_id"], words.changed_meanwhile())
    except NotFound:
        await leave(state)
        await redraw(query, texts.gone())


async def _answer(query: CallbackQuery, at: Wizard, prompts: PromptService, act: WizardAct, arg: int) -> None:
    options = at.data["options"]
    if await fielding.pressed(at.desk, at.step, act, arg):
        pass
    elif act is WizardAct.PICK and arg < len(options):
        await at.pick(options[arg])
    elif act is WizardAct.EDIT and 0 <= arg < len(Step):
        at.ask_again(list(Step)[arg])
    elif act is WizardAct.TAKE:
        at.draft["text"] = examples()[arg % len(examples())][1]
    elif act is WizardAct.FORMER and at.step is Step.TEXT and arg < len(options):
        at.draft["text"] = clean_text(options[arg])
    elif act is WizardAct.DONE and at.step is Step.TEXT:
        at.draft["text"] = clean_text("\n".join(at.data.get("pieces", [])))
    elif act is WizardAct.BACK:
        await at.go_back()
    if "prompt_id" in at.data and await at.next() is Step.SUMMARY:
        await _finish_change(query, at, prompts)
        return
    window = await at.window(page=arg if act is WizardAct.PAGE else 0)
    await redraw(query, window.text, window.keyboard)


async def _finish_change(
    query: CallbackQuery, at: Wizard, prompts: PromptService, *, anyway: bool = False
) -> None:
    """A wizard opened from a prompt's card: what is other is saved, place and scope together.

    A prompt that is off and has moved to another funnel may be switched on at once.
    """
    number, revision, scope = at.data["prompt_id"], at.data["revision"], scope_of(at.draft)
    moved = scope != scope_of(at.data["edit"]["draft"])
    name = at.draft["name"]
    if moved and not anyway and await prompts.same_name(at.member, name, scope, besides=number):
        window = await at.keep(at.drawer().same_name_there(name))
        await redraw(query, window.text, window.keyboard)
        return
    place, asks = place_and_asks(at.draft)
    if (place, asks) == place_and_asks(at.data["edit"]["draft"]):
        prompt = await prompts.rescope(at.member, number, scope, revision)
    else:
        prompt = await prompts.redirect(at.member, number, place, asks, revision, scope)
    await leave(at.state)
    if at.data.get("moves") and not prompt.enabled and prompt.revision != revision:
        await _show_saved(query, prompt)
    else:
        await _show_card(query, at, prompts, number, switch_texts.clashing(await prompts.clashes(prompt)))


async def _show_card(
    query: CallbackQuery, at: Wizard, prompts: PromptService, number: int, note: Text | str = ""
) -> None:
    prompt = await prompts.get(at.member, number)
    text, keyboard = await Cards(at.member, prompts, at.integrations, at.funnels).draw(prompt, note)
    await redraw(query, text, keyboard)


async def _save(
    query: CallbackQuery,
    at: Wizard,
    prompts: PromptService,
    chats: ChatService,
    language: Language,
    *,
    anyway: bool,
) -> None:
    if await at.next() is not Step.SUMMARY:
        window = await at.window()
        await redraw(query, window.text, window.keyboard)
        return
    scope = scope_of(at.draft)
    if not anyway and await prompts.same_name(at.member, at.draft["name"], scope):
        window = await at.keep(at.drawer().same_name(at.draft["name"]))
        await redraw(query, window.text, window.keyboard)
        return
    place, asks = place_and_asks(at.draft)
    prompt = await prompts.create(at.member, Draft(at.draft["name"], asks, scope, place))
    await leave(at.state)
    if at.data.get("origin"):
        await chats.subscribe_known(at.member, at.data["origin"])
    elif isinstance(query.message, Message):
        chat = query.message.chat
        await chats.subscribe(
            at.member, address_of(query.message), chat.type, chat.title or chat.full_name, language
        )
    await _show_saved(query, prompt)


async def _show_saved(query: CallbackQuery, prompt: Prompt) -> None:
    def button(text: str, act: CardAct) -> list[InlineKeyboardButton]:
        data = PromptCard(prompt_id=prompt.id, act=act).pack()
        return [InlineKeyboardButton(text=text, callback_data=data)]

    rows = [button(shared_texts.enable_button(), CardAct.ON), button(texts.later_button(), CardAct.SHOW)]
    await redraw(query, texts.saved(prompt.name), InlineKeyboardMarkup(inline_keyboard=rows))


async def typed(
    message: Message,
    bot: Bot,
    member: Member,
    state: FSMContext,
    integrations: IntegrationService,
    funnels: FunnelBook,
    fields: FieldBook,
) -> None:
    """A typed answer. What cannot be taken is said, and nothing typed before is lost."""
    at = Wizard(state, await state.get_data(), member, integrations, funnels, fields)
    try:
        if at.step is Step.NAME:
            at.draft["name"] = clean_name(message.text or message.caption or "")
            window = await at.window()
        elif at.step is Step.TEXT:
            pieces = [*at.data.get("pieces", []), clean_text(await text_of(message, bot))]
            clean_text("\n".join(pieces))
            at.data["pieces"] = pieces
            window = await at.keep(at.drawer().collected(pieces))
        elif at.step in (Step.LIST, Step.FIELDS):
            await fielding.typed(at.desk, at.step, message.text or message.caption or "")
            window = await at.window()
        else:
            window = await at.window()
            window = replace(window, text=texts.by_button(window.text))
    except (Refused, RemoteError) as error:
        await message.answer(words.failure(error))
        return
    await message.answer(**window.text.as_kwargs(), reply_markup=window.keyboard)
