"""/privacy, for owners: what the model sees, how long words are kept, and how they are deleted for good."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.utils.formatting import Text

from handlers.callbacks.workspace import PrivacyAct, PrivacyPress
from handlers.editing import redraw
from handlers.filters import Private, typed
from handlers.menu import MemberMenu
from handlers.states import Dialogue, stop_waiting
from handlers.workspace import privacy_texts as texts
from handlers.workspace import texts as common
from handlers.workspace.company_texts import switched
from handlers.workspace.telling import show_present_menu
from services.access import Action
from services.domain.workspace import Member, Workspace
from services.errors import Refused
from services.forgetting.company import CompanyForgetting
from services.forgetting.phone import PhoneForgetting
from services.workspace.workspaces import WorkspaceService

KEPT = (7, 30, 90, 365, 1095, 0)
"""Days; 0 stands for ever."""
ON, OFF = 1, 0


def _button(text: str, act: PrivacyAct, value: int = 0) -> list[InlineKeyboardButton]:
    return [InlineKeyboardButton(text=text, callback_data=PrivacyPress(act=act, value=value).pack())]


def _keyboard(workspace: Workspace) -> InlineKeyboardMarkup:
    masked = workspace.mask_personal
    return InlineKeyboardMarkup(
        inline_keyboard=[
            _button(texts.masking_button(on=masked), PrivacyAct.MASK, OFF if masked else ON),
            _button(texts.talk_button(), PrivacyAct.TALK),
            _button(texts.answers_button(), PrivacyAct.ANSWERS),
            _button(texts.forget_button(), PrivacyAct.FORGET),
            _button(texts.delete_button(), PrivacyAct.DELETE),
        ]
    )


async def show(message: Message, workspace: Workspace) -> None:
    await message.answer(**texts.window(workspace).as_kwargs(), reply_markup=_keyboard(workspace))


async def show_again(query: CallbackQuery, workspace: Workspace) -> None:
    await query.answer()
    await redraw(query, texts.window(workspace), _keyboard(workspace))


async def mask(
    query: CallbackQuery, callback_data: PrivacyPress, member: Member, workspaces: WorkspaceService
) -> None:
    await query.answer()
    await workspaces.set_mask_personal(member, callback_data.value == ON)
    await _redraw_fresh(query, member, workspaces)


async def keep(
    query: CallbackQuery, callback_data: PrivacyPress, member: Member, workspaces: WorkspaceService
) -> None:
    """The choice first; `value` is one more than the days, for 0 days are a choice as well."""
    await query.answer()
    act = callback_data.act
    if callback_data.value - 1 in KEPT:
        days = callback_data.value - 1 or None
        await (workspaces.set_keep_days if act is PrivacyAct.TALK else workspaces.set_keep_answers_days)(
            member, days
        )
        await _redraw_fresh(query, member, workspaces)
        return
    rows = [_button(common.kept(days or None), act, days + 1) for days in KEPT]
    rows.append(_button(common.back_button(), PrivacyAct.SHOW))
    words = texts.choose_talk() if act is PrivacyAct.TALK else texts.choose_answers()
    await redraw(query, words, InlineKeyboardMarkup(inline_keyboard=rows))


async def _redraw_fresh(query: CallbackQuery, member: Member, workspaces: WorkspaceService) -> None:
    known = await workspaces.who_is(member.user_id)
    if known is not None:
        await redraw(query, texts.window(known[1]), _keyboard(known[1]))


async def ask_number(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    await state.set_state(Dialogue.forget_phone)
    back = InlineKeyboardMarkup(inline_keyboard=[_button(common.back_button(), PrivacyAct.SHOW)])
    await redraw(query, texts.which_number(), back)


async def take_number(
    message: Message, member: Member, state: FSMContext, phone_forgetting: PhoneForgetting
) -> None:
    """The number waits in the dialogue's data: a button holds nothing of a client's.

    Beside it stands the message that asks about it: whoever types another number has a button of each.
    """
    try:
        number, found = await phone_forgetting.look(member, message.text or "")
    except Refused:
        await message.answer(texts.not_a_phone())
        return
    if not found.calls:
        await stop_waiting(state)
        back = InlineKeyboardMarkup(inline_keyboard=[_button(common.back_button(), PrivacyAct.SHOW)])
        await message.answer(texts.nothing_about(), reply_markup=back)
        return
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[
            _button(texts.forget_sure(), PrivacyAct.FORGET_SURE, found.calls),
            _button(common.back_button(), PrivacyAct.SHOW),
        ]
    )
    asked = await message.answer(**texts.traces(number, found).as_kwargs(), reply_markup=keyboard)
    await state.update_data(forget=number, forget_asked=asked.message_id)


async def forget(
    query: CallbackQuery, member: Member, state: FSMContext, phone_forgetting: PhoneForgetting
) -> None:
    await query.answer()
    number = await _asked_about(query, state)
    if number is None:
        await redraw(query, common.gone())
        return
    await state.update_data(forget=None)
    await stop_waiting(state)
    begun = await phone_forgetting.forget(member, number)
    await redraw(query, texts.forgetting() if begun else common.gone())


async def _asked_about(query: CallbackQuery, state: FSMContext) -> str | None:
    """The number in the question above the button; None: it is not the one that waits."""
    if await state.get_state() != Dialogue.forget_phone.state:
        return None
    data, here = await state.get_data(), query.message.message_id if query.message is not None else 0
    number = data.get("forget")
    return number if isinstance(number, str) and data.get("forget_asked", here) == here else None


async def warn(query: CallbackQuery, workspace: Workspace) -> None:
    await query.answer()
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[
            _button(texts.delete_go_on(), PrivacyAct.DELETE_SURE),
            _button(common.back_button(), PrivacyAct.SHOW),
        ]
    )
    await redraw(query, texts.delete_warning(workspace.name), keyboard)


async def ask_name(query: CallbackQuery, workspace: Workspace, state: FSMContext) -> None:
    await query.answer()
    await state.set_state(Dialogue.delete_company)
    back = InlineKeyboardMarkup(inline_keyboard=[_button(common.back_button(), PrivacyAct.SHOW)])
    await redraw(query, texts.type_name(workspace.name), back)


async def delete(
    message: Message,
    member: Member,
    state: FSMContext,
    company_forgetting: CompanyForgetting,
    workspaces: WorkspaceService,
    menu: MemberMenu,
) -> None:
    """Menus are drawn anew at once; everybody else hears of it from the job."""
    try:
        people = await company_forgetting.begin(member, message.text or "")
    except Refused:
        await message.answer(texts.other_name())
        return
    await stop_waiting(state)
    known = await workspaces.who_is(member.user_id)
    here = Text("\n\n", switched(known[1].name)) if known is not None else Text()
    await message.answer(**Text(texts.deleted(), here).as_kwargs())
    for one in people:
        await show_present_menu(one, workspaces, menu)


def build_router() -> Router:
    router = Router(name="privacy")
    owner = {"needs": Action.SETTINGS}
    sure = {**owner, "ends_dialogue": True}
    press = PrivacyPress.filter
    router.message.register(show, Command("privacy"), Private(), flags=owner)
    router.callback_query.register(show_again, press(F.act == PrivacyAct.SHOW), Private(), flags=owner)
    router.callback_query.register(mask, press(F.act == PrivacyAct.MASK), Private(), flags=owner)
    kept = press(F.act.in_({PrivacyAct.TALK, PrivacyAct.ANSWERS}))
    router.callback_query.register(keep, kept, Private(), flags=owner)
    router.callback_query.register(ask_number, press(F.act == PrivacyAct.FORGET), Private(), flags=owner)
    router.callback_query.register(forget, press(F.act == PrivacyAct.FORGET_SURE), Private(), flags=sure)
    router.callback_query.register(warn, press(F.act == PrivacyAct.DELETE), Private(), flags=owner)
    router.callback_query.register(ask_name, press(F.act == PrivacyAct.DELETE_SURE), Private(), flags=owner)
    router.message.register(take_number, Dialogue.forget_phone, Private(), typed(), flags=owner)
    router.message.register(delete, Dialogue.delete_company, Private(), typed(), flags=owner)
    return router
