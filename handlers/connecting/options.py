"""⚙️ on an integration's card: what may be set about it, tried first where the system can show what comes of it."""

from dataclasses import dataclass

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.utils.formatting import Text

from handlers.callbacks.connecting import IntegrationAct, IntegrationPress, OptionAct, OptionPress
from handlers.connecting import option_texts, texts
from handlers.connecting.systems import SYSTEMS
from handlers.editing import as_text, redraw
from handlers.filters import Private, typed
from handlers.states import Dialogue, stop_waiting
from services.access import Action
from services.connecting.options import OptionService, OptionSheet
from services.domain.workspace import Member
from services.errors import NotFound, Refused, RemoteError
from services.integrations.entry import Step

Drawn = tuple[Text | str, InlineKeyboardMarkup]


@dataclass(frozen=True)
class _Wish:
    """This option shall have this value."""

    sheet: OptionSheet
    option: Step
    value: str


def _button(
    text: str, sheet: OptionSheet, act: OptionAct, option: int = 0, choice: int = 0
) -> InlineKeyboardButton:
    data = OptionPress(integration_id=sheet.integration.id, act=act, option=option, choice=choice).pack()
    return InlineKeyboardButton(text=text, callback_data=data)


def _list(sheet: OptionSheet, note: str = "") -> Drawn:
    rows = [
        [_button(option_texts.title(sheet.integration.kind, option), sheet, OptionAct.ASK, number)]
        for number, option in sheet.shown
    ]
    card = IntegrationPress(integration_id=sheet.integration.id, act=IntegrationAct.SHOW).pack()
    rows.append([InlineKeyboardButton(text=texts.back_button(), callback_data=card)])
    return option_texts.sheet(sheet, note), InlineKeyboardMarkup(inline_keyboard=rows)


def _question(sheet: OptionSheet, number: int) -> Drawn:
    option = sheet.options[number]
    words = SYSTEMS[sheet.integration.kind]
    rows = [
        [_button(words.choice(option.field, value), sheet, OptionAct.CHOOSE, number, place)]
        for place, value in enumerate(option.choices)
    ]
    if option.field in sheet.chosen:
        rows.append([_button(option_texts.default_button(), sheet, OptionAct.DEFAULT, number)])
    rows.append([_button(texts.back_button(), sheet, OptionAct.LIST)])
    return option_texts.ask(sheet, option), InlineKeyboardMarkup(inline_keyboard=rows)


def _option(sheet: OptionSheet, number: int) -> Step:
    """Raises NotFound for a button of a time when there were others."""
    if number not in dict(sheet.shown):
        raise NotFound("option")
    return sheet.options[number]


async def show(
    query: CallbackQuery, callback_data: OptionPress, member: Member, state: FSMContext, options: OptionService
) -> None:
    sheet = await options.of(member, callback_data.integration_id)
    await query.answer()
    await stop_waiting(state)
    await redraw(query, *_list(sheet))


async def ask(
    query: CallbackQuery, callback_data: OptionPress, member: Member, state: FSMContext, options: OptionService
) -> None:
    sheet = await options.of(member, callback_data.integration_id)
    option = _option(sheet, callback_data.option)
    await query.answer()
    await _wait(state, sheet, option, "")
    await redraw(query, *_question(sheet, callback_data.option))


async def _wait(state: FSMContext, sheet: OptionSheet, option: Step, wanted: str) -> None:
    """For a typed value, or, once `wanted` has been tried, for "save" or another one."""
    await state.set_state(Dialogue.integration_option)
    await state.update_data(option_of=sheet.integration.id, option=option.field, wanted=wanted)


async def choose(
    query: CallbackQuery, callback_data: OptionPress, member: Member, state: FSMContext, options: OptionService
) -> None:
    sheet = await options.of(member, callback_data.integration_id)
    option = _option(sheet, callback_data.option)
    if callback_data.choice >= len(option.choices):
        raise NotFound("choice")
    await query.answer()
    progress = await redraw(query, option_texts.trying())
    if progress is not None:
        wish = _Wish(sheet, option, option.choices[callback_data.choice])
        await _try(progress, member, state, options, wish)


