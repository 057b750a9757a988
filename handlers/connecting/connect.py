"""/connect: one value at a time; what is secret leaves the chat at once; nothing is saved before the check.

The values wait in the conversation's state, encrypted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from aiogram.utils.formatting import Text

from handlers import words
from handlers.callbacks import ConnectAct, ConnectChoice, ConnectKind, ConnectPress
from handlers.connecting import keyboards, texts
from handlers.connecting.pasted import Pasted, PastedSecret
from handlers.connecting.systems import SYSTEMS
from handlers.editing import as_text, redraw
from handlers.filters import Private, typed
from handlers.states import Dialogue, leave
from services.access import Action, may
from services.connections import IntegrationService
from services.domain.integration import Kind
from services.domain.workspace import Member
from services.errors import Refused, RemoteError
from services.integrations.base import CatalogueEntry, Check, Step
from services.integrations.steps import last_typed, next_step


@dataclass
class _Draft:
    """What the conversation knows of the account so far."""

    entry: CatalogueEntry
    values: dict[str, str]
    skipped: list[str]
    renew: int

    @property
    def step(self) -> Step | None:
        return next_step(self.entry, self.values, self.skipped)

    def number(self, step: Step) -> int:
        return self.entry.steps.index(step)


async def _load(state: FSMContext, integrations: IntegrationService) -> _Draft:
    data: dict[str, Any] = await state.get_data()
    return _Draft(
        entry=integrations.catalogue[Kind(data["kind"])],
        values=integrations.unseal(data.get("sealed", "")),
        skipped=list(data.get("skipped", [])),
        renew=int(data.get("renew", 0)),
    )


async def _keep(state: FSMContext, integrations: IntegrationService, draft: _Draft) -> None:
    await state.update_data(sealed=integrations.seal(draft.values), skipped=draft.skipped)


async def connect(message: Message, integrations: IntegrationService) -> None:
    told = "\n".join(
        f"{texts.kind_title(kind)}: {texts.abilities(entry.abilities)}"
        for kind, entry in integrations.catalogue.items()
    )
    await message.answer(f"{texts.choose_kind()}\n\n{told}", reply_markup=keyboards.kinds(integrations.catalogue))


async def in_a_group(message: Message) -> None:
    await message.answer(texts.only_private())


async def begin(
    query: CallbackQuery, callback_data: ConnectKind, state: FSMContext, integrations: IntegrationService
) -> None:
    await query.answer()
    await leave(state)
    if callback_data.kind not in set(integrations.catalogue):
        return
    await state.set_state(Dialogue.connecting)
    await state.update_data(kind=callback_data.kind, renew=callback_data.renew)
    draft = await _load(state, integrations)
    text, keyboard = _question(draft)
    await redraw(query, text, keyboard)


def _question(draft: _Draft) -> tuple[Text, InlineKeyboardMarkup]:
    step = draft.step
    assert step is not None, "asked only while a value is missing"
    kind, number = draft.entry.kind, draft.number(step)
    return SYSTEMS[kind].ask(step.field, draft.values), keyboards.step(kind, step, number)


async def cancel(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    await leave(state)
    await redraw(query, words.cancelled())


async def choose(
    query: CallbackQuery,
    callback_data: ConnectChoice,
    member: Member,
    state: FSMContext,
    integrations: IntegrationService,
) -> None:
    await query.answer()
    draft = await _load(state, integrations)
    step = draft.step
    if step is None or draft.number(step) != callback_data.step or callback_data.choice >= len(step.choices):
        return
    draft.values[step.field] = step.choices[callback_data.choice]
    await _proceed(query, member, state, integrations, draft)


async def skip(
    query: CallbackQuery,
    callback_data: ConnectPress,
    member: Member,
    state: FSMContext,
    integrations: IntegrationService,
) -> None:
    await query.answer()
    draft = await _load(state, integrations)
    step = draft.step
    if step is None or not step.optional or draft.number(step) != callback_data.step:
        return
    draft.skipped.append(step.field)
    await _proceed(query, member, state, integrations, draft)


async def _proceed(
    query: CallbackQuery, member: Member, state: FSMContext, integrations: IntegrationService, draft: _Draft
) -> None:
    await _keep(state, integrations, draft)
    if draft.step is not None:
        await redraw(query, *_question(draft))
        return
    progress = await redraw(query, texts.checking())
    if progress is not None:
        await _try(progress, member, state, integrations, draft)


async def receive(message: Message, member: Member, state: FSMContext, integrations: IntegrationService) -> None:
    """A typed value. The message with a secret goes first, whatever comes of it."""
    draft = await _load(state, integrations)
    step = draft.step or last_typed(draft.entry, draft.values)
    if step is None or step.choices:
        await message.answer(texts.choose_by_button())
        return
    notice = f"{await _delete(message)}\n" if step.secret else ""
    try:
        value = draft.entry.parse_secret(step.field, message.text or "")
    except Refused as error:
        await message.answer(notice + texts.refused(draft.entry.kind, error), reply_markup=keyboards.cancel())
        return
    await _take(message, member, state, integrations, draft, step.field, value, notice)


async def _take(
    message: Message,
    member: Member,
    state: FSMContext,
    integrations: IntegrationService,
    draft: _Draft,
    field: str,
    value: str,
    notice: str,
) -> None:
    draft.values[field] = value
    await _keep(state, integrations, draft)
    if draft.step is not None:
        text, keyboard = _question(draft)
        await message.answer(**(Text(notice) + text).as_kwargs(), reply_markup=keyboard)
        return
    progress = await message.answer(notice + texts.checking())
    await _try(progress, member, state, integrations, draft)


async def pasted(
    message: Message, pasted: Pasted, member: Member | None, state: FSMContext, integrations: IntegrationService
) -> None:
    """Access to a system, wherever it was sent: it goes first. An owner who sent it to us meant to connect."""
    private = message.chat.type == ChatType.PRIVATE
    if not private or member is None or not may(member.role, Action.CONNECT):
        await message.answer(texts.secret_removed() if await _deleted(message) else texts.secret_left())
        return
    notice = f"{await _delete(message)}\n"
    draft = await _draft_of(state, integrations, pasted.kind)
    await _take(message, member, state, integrations, draft, pasted.field, pasted.value, notice)


async def _draft_of(state: FSMContext, integrations: IntegrationService, kind: Kind) -> _Draft:
    """The dialogue about this kind of system that is going on, or a new one."""
    if await state.get_state() != Dialogue.connecting.state or (await state.get_data())["kind"] != kind:
        await leave(state)
        await state.set_state(Dialogue.connecting)
        await state.update_data(kind=kind, renew=0)
    return await _load(state, integrations)


async def try_again(
    query: CallbackQuery, member: Member, state: FSMContext, integrations: IntegrationService
) -> None:
    await query.answer()
    draft = await _load(state, integrations)
    if draft.step is None:
        await _proceed(query, member, state, integrations, draft)


async def _try(
    progress: Message, member: Member, state: FSMContext, integrations: IntegrationService, draft: _Draft
) -> None:
    kind = draft.entry.kind
    try:
        draft.values = dict(await integrations.complete(kind, draft.values))
        check = await integrations.try_out(kind, draft.values)
    except Refused as error:
        await _failed(progress, kind, f"❌ {texts.refused(kind, error)}")
        return
    except RemoteError as error:
        await _failed(progress, kind, f"❌ {texts.failure(kind, error)}")
        return
    await _keep(state, integrations, draft)
    result = texts.check_result(kind, check)
    if not check.ok:
        await _failed(progress, kind, result + "\n\n" + texts.not_connected())
        return
    other = await integrations.moves(member, draft.renew, check)
    if other is not None:
        question = result + "\n\n" + texts.another_account(other.name, check.account)
        await progress.edit_text(**question.as_kwargs(), reply_markup=keyboards.another_account())
        return
    await _save(progress, member, state, integrations, draft.entry.kind, draft.values, check, into=0)


async def _failed(progress: Message, kind: Kind, text: Text | str) -> None:
    await progress.edit_text(**as_text(text).as_kwargs(), reply_markup=keyboards.after_failure(kind))


async def decide(
    query: CallbackQuery,
    callback_data: ConnectPress,
    member: Member,
    state: FSMContext,
    integrations: IntegrationService,
) -> None:
    """The renewed access belongs to another account: take its place, or stand beside it."""
    await query.answer()
    draft = await _load(state, integrations)
    progress = await redraw(query, texts.checking())
    if draft.step is not None or progress is None:
        return
    kind = draft.entry.kind
    try:
        check = await integrations.try_out(kind, draft.values)
    except RemoteError as error:
        await _failed(progress, kind, f"❌ {texts.failure(kind, error)}")
        return
    into = draft.renew if callback_data.act is ConnectAct.REPLACE else 0
    await _save(progress, member, state, integrations, kind, draft.values, check, into=into)


async def _save(
    progress: Message,
    member: Member,
    state: FSMContext,
    integrations: IntegrationService,
    kind: Kind,
    values: Mapping[str, str],
    check: Check,
    *,
    into: int,
) -> None:
    try:
        saved = await integrations.connect(member, kind, values, check, into=into)
    except RemoteError as error:
        await _failed(progress, kind, f"❌ {texts.failure(kind, error)}")
        return
    await leave(state)
    result = texts.check_result(kind, check) + "\n\n" + texts.connected(renewed=saved.renewed, moved=saved.moved)
    await progress.edit_text(**result.as_kwargs(), reply_markup=keyboards.connected())


async def _delete(message: Message) -> str:
    return texts.secret_deleted() if await _deleted(message) else texts.secret_not_deleted()


async def _deleted(message: Message) -> bool:
    try:
        await message.delete()
    except TelegramAPIError:
        return False
    return True


def build_guard() -> Router:
    """Stands before everything else: a secret may come with a command, in a group, from a stranger."""
    router = Router(name="pasted secrets")
    for observer in (router.message, router.edited_message):
        observer.register(pasted, PastedSecret(), flags={"open": True})
    return router


def build_router() -> Router:
    router = Router(name="connect")
    needs = {"needs": Action.CONNECT}
    router.message.register(connect, Command("connect"), Private(), flags=needs)
    router.message.register(in_a_group, Command("connect"), flags=needs)
    router.callback_query.register(begin, ConnectKind.filter(), Private(), flags=needs)
    press = router.callback_query.register
    open_now = (Private(), Dialogue.connecting)
    press(cancel, ConnectPress.filter(F.act == ConnectAct.CANCEL), Private(), flags=needs)
    press(skip, ConnectPress.filter(F.act == ConnectAct.SKIP), *open_now, flags=needs)
    press(try_again, ConnectPress.filter(F.act == ConnectAct.CHECK), *open_now, flags=needs)
    press(
        decide, ConnectPress.filter(F.act.in_({ConnectAct.REPLACE, ConnectAct.SEPARATE})), *open_now, flags=needs
    )
    press(choose, ConnectChoice.filter(), *open_now, flags=needs)
    router.message.register(receive, Dialogue.connecting, Private(), typed(), flags=needs)
    return router
