"""/connect: one value at a time; what is secret leaves the chat at once; nothing is saved before the check."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from aiogram.utils.formatting import Text

from handlers import words
from handlers.callbacks.connecting import ANY_KIND, ConnectAct, ConnectChoice, ConnectKind, ConnectPress
from handlers.connecting import keyboards, texts, trying
from handlers.connecting.asking import kinds, question
from handlers.connecting.draft import Desk, Draft
from handlers.connecting.secrecy import deleted, may_be_secret
from handlers.connecting.trying import try_account
from handlers.editing import redraw
from handlers.filters import Private, typed
from handlers.states import Dialogue, leave
from services.access import Action
from services.connecting.connections import IntegrationService
from services.connecting.permits import Permits
from services.domain.integration import Kind
from services.domain.workspace import Member
from services.errors import Refused
from services.integrations.entry import Step
from services.integrations.steps import last_typed


async def connect(message: Message, integrations: IntegrationService) -> None:
    text, keyboard = kinds(integrations)
    await message.answer(**text.as_kwargs(), reply_markup=keyboard)


async def in_a_group(message: Message) -> None:
    await message.answer(texts.only_private())


async def begin(
    query: CallbackQuery,
    callback_data: ConnectKind,
    member: Member,
    state: FSMContext,
    integrations: IntegrationService,
    permits: Permits,
) -> None:
    await query.answer()
    await leave(state)
    if callback_data.kind == ANY_KIND:
        await redraw(query, *kinds(integrations))
    if callback_data.kind not in set(integrations.catalogue):
        return
    desk = Desk(member, state, integrations, permits)
    draft = await desk.begin(Kind(callback_data.kind), callback_data.renew)
    await redraw(query, *await question(desk, draft))


async def cancel(query: CallbackQuery, member: Member, state: FSMContext, permits: Permits) -> None:
    await query.answer()
    await leave(state)
    await permits.forget(member)
    await redraw(query, words.cancelled())


async def choose(
    query: CallbackQuery,
    callback_data: ConnectChoice,
    member: Member,
    state: FSMContext,
    integrations: IntegrationService,
    permits: Permits,
) -> None:
    await query.answer()
    desk = Desk(member, state, integrations, permits)
    draft = await desk.load()
    step = draft.step
    if step is None or draft.number(step) != callback_data.step or callback_data.choice >= len(step.choices):
        return
    draft.answer(step, step.choices[callback_data.choice])
    await _proceed(query, desk, draft)


async def skip(
    query: CallbackQuery,
    callback_data: ConnectPress,
    member: Member,
    state: FSMContext,
    integrations: IntegrationService,
    permits: Permits,
) -> None:
    await query.answer()
    desk = Desk(member, state, integrations, permits)
    draft = await desk.load()
    step = draft.step
    if step is None or not step.optional or draft.number(step) != callback_data.step:
        return
    draft.skipped.append(step.field)
    await _proceed(query, desk, draft)


async def back(
    query: CallbackQuery,
    callback_data: ConnectPress,
    member: Member,
    state: FSMContext,
    integrations: IntegrationService,
    permits: Permits,
) -> None:
    """To the step before, whose answer is forgotten; from the first one to the list of systems."""
    await query.answer()
    desk = Desk(member, state, integrations, permits)
    draft = await desk.load()
    step = draft.step
    if step is None or draft.number(step) != callback_data.step:
        return
    if draft.go_back(step) is None:
        await leave(state)
        await redraw(query, *kinds(integrations))
        return
    await _proceed(query, desk, draft)


async def _proceed(query: CallbackQuery, desk: Desk, draft: Draft) -> None:
    await desk.keep(draft)
    if draft.step is not None:
        await redraw(query, *await question(desk, draft))
        return
    progress = await redraw(query, texts.checking())
    if progress is not None:
        await try_account(progress, desk, draft)


async def receive(
    message: Message, member: Member, state: FSMContext, integrations: IntegrationService, permits: Permits
) -> None:
    """A typed value. The message with a secret goes first, whatever comes of it."""
    desk = Desk(member, state, integrations, permits)
    try:
        draft = await desk.load()
    except Refused as error:
        await message.answer(f"{await deleted(message)}\n{words.refused(error)}")
        return
    step = draft.step or last_typed(draft.entry, draft.values)
    if step is None or step.choices or step.link:
        early = f"{await deleted(message)}\n" if may_be_secret(message.text or "") else ""
        await message.answer(early + texts.choose_by_button())
        return
    notice = f"{await deleted(message)}\n" if step.secret else ""
    try:
        value = draft.entry.parse_secret(step.field, message.text or "")
    except Refused as error:
        await message.answer(notice + texts.refused(draft.kind, error), reply_markup=keyboards.cancel())
        return
    await take(message, desk, draft, step, value, notice)


async def take(message: Message, desk: Desk, draft: Draft, step: Step, value: str, notice: str) -> None:
    """A value that fits: the next question, or the check."""
    draft.answer(step, value)
    await desk.keep(draft)
    if draft.step is not None:
        text, keyboard = await question(desk, draft)
        await message.answer(**(Text(notice) + text).as_kwargs(), reply_markup=keyboard)
        return
    progress = await message.answer(notice + texts.checking())
    await try_account(progress, desk, draft)


async def try_again(
    query: CallbackQuery, member: Member, state: FSMContext, integrations: IntegrationService, permits: Permits
) -> None:
    await query.answer()
    await trying.try_again(query, Desk(member, state, integrations, permits))


async def decide(
    query: CallbackQuery,
    callback_data: ConnectPress,
    member: Member,
    state: FSMContext,
    integrations: IntegrationService,
    permits: Permits,
) -> None:
    await query.answer()
    await trying.decide(query, callback_data, Desk(member, state, integrations, permits))


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
    press(back, ConnectPress.filter(F.act == ConnectAct.BACK), *open_now, flags=needs)
    press(try_again, ConnectPress.filter(F.act == ConnectAct.CHECK), *open_now, flags=needs)
    press(
        decide, ConnectPress.filter(F.act.in_({ConnectAct.REPLACE, ConnectAct.SEPARATE})), *open_now, flags=needs
    )
    press(choose, ConnectChoice.filter(), *open_now, flags=needs)
    router.message.register(receive, Dialogue.connecting, Private(), typed(), flags=needs)
    return router
