"""/status: the queue, the last calls, and why a prompt was or was not put to each."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.utils.formatting import Text

from handlers.callbacks.workspace import CallStory, StatusRefresh, StoryRetry
from handlers.cards.texts import retry_button
from handlers.chats.about_texts import Seen
from handlers.chats.here_texts import here
from handlers.editing import redraw
from handlers.workspace import status_texts as texts
from handlers.workspace.chats import address_of
from handlers.workspace.leafing import leaf
from services.access import Action, may
from services.calls import CallService
from services.domain.workspace import Language, Member, Workspace
from services.listening.chats import ChatService
from services.ports import Clock
from services.status.recent import RecentCall
from services.status.service import StatusService

PAGE = 24
IN_A_ROW = 5


def _button(text: str, data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data)


def _keyboard(recent: tuple[RecentCall, ...]) -> InlineKeyboardMarkup:
    numbers = [_button(str(n), CallStory(call_id=call.call_id).pack()) for n, call in enumerate(recent, start=1)]
    rows = [numbers[start : start + IN_A_ROW] for start in range(0, len(numbers), IN_A_ROW)]
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [_button(texts.refresh_button(), StatusRefresh().pack())]])


async def _draw(
    place: Message | None,
    member: Member,
    workspace: Workspace,
    language: Language,
    status: StatusService,
    chats: ChatService,
    clock: Clock,
) -> tuple[Text, InlineKeyboardMarkup]:
    work, told = await status.of(workspace.id), []
    if place is not None:
        chat = await chats.at(workspace.id, address_of(place))
        seen = Seen(workspace.zone, language, clock.now())
        told = here(chat, seen, manages=may(member.role, Action.MANAGE_CHATS))
    return texts.status(work, told, workspace.zone, language), _keyboard(work.recent)


async def show(
    message: Message,
    member: Member,
    workspace: Workspace,
    language: Language,
    status: StatusService,
    chats: ChatService,
    clock: Clock,
) -> None:
    text, keyboard = await _draw(message, member, workspace, language, status, chats, clock)
    await message.answer(**text.as_kwargs(), reply_markup=keyboard)


async def refresh(
    query: CallbackQuery,
    member: Member,
    workspace: Workspace,
    language: Language,
    status: StatusService,
    chats: ChatService,
    clock: Clock,
) -> None:
    await query.answer()
    place = query.message if isinstance(query.message, Message) else None
    await redraw(query, *await _draw(place, member, workspace, language, status, chats, clock))


async def story(
    query: CallbackQuery,
    callback_data: CallStory,
    member: Member,
    workspace: Workspace,
    language: Language,
    status: StatusService,
) -> None:
    call = await status.call(member, callback_data.call_id)
    await query.answer()
    await redraw(query, *_draw_story(call, callback_data.page, member, workspace, language))


async def retry(
    query: CallbackQuery,
    callback_data: StoryRetry,
    member: Member,
    workspace: Workspace,
    language: Language,
    status: StatusService,
    calls: CallService,
) -> None:
    await calls.retry(member, callback_data.call_id)
    await query.answer(texts.retrying())
    call = await status.call(member, callback_data.call_id)
    await redraw(query, *_draw_story(call, 0, member, workspace, language))


def _draw_story(
    call: RecentCall, page: int, member: Member, workspace: Workspace, language: Language
) -> tuple[Text, InlineKeyboardMarkup]:
    fates, turns = leaf(call.fates, page, PAGE)
    rows = [[_button(name, CallStory(call_id=call.call_id, page=to).pack()) for name, to in turns]]
    if call.failed and may(member.role, Action.RETRY):
        rows.append([_button(retry_button(), StoryRetry(call_id=call.call_id).pack())])
    rows.append([_button(texts.back_button(), StatusRefresh().pack())])
    text = texts.story(call, fates, workspace.zone, language)
    return text, InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row])


def build_router() -> Router:
    router = Router(name="status")
    view = {"needs": Action.VIEW}
    router.message.register(show, Command("status"), flags=view)
    router.callback_query.register(refresh, StatusRefresh.filter(), flags=view)
    router.callback_query.register(story, CallStory.filter(), flags=view)
    router.callback_query.register(retry, StoryRetry.filter(), flags={"needs": Action.RETRY})
    return router
