"""/connect: explains, takes the secret, deletes the message that carried it, checks live, saves."""

from aiogram import Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from handlers import words
from handlers.callbacks import ConnectCancel, ConnectKind, NewPrompt
from handlers.connecting import texts
from handlers.editing import redraw
from handlers.filters import Private, typed
from handlers.states import Dialogue, leave
from services.access import Action
from services.connections import IntegrationService
from services.domain.integration import Kind
from services.domain.workspace import Member
from services.errors import Refused, RemoteError


async def connect(message: Message, integrations: IntegrationService) -> None:
    rows = [
        [InlineKeyboardButton(text=texts.kind_title(kind), callback_data=ConnectKind(kind=kind).pack())]
        for kind in integrations.catalogue
    ]
    told = "\n".join(
        f"{texts.kind_title(kind)}: {texts.abilities(entry.abilities)}"
        for kind, entry in integrations.catalogue.items()
    )
    keyboard = InlineKeyboardMarkup(inline_keyboard=rows)
    await message.answer(f"{texts.choose_kind()}\n\n{told}", reply_markup=keyboard)


async def in_a_group(message: Message) -> None:
    await message.answer(texts.only_private())


async def explain(query: CallbackQuery, callback_data: ConnectKind, state: FSMContext) -> None:
    """Three lines, then the address is awaited."""
    await query.answer()
    await leave(state)
    await state.set_state(Dialogue.webhook)
    await state.update_data(kind=callback_data.kind)
    await redraw(query, texts.how_to_bitrix24(), _cancel())


def _cancel() -> InlineKeyboardMarkup:
    button = InlineKeyboardButton(text=texts.cancel_button(), callback_data=ConnectCancel().pack())
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


async def cancel(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    await leave(state)
    await redraw(query, words.cancelled())


async def receive(message: Message, member: Member, state: FSMContext, integrations: IntegrationService) -> None:
    """The message with the secret goes first, whatever comes of it."""
    text = message.text or ""
    deleted = await _delete(message)
    data = await state.get_data()
    kind = Kind(data.get("kind", Kind.BITRIX24))
    entry = integrations.catalogue[kind]
    try:
        secret = entry.parse_secret(entry.secret_fields[0], text)
    except Refused as error:
        await message.answer(f"{words.refused(error)}\n\n{deleted}", reply_markup=_cancel())
        return
    progress = await message.answer(f"{deleted}\n{texts.checking()}")
    await _check(progress, member, state, integrations, kind, {entry.secret_fields[0]: secret})


async def _check(
    progress: Message,
    member: Member,
    state: FSMContext,
    integrations: IntegrationService,
    kind: Kind,
    secrets: dict[str, str],
) -> None:
    try:
        check = await integrations.try_out(kind, secrets)
    except RemoteError as error:
        await progress.edit_text(f"❌ {words.failure(error)}", reply_markup=_cancel())
        return
    result = texts.check_result(check)
    if not check.ok:
        result = result + "\n\n" + texts.not_connected()
        await progress.edit_text(**result.as_kwargs(), reply_markup=_cancel())
        return
    try:
        saved = await integrations.connect(member, kind, secrets, check)
    except RemoteError as error:
        await progress.edit_text(f"❌ {words.failure(error)}", reply_markup=_cancel())
        return
    await leave(state)
    result = result + "\n\n" + texts.connected(renewed=saved.renewed)
    button = InlineKeyboardButton(text=texts.new_prompt_button(), callback_data=NewPrompt().pack())
    await progress.edit_text(**result.as_kwargs(), reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))


async def _delete(message: Message) -> str:
    try:
        await message.delete()
    except TelegramAPIError:
        return texts.secret_not_deleted()
    return texts.secret_deleted()


def build_router() -> Router:
    router = Router(name="connect")
    needs = {"needs": Action.CONNECT}
    router.message.register(connect, Command("connect"), Private(), flags=needs)
    router.message.register(in_a_group, Command("connect"), flags=needs)
    router.callback_query.register(explain, ConnectKind.filter(), Private(), flags=needs)
    router.callback_query.register(cancel, ConnectCancel.filter(), Private(), flags=needs)
    router.message.register(receive, Dialogue.webhook, Private(), typed(), flags=needs)
    return router
