"""Names of funnels and stages, typed; and the way to a new funnel and back from a prompt being made."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from aiogram.utils.formatting import Text

from handlers import words
from handlers.callbacks.funnels import FunnelAct, FunnelPress
from handlers.callbacks.prompts import WizardAct, WizardPress
from handlers.editing import redraw
from handlers.filters import OwnWindow, Private, typed
from handlers.funnels import keyboards, texts
from handlers.funnels.screens import Screens
from handlers.prompts.wizard.state import Wizard, take_funnel
from handlers.states import Dialogue, resume
from handlers.workspace import texts as workspace_texts
from services.access import Action
from services.connecting.connections import IntegrationService
from services.domain.workspace import Member
from services.errors import NotFound, Refused
from services.fieldbook import FieldBook
from services.funnels import FunnelBook
from services.ownfunnels.funnels import OwnFunnels
from services.ownfunnels.places import Place
from services.prompts.flow import Step

ASKS = {FunnelAct.NEW, FunnelAct.STAGE_NEW, FunnelAct.RENAME, FunnelAct.STAGE_RENAME}


async def ask_name(
    query: CallbackQuery,
    callback_data: FunnelPress,
    member: Member,
    state: FSMContext,
    own_funnels: OwnFunnels,
) -> None:
    """The next message is a name; going back ends the question."""
    number = callback_data.number
    back, to = FunnelAct.SHOW, number
    asked: Text
    match callback_data.act:
        case FunnelAct.NEW:
            await own_funnels.of(member, number)
            asked, back = Text(texts.ask_funnel_name()), FunnelAct.LIST
        case FunnelAct.STAGE_NEW:
            asked = texts.ask_stage_name((await own_funnels.funnel(member, number)).funnel.name)
        case FunnelAct.RENAME:
            asked = texts.ask_new_name((await own_funnels.funnel(member, number)).funnel.name)
        case _:
            place = await own_funnels.stage(member, number)
            asked = texts.ask_new_name(next(one.name for one in place.funnel.stages if one.id == number))
            back = FunnelAct.STAGE
    await query.answer()
    await state.set_state(Dialogue.funnel_name)
    await state.update_data(naming={"act": callback_data.act, "number": number})
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[keyboards.press(texts.back_button(), back, to)]])
    await redraw(query, asked, keyboard)


async def from_prompt(query: CallbackQuery, state: FSMContext) -> None:
    """The wizard's button at the step of the funnel: the prompt waits with everything that was answered."""
    data = await state.get_data()
    if data.get("step") != Step.FUNNEL:
        await query.answer(workspace_texts.old_window(), show_alert=True)
        return
    await query.answer()
    await state.set_state(Dialogue.funnel_name)
    await state.update_data(naming={"act": FunnelAct.NEW, "number": data["draft"]["integration"]})
    await redraw(query, texts.ask_funnel_name(), keyboards.markup(keyboards.back_to_prompt(waits=True)))


async def take_name(
    message: Message,
    member: Member,
    state: FSMContext,
    own_funnels: OwnFunnels,
    screens: Screens,
) -> None:
    naming = (await state.get_data())["naming"]
    act, number = FunnelAct(naming["act"]), int(naming["number"])
    try:
        place = await _named(own_funnels, member, act, number, message.text or "")
    except Refused as error:
        await message.answer(texts.refused(error))
        return
    except NotFound:
        await resume(state)
        raise
    if act is FunnelAct.NEW:
        await take_funnel(state, place.integration_id, place.funnel)
    await resume(state)
    if act is FunnelAct.STAGE_RENAME:
        text, keyboard = await screens.stage(place, number)
    else:
        note = texts.made(place.funnel.name) if act is FunnelAct.NEW else ""
        text, keyboard = await screens.funnel(place, note)
    await message.answer(**text.as_kwargs(), reply_markup=keyboard)


async def _named(own: OwnFunnels, member: Member, act: FunnelAct, number: int, name: str) -> Place:
    if act is FunnelAct.NEW:
        return await own.make_funnel(member, number, name)
    if act is FunnelAct.STAGE_NEW:
        return await own.make_stage(member, number, name)
    if act is FunnelAct.RENAME:
        return await own.rename_funnel(member, number, name)
    return await own.rename_stage(member, number, name)


async def to_prompt(
    query: CallbackQuery,
    member: Member,
    state: FSMContext,
    integrations: IntegrationService,
    funnels: FunnelBook,
    fields: FieldBook,
) -> None:
    """The prompt goes on where it was put aside, with its new funnel if one was made."""
    data = await state.get_data()
    if "draft" not in data:
        await query.answer(workspace_texts.old_window(), show_alert=True)
        return
    await query.answer()
    kept = {name: value for name, value in data.items() if name not in ("rule", "naming")}
    try:
        window = await Wizard(state, kept, member, integrations, funnels, fields).window()
    except Refused as error:
        await redraw(query, words.refused(error))
        return
    await redraw(query, window.text, window.keyboard)


def build_router() -> Router:
    router = Router(name="funnel names")
    needs = {"needs": Action.EDIT_PROMPTS}
    new = WizardPress.filter(F.act == WizardAct.NEW_FUNNEL)
    router.callback_query.register(from_prompt, new, OwnWindow(), Private(), flags=needs)
    back = FunnelPress.filter(F.act == FunnelAct.TO_PROMPT)
    router.callback_query.register(to_prompt, back, Private(), flags=needs)
    router.callback_query.register(ask_name, FunnelPress.filter(F.act.in_(ASKS)), Private(), flags=needs)
    router.message.register(take_name, Dialogue.funnel_name, Private(), typed(), flags=needs)
    return router
