"""The alert of a prompt, from its card: the condition by example or typed, and whom it calls."""

from aiogram import F, Router
from aiogram.dispatcher.event.handler import CallbackType
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.utils.formatting import Text

from handlers import words
from handlers.callbacks.alerts import AlertAct, AlertPress
from handlers.callbacks.prompts import CardAct, PromptCard
from handlers.editing import redraw
from handlers.filters import Private, typed
from handlers.prompts import alert_texts, shared_texts
from handlers.states import Dialogue, leave
from services.access import Action
from services.domain.prompt import Prompt
from services.domain.workspace import Member
from services.errors import Conflict, NotFound, Refused
from services.prompts.service import PromptService
from services.workspace.members import MemberService

Screen = tuple[Text | str, InlineKeyboardMarkup]

PAGE = 8


def _button(
    text: str, act: AlertAct, prompt: Prompt, one: int = 0, *, to: bool = False, page: int = 0
) -> list[InlineKeyboardButton]:
    press = AlertPress(act=act, prompt_id=prompt.id, revision=prompt.revision, one=one, to=to, page=page)
    return [InlineKeyboardButton(text=text, callback_data=press.pack())]


def _to_card(prompt: Prompt) -> list[InlineKeyboardButton]:
    data = PromptCard(prompt_id=prompt.id, act=CardAct.SHOW).pack()
    return [InlineKeyboardButton(text=shared_texts.back_button(), callback_data=data)]


def _name(member: Member) -> str:
    return member.name or str(member.user_id)


async def _window(prompt: Prompt, members: MemberService) -> Screen:
    condition = prompt.version.condition
    rows = [_button(alert_texts.words_button(), AlertAct.WORDS, prompt)]
    if condition:
        rows.append(_button(alert_texts.people_button(), AlertAct.PEOPLE, prompt))
        rows.append(_button(alert_texts.off_button(), AlertAct.OFF, prompt))
    else:
        examples = enumerate(alert_texts.conditions())
        rows = [_button(f"💡 {one}", AlertAct.EXAMPLE, prompt, number) for number, one in examples] + rows
    rows.append(_to_card(prompt))
    people = [_name(one) for one in await members.of(prompt.workspace_id) if one.id in prompt.tell]
    return alert_texts.window(prompt.name, condition, people), InlineKeyboardMarkup(inline_keyboard=rows)


async def show(
    query: CallbackQuery,
    callback_data: AlertPress,
    member: Member,
    state: FSMContext,
    prompts: PromptService,
    members: MemberService,
) -> None:
    """Also the way back from typing."""
    prompt = await prompts.get(member, callback_data.prompt_id)
    await query.answer()
    if await state.get_state() == Dialogue.alert_condition.state:
        await leave(state)
    await redraw(query, *await _window(prompt, members))


async def ask_words(
    query: CallbackQuery, callback_data: AlertPress, member: Member, state: FSMContext, prompts: PromptService
) -> None:
    """Checked against the revision seen now."""
    prompt = await prompts.get(member, callback_data.prompt_id)
    await query.answer()
    await leave(state)
    await state.set_state(Dialogue.alert_condition)
    await state.update_data(prompt_id=prompt.id, revision=prompt.revision)
    back = _button(shared_texts.back_button(), AlertAct.SHOW, prompt)
    await redraw(query, alert_texts.ask_condition(), InlineKeyboardMarkup(inline_keyboard=[back]))


async def take_words(
    message: Message, member: Member, state: FSMContext, prompts: PromptService, members: MemberService
) -> None:
    data = await state.get_data()
    number, revision = int(data["prompt_id"]), int(data["revision"])
    try:
        prompt = await prompts.alerts.set(member, number, message.text or "", revision)
    except Refused as error:
        await message.answer(words.refused(error))
        return
    except (NotFound, Conflict):
        await leave(state)
        raise
    await leave(state)
    text, keyboard = await _window(prompt, members)
    content = text if isinstance(text, Text) else Text(text)
    await message.answer(**content.as_kwargs(), reply_markup=keyboard)


async def set_condition(
    query: CallbackQuery,
    callback_data: AlertPress,
    member: Member,
    prompts: PromptService,
    members: MemberService,
) -> None:
    """An example taken, or the alert taken away. Pressed twice it is the same."""
    known = alert_texts.conditions()
    condition = known[callback_data.one % len(known)] if callback_data.act is AlertAct.EXAMPLE else ""
    prompt = await prompts.alerts.set(member, callback_data.prompt_id, condition, callback_data.revision)
    await query.answer()
    await redraw(query, *await _window(prompt, members))


async def people(
    query: CallbackQuery,
    callback_data: AlertPress,
    member: Member,
    prompts: PromptService,
    members: MemberService,
) -> None:
    """A press on a name says whether it is to be called, so a second press does no harm."""
    press = callback_data
    if press.act is AlertAct.CALL:
        prompt = await prompts.alerts.call(member, press.prompt_id, press.one, press.to)
    else:
        prompt = await prompts.get(member, press.prompt_id)
    await query.answer()
    every = await members.of(prompt.workspace_id)
    pages = max(1, -(-len(every) // PAGE))
    page = min(press.page, pages - 1)
    rows = []
    for one in every[page * PAGE : (page + 1) * PAGE]:
        called = one.id in prompt.tell
        label = f"✅ {_name(one)}" if called else _name(one)
        rows.append(_button(label[:60], AlertAct.CALL, prompt, one.id, to=not called, page=page))
    turning = []
    if page:
        turning += _button("‹", AlertAct.PEOPLE, prompt, page=page - 1)
    if page + 1 < pages:
        turning += _button("›", AlertAct.PEOPLE, prompt, page=page + 1)
    rows += [turning] if turning else []
    rows.append(_button(shared_texts.back_button(), AlertAct.SHOW, prompt))
    await redraw(query, alert_texts.choose_people(), InlineKeyboardMarkup(inline_keyboard=rows))


def build_router() -> Router:
    """In the private chat: conditions are typed, and a group need not see whom they call."""
    router = Router(name="prompt alert")
    edit = {"needs": Action.EDIT_PROMPTS}
    handlers: list[tuple[CallbackType, set[AlertAct]]] = [
        (show, {AlertAct.SHOW}),
        (ask_words, {AlertAct.WORDS}),
        (set_condition, {AlertAct.EXAMPLE, AlertAct.OFF}),
        (people, {AlertAct.PEOPLE, AlertAct.CALL}),
    ]
    for handler, acts in handlers:
        router.callback_query.register(handler, AlertPress.filter(F.act.in_(acts)), Private(), flags=edit)
    router.message.register(take_words, Dialogue.alert_condition, Private(), typed(), flags=edit)
    return router
