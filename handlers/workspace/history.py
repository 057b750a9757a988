"""/history: who changed what, narrowed to a topic or a person, and each change of a wording word by word."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.utils.formatting import Text

from handlers.callbacks.workspace import HistoryAct, HistoryPress
from handlers.editing import redraw
from handlers.filters import Private
from handlers.workspace import history_texts as texts
from services.access import Action
from services.domain.workspace import Language, Member, Workspace
from services.workspace.history import PAGE, HistoryService, Topic, Wanted

FURTHEST = 10_000


def _button(text: str, press: HistoryPress) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=press.pack())


def _wanted(press: HistoryPress) -> Wanted:
    return Wanted(press.topic, press.person or None, min(press.page, FURTHEST))


def _at(press: HistoryPress, act: HistoryAct, *, page: int = 0, number: int = 0) -> HistoryPress:
    return press.model_copy(update={"act": act, "page": page, "number": number})


async def _page(
    press: HistoryPress, member: Member, workspace: Workspace, language: Language, history: HistoryService
) -> tuple[Text, InlineKeyboardMarkup]:
    wanted = _wanted(press)
    page = await history.page(member, wanted)
    names = dict(await history.people(member)) if wanted.person is not None else {}
    text = texts.page(page, wanted, names.get(wanted.person or 0, ""), workspace.zone, language)
    numbers = [
        _button(str(n), _at(press, HistoryAct.SHOW, page=wanted.page, number=entry.id))
        for n, entry in enumerate(page.entries, start=1 + wanted.page * PAGE)
        if texts.has_more(entry)
    ]
    turns = [(texts.newer_button(), wanted.page - 1)] if wanted.page else []
    turns += [(texts.older_button(), wanted.page + 1)] if page.more else []
    rows = [
        numbers,
        [_button(name, _at(press, HistoryAct.LIST, page=to)) for name, to in turns],
        [
            _button(texts.topic_button(wanted.topic), _at(press, HistoryAct.TOPICS)),
            _button(texts.person_button(), _at(press, HistoryAct.PEOPLE)),
        ],
    ]
    return text, InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row])


async def show(
    message: Message, member: Member, workspace: Workspace, language: Language, history: HistoryService
) -> None:
    text, keyboard = await _page(HistoryPress(act=HistoryAct.LIST), member, workspace, language, history)
    await message.answer(**text.as_kwargs(), reply_markup=keyboard)


async def turn(
    query: CallbackQuery,
    callback_data: HistoryPress,
    member: Member,
    workspace: Workspace,
    language: Language,
    history: HistoryService,
) -> None:
    await query.answer()
    await redraw(query, *await _page(callback_data, member, workspace, language, history))


async def choose_topic(query: CallbackQuery, callback_data: HistoryPress) -> None:
    await query.answer()
    to = _at(callback_data, HistoryAct.LIST)
    rows = [[_button(texts.topic(one), to.model_copy(update={"topic": one}))] for one in Topic]
    await redraw(query, texts.choose_topic(), InlineKeyboardMarkup(inline_keyboard=rows))


async def choose_person(
    query: CallbackQuery, callback_data: HistoryPress, member: Member, history: HistoryService
) -> None:
    await query.answer()
    to = _at(callback_data, HistoryAct.LIST)
    rows = [[_button(texts.anybody(), to.model_copy(update={"person": 0}))]]
    rows += [
        [_button(texts.name(name), to.model_copy(update={"person": user_id}))]
        for user_id, name in await history.people(member)
    ]
    await redraw(query, texts.choose_person(), InlineKeyboardMarkup(inline_keyboard=rows))


async def show_change(
    query: CallbackQuery,
    callback_data: HistoryPress,
    member: Member,
    workspace: Workspace,
    language: Language,
    history: HistoryService,
) -> None:
    entry = await history.get(member, callback_data.number)
    await query.answer()
    back = _button(texts.back_button(), _at(callback_data, HistoryAct.LIST, page=callback_data.page))
    text = texts.change(entry, workspace.zone, language)
    await redraw(query, text, InlineKeyboardMarkup(inline_keyboard=[[back]]))


def build_router() -> Router:
    router = Router(name="history")
    needs = {"needs": Action.HISTORY}
    press = HistoryPress.filter
    router.message.register(show, Command("history"), Private(), flags=needs)
    router.callback_query.register(turn, press(F.act == HistoryAct.LIST), Private(), flags=needs)
    router.callback_query.register(choose_topic, press(F.act == HistoryAct.TOPICS), Private(), flags=needs)
    router.callback_query.register(choose_person, press(F.act == HistoryAct.PEOPLE), Private(), flags=needs)
    router.callback_query.register(show_change, press(F.act == HistoryAct.SHOW), Private(), flags=needs)
    return router