async def receive(message: Message, member: Member, state: FSMContext, options: OptionService) -> None:
    data = await state.get_data()
    sheet = await options.of(member, int(data["option_of"]))
    option = next((one for _, one in sheet.shown if one.field == data["option"]), None)
    if option is None:
        raise NotFound("option")
    back = InlineKeyboardMarkup(inline_keyboard=[[_button(texts.back_button(), sheet, OptionAct.LIST)]])
    if option.choices:
        await message.answer(texts.choose_by_button(), reply_markup=back)
        return
    try:
        wanted = options.parse(sheet, option, message.text or "")
    except Refused as error:
        await message.answer(texts.refused(sheet.integration.kind, error), reply_markup=back)
        return
    progress = await message.answer(option_texts.trying())
    await _try(progress, member, state, options, _Wish(sheet, option, wanted))


async def _try(progress: Message, member: Member, state: FSMContext, options: OptionService, wish: _Wish) -> None:
    """Shown before it is saved, where the system can show it; else saved at once."""
    sheet, kind = wish.sheet, wish.sheet.integration.kind
    back = _button(texts.back_button(), sheet, OptionAct.LIST)
    try:
        lines = await options.try_out(sheet, wish.option, wish.value)
    except (Refused, RemoteError) as error:
        told = texts.refused(kind, error) if isinstance(error, Refused) else texts.failure(kind, error)
        await _tell(progress, f"❌ {told}", InlineKeyboardMarkup(inline_keyboard=[[back]]))
        return
    if lines is None:
        await _saved(progress, state, await options.set(member, sheet.integration.id, wish.option, wish.value))
        return
    can_save = all(line.ok for line in lines if line.required)
    await _wait(state, sheet, wish.option, wish.value if can_save else "")
    number = sheet.options.index(wish.option)
    save = [[_button(option_texts.save_button(), sheet, OptionAct.SAVE, number)]] if can_save else []
    shown = option_texts.trial(kind, wish.option, wish.value, lines, can_save=can_save)
    await _tell(progress, shown, InlineKeyboardMarkup(inline_keyboard=[*save, [back]]))


async def _tell(progress: Message, text: Text | str, keyboard: InlineKeyboardMarkup) -> None:
    await progress.edit_text(**as_text(text).as_kwargs(), reply_markup=keyboard)


async def _saved(progress: Message, state: FSMContext, sheet: OptionSheet) -> None:
    await stop_waiting(state)
    await _tell(progress, *_list(sheet, option_texts.saved()))


async def save(
    query: CallbackQuery, callback_data: OptionPress, member: Member, state: FSMContext, options: OptionService
) -> None:
    """What was tried last, and for this very option: the button of an older trial saves nothing."""
    sheet = await options.of(member, callback_data.integration_id)
    option = _option(sheet, callback_data.option)
    data = await state.get_data()
    if data.get("option_of") != sheet.integration.id or data.get("option") != option.field or not data["wanted"]:
        raise NotFound("trial")
    await query.answer()
    sheet = await options.set(member, sheet.integration.id, option, data["wanted"])
    await stop_waiting(state)
    await redraw(query, *_list(sheet, option_texts.saved()))


async def reset(
    query: CallbackQuery, callback_data: OptionPress, member: Member, state: FSMContext, options: OptionService
) -> None:
    sheet = await options.of(member, callback_data.integration_id)
    option = _option(sheet, callback_data.option)
    await query.answer()
    sheet = await options.set(member, sheet.integration.id, option, None)
    await stop_waiting(state)
    await redraw(query, *_list(sheet, option_texts.saved()))


async def in_a_group(query: CallbackQuery) -> None:
    await query.answer(option_texts.only_private(), show_alert=True)


def build_router() -> Router:
    router = Router(name="options")
    owner = {"needs": Action.CONNECT}
    acts = {
        OptionAct.LIST: show,
        OptionAct.ASK: ask,
        OptionAct.CHOOSE: choose,
        OptionAct.SAVE: save,
        OptionAct.DEFAULT: reset,
    }
    for act, handler in acts.items():
        router.callback_query.register(handler, OptionPress.filter(F.act == act), Private(), flags=owner)
    router.callback_query.register(in_a_group, OptionPress.filter(), flags=owner)
    router.message.register(receive, Dialogue.integration_option, Private(), typed(), flags=owner)
    return router
