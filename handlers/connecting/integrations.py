"""/integrations: how each one feels, and what to do about it."""

from aiogram import F, Router
from aiogram.dispatcher.event.handler import CallbackType
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Chat, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.utils.formatting import Text

from handlers.callbacks.connecting import (
    ANY_KIND,
    ConnectKind,
    IntegrationAct,
    IntegrationList,
    IntegrationPress,
    OptionAct,
    OptionPress,
)
from handlers.connecting import health_texts, option_texts, texts
from handlers.editing import redraw
from handlers.filters import Private, typed
from handlers.states import Dialogue, stop_waiting
from services.access import Action, may
from services.connecting.connections import IntegrationService
from services.connecting.knocks import Knocks
from services.domain.integration import Integration
from services.domain.workspace import Language, Member, Workspace
from services.errors import NotFound, RemoteError
from services.prompts.drafts import clean_name


def _button(text: str, integration_id: int, act: IntegrationAct) -> InlineKeyboardButton:
    data = IntegrationPress(integration_id=integration_id, act=act).pack()
    return InlineKeyboardButton(text=text, callback_data=data)


def _list(
    shown: tuple[Integration, ...], member: Member, chat: Chat | None
) -> tuple[Text | str, InlineKeyboardMarkup]:
    """Secrets are typed in the private chat only."""
    rows = [
        [_button(f"{health_texts.sign_of(one)} {texts.full_name(one)}", one.id, IntegrationAct.SHOW)]
        for one in shown
    ]
    if may(member.role, Action.CONNECT) and chat is not None and chat.type == ChatType.PRIVATE:
        connect = ConnectKind(kind=ANY_KIND).pack()
        rows.append([InlineKeyboardButton(text=texts.connect_button(), callback_data=connect)])
    title = health_texts.integrations_title() if shown else health_texts.nothing_connected()
    return title, InlineKeyboardMarkup(inline_keyboard=rows)


def _card(shown: Integration, member: Member, integrations: IntegrationService) -> InlineKeyboardMarkup:
    rows = _tools(shown, integrations) if may(member.role, Action.CONNECT) else []
    back = InlineKeyboardButton(text=texts.back_button(), callback_data=IntegrationList().pack())
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [back]])


def _tools(shown: Integration, integrations: IntegrationService) -> list[list[InlineKeyboardButton]]:
    reconnect = InlineKeyboardButton(
        text=texts.reconnect_button(), callback_data=ConnectKind(kind=shown.kind, renew=shown.id).pack()
    )
    rows = [[_button(health_texts.check_button(), shown.id, IntegrationAct.CHECK)], [reconnect]]
    if integrations.catalogue[shown.kind].options:
        data = OptionPress(integration_id=shown.id, act=OptionAct.LIST).pack()
        rows.append([InlineKeyboardButton(text=texts.options_button(), callback_data=data)])
    if integrations.wakes_up(shown.kind):
        rows.append([_button(option_texts.knocks_button(), shown.id, IntegrationAct.KNOCKS)])
    return [
        *rows,
        [_button(health_texts.rename_button(), shown.id, IntegrationAct.RENAME)],
        [_button(health_texts.disconnect_button(), shown.id, IntegrationAct.DISCONNECT)],
    ]


async def show_list(message: Message, member: Member, integrations: IntegrationService) -> None:
    text, keyboard = _list(await integrations.of(member.workspace_id), member, message.chat)
    content = text.as_kwargs() if isinstance(text, Text) else {"text": text}
    await message.answer(**content, reply_markup=keyboard)


async def back_to_list(query: CallbackQuery, member: Member, integrations: IntegrationService) -> None:
    await query.answer()
    await redraw(
        query,
        *_list(await integrations.of(member.workspace_id), member, query.message.chat if query.message else None),
    )


async def show(
    query: CallbackQuery,
    callback_data: IntegrationPress,
    member: Member,
    workspace: Workspace,
    language: Language,
    integrations: IntegrationService,
) -> None:
    shown = await integrations.get(member, callback_data.integration_id)
    await query.answer()
    await _draw(query, shown, member, workspace, language, integrations)


async def _draw(
    query: CallbackQuery,
    shown: Integration,
    member: Member,
    workspace: Workspace,
    language: Language,
    integrations: IntegrationService,
    note: str = "",
) -> None:
    text = health_texts.integration(shown, workspace.zone, language, await integrations.prompts_of(shown.id))
    if note:
        text = text + "\n\n" + note
    await redraw(query, text, _card(shown, member, integrations))


