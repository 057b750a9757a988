"""/funnels: funnels and stages of our own, their order, and taking them away. Keeps no state."""

from aiogram import Bot, F, Router
from aiogram.dispatcher.event.handler import CallbackType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.utils.deep_linking import create_start_link
from aiogram.utils.formatting import as_list

from handlers.callbacks.funnels import FunnelAct, FunnelPress
from handlers.callbacks.linking import LinkTo
from handlers.editing import redraw
from handlers.filters import Private
from handlers.funnels import keyboards, preview_texts, rule_texts, texts
from handlers.funnels.screens import Screens
from handlers.links import Link
from services.access import Action
from services.domain.workspace import Member, Workspace
from services.ownfunnels.changes import without_funnel
from services.ownfunnels.funnels import OwnFunnels
from services.ownfunnels.rulebook import RuleBook


async def show(message: Message, screens: Screens) -> None:
    text, keyboard = await screens.first()
    await message.answer(**text.as_kwargs(), reply_markup=keyboard)


async def in_a_group(message: Message, bot: Bot, workspace: Workspace) -> None:
    link = await create_start_link(bot, Link(LinkTo.FUNNELS, workspace.id).payload)
    button = InlineKeyboardButton(text=texts.open_private_button(), url=link)
    await message.answer(texts.only_private(), reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))


async def turn(
    query: CallbackQuery,
    callback_data: FunnelPress,
    member: Member,
    own_funnels: OwnFunnels,
    screens: Screens,
) -> None:
    """Opens a window: the systems, the list, a funnel, a stage."""
    number = callback_data.number
    if callback_data.act is FunnelAct.SYSTEMS:
        drawn = await screens.first()
    elif callback_data.act is FunnelAct.LIST:
        drawn = await screens.list(number)
    elif callback_data.act is FunnelAct.SHOW:
        drawn = await screens.funnel(await own_funnels.funnel(member, number))
    else:
        drawn = await screens.stage(await own_funnels.stage(member, number), number)
    await query.answer()
    await redraw(query, *drawn)


async def put(
    query: CallbackQuery,
    callback_data: FunnelPress,
    member: Member,
    own_funnels: OwnFunnels,
    screens: Screens,
) -> None:
    """The place wanted is in the button."""
    number, to = callback_data.number, callback_data.to
    if callback_data.act is FunnelAct.PUT:
        drawn = await screens.funnel(await own_funnels.put_funnel(member, number, to))
    else:
        drawn = await screens.stage(await own_funnels.put_stage(member, number, to), number)
    await query.answer()
    await redraw(query, *drawn)


async def ask_delete(
    query: CallbackQuery,
    callback_data: FunnelPress,
    member: Member,
    workspace: Workspace,
    own_funnels: OwnFunnels,
    rulebook: RuleBook,
) -> None:
    """Says which prompts stop, and where the calls of a funnel go without its rules."""
    number = callback_data.number
    if callback_data.act is FunnelAct.STAGE_DELETE:
        place = await own_funnels.stage(member, number)
        name = next(one.name for one in place.funnel.stages if one.id == number)
        told = texts.sure_to_delete_stage(name, await own_funnels.prompts_on(member, place.funnel.id, number))
        sure, back = FunnelAct.STAGE_DELETE_SURE, FunnelAct.STAGE
    else:
        place = await own_funnels.funnel(member, number)
        told = texts.sure_to_delete_funnel(place.funnel.name, await own_funnels.prompts_on(member, number))
        preview = await rulebook.preview(member, place.integration_id, without_funnel(number))
        if preview.moved:
            names = rule_texts.Names.of(await own_funnels.of(member, place.integration_id))
            told = as_list(told, "", preview_texts.preview(preview, names, workspace.zone))
        sure, back = FunnelAct.DELETE_SURE, FunnelAct.SHOW
    await query.answer()
    rows = [
        [keyboards.press(texts.delete_sure_button(), sure, number)],
        [keyboards.press(texts.back_button(), back, number)],
    ]
    await redraw(query, told, InlineKeyboardMarkup(inline_keyboard=rows))


async def delete(
    query: CallbackQuery,
    callback_data: FunnelPress,
    member: Member,
    own_funnels: OwnFunnels,
    screens: Screens,
) -> None:
    number = callback_data.number
    if callback_data.act is FunnelAct.STAGE_DELETE_SURE:
        place = await own_funnels.stage(member, number)
        name = next(one.name for one in place.funnel.stages if one.id == number)
        prompts = await own_funnels.delete_stage(member, number)
        left = await own_funnels.funnel(member, place.funnel.id)
        drawn = await screens.funnel(left, texts.deleted(name, prompts))
    else:
        place = await own_funnels.funnel(member, number)
        prompts = await own_funnels.delete_funnel(member, number)
        drawn = await screens.list(place.integration_id, texts.deleted(place.funnel.name, prompts))
    await query.answer()
    await redraw(query, *drawn)


def build_router() -> Router:
    router = Router(name="funnel list")
    needs = {"needs": Action.EDIT_PROMPTS}
    router.message.register(show, Command("funnels"), Private(), flags=needs)
    router.message.register(in_a_group, Command("funnels"), flags=needs)
    acts: dict[CallbackType, set[FunnelAct]] = {
        turn: {FunnelAct.SYSTEMS, FunnelAct.LIST, FunnelAct.SHOW, FunnelAct.STAGE},
        put: {FunnelAct.PUT, FunnelAct.STAGE_PUT},
        ask_delete: {FunnelAct.DELETE, FunnelAct.STAGE_DELETE},
        delete: {FunnelAct.DELETE_SURE, FunnelAct.STAGE_DELETE_SURE},
    }
    for handler, wanted in acts.items():
        pressed = FunnelPress.filter(F.act.in_(wanted))
        router.callback_query.register(handler, pressed, Private(), flags=needs)
    return router