async def check(
    query: CallbackQuery,
    callback_data: IntegrationPress,
    member: Member,
    workspace: Workspace,
    language: Language,
    integrations: IntegrationService,
) -> None:
    shown = await integrations.get(member, callback_data.integration_id)
    await query.answer()
    await redraw(query, texts.checking())
    try:
        result = await integrations.check_now(member, callback_data.integration_id)
    except RemoteError as error:
        note = f"❌ {texts.failure(shown.kind, error)}"
    else:
        failed = "\n".join(
            texts.check_line(shown.kind, line) for line in result.lines if line.required and not line.ok
        )
        note = failed or health_texts.all_well()
    shown = await integrations.get(member, callback_data.integration_id)
    await _draw(query, shown, member, workspace, language, integrations, note)


async def ask_name(
    query: CallbackQuery,
    callback_data: IntegrationPress,
    member: Member,
    integrations: IntegrationService,
    state: FSMContext,
) -> None:
    await integrations.get(member, callback_data.integration_id)
    await query.answer()
    await state.set_state(Dialogue.integration_name)
    await state.update_data(integration_id=callback_data.integration_id)
    back = _button(texts.back_button(), callback_data.integration_id, IntegrationAct.SHOW)
    await redraw(query, health_texts.ask_name(), InlineKeyboardMarkup(inline_keyboard=[[back]]))


async def rename(
    message: Message,
    member: Member,
    workspace: Workspace,
    language: Language,
    integrations: IntegrationService,
    state: FSMContext,
) -> None:
    name = clean_name(message.text or "")
    data = await state.get_data()
    shown = await integrations.rename(member, int(data["integration_id"]), name)
    await stop_waiting(state)
    text = health_texts.integration(shown, workspace.zone, language, await integrations.prompts_of(shown.id))
    await message.answer(**text.as_kwargs(), reply_markup=_card(shown, member, integrations))


async def show_address(
    query: CallbackQuery,
    callback_data: IntegrationPress,
    member: Member,
    integrations: IntegrationService,
    knocks: Knocks,
) -> None:
    """Where the system can tell us at once that there is a call."""
    shown = await integrations.get(member, callback_data.integration_id)
    if not isinstance(query.message, Message) or query.message.chat.type != ChatType.PRIVATE:
        await query.answer(option_texts.only_private(), show_alert=True)
        return
    address = await knocks.address(member, shown.id)
    if not address:
        raise NotFound("hook")
    await query.answer()
    back = _button(texts.back_button(), shown.id, IntegrationAct.SHOW)
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[back]])
    await redraw(query, option_texts.knocks(shown.kind, address), keyboard)


async def ask_disconnect(
    query: CallbackQuery, callback_data: IntegrationPress, member: Member, integrations: IntegrationService
) -> None:
    shown = await integrations.get(member, callback_data.integration_id)
    await query.answer()
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[
            [_button(health_texts.disconnect_sure_button(), shown.id, IntegrationAct.DISCONNECT_SURE)],
            [_button(texts.back_button(), shown.id, IntegrationAct.SHOW)],
        ]
    )
    await redraw(
        query, health_texts.sure_to_disconnect(shown.name, await integrations.prompts_of(shown.id)), keyboard
    )


async def disconnect(
    query: CallbackQuery, callback_data: IntegrationPress, member: Member, integrations: IntegrationService
) -> None:
    await integrations.disconnect(member, callback_data.integration_id)
    await query.answer()
    await redraw(query, health_texts.disconnected())


def build_router() -> Router:
    router = Router(name="integrations")
    view, owner = {"needs": Action.VIEW}, {"needs": Action.CONNECT}
    acts: dict[IntegrationAct, tuple[CallbackType, dict[str, Action]]] = {
        IntegrationAct.SHOW: (show, view),
        IntegrationAct.CHECK: (check, owner),
        IntegrationAct.RENAME: (ask_name, owner),
        IntegrationAct.KNOCKS: (show_address, owner),
        IntegrationAct.DISCONNECT: (ask_disconnect, owner),
        IntegrationAct.DISCONNECT_SURE: (disconnect, owner),
    }
    router.message.register(show_list, Command("integrations"), flags=view)
    router.callback_query.register(back_to_list, IntegrationList.filter(), flags=view)
    for act, (handler, flags) in acts.items():
        router.callback_query.register(handler, IntegrationPress.filter(F.act == act), flags=flags)
    router.message.register(rename, Dialogue.integration_name, Private(), typed(), flags=owner)
    return router
