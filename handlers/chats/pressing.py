"""Presses in a chat's settings. Each is saved at once."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import time

from aiogram import Bot, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.utils.i18n import I18n

from handlers.callbacks.chats import ChatAct, ChatPress
from handlers.chats import button_texts, texts
from handlers.chats.reading import Reading
from handlers.chats.screens import WHAT, ChatScreens, Screen, group_link, listing
from handlers.editing import redraw
from handlers.filters import Private
from services.access import Action
from services.cards.comeback import Comeback
from services.connecting.connections import IntegrationService
from services.domain.listening import Form, Hush, Quiet
from services.domain.workspace import Chat, Language, Member, Workspace
from services.funnels import FunnelBook
from services.listening.chats import ChatService
from services.listening.settings import ChatSettings, Choosing
from services.ports import Clock
from services.prompts.reading import PromptBook

HOURS = 24
Change = Callable[[ChatSettings, Member, ChatPress, Reading], Awaitable[Chat]]
Draw = Callable[[ChatScreens, ChatPress], Screen]


async def _form(settings: ChatSettings, member: Member, press: ChatPress, _reading: Reading) -> Chat:
    return await settings.set_form(member, press.number, list(Form)[press.one % len(Form)])


async def _language(settings: ChatSettings, member: Member, press: ChatPress, _reading: Reading) -> Chat:
    return await settings.set_language(member, press.number, list(Language)[press.one % len(Language)])


async def _listen(settings: ChatSettings, member: Member, press: ChatPress, _reading: Reading) -> Chat:
    return await settings.set_subscribed(member, press.number, press.to)


async def _take(settings: ChatSettings, member: Member, press: ChatPress, _reading: Reading) -> Chat:
    return await settings.choose(member, press.number, WHAT[press.what % len(WHAT)], press.one, to=press.to)


async def _all(settings: ChatSettings, member: Member, press: ChatPress, _reading: Reading) -> Chat:
    return await settings.choose(member, press.number, WHAT[press.what % len(WHAT)], None)


async def _with_data(settings: ChatSettings, member: Member, press: ChatPress, _reading: Reading) -> Chat:
    return await settings.set_only_with_data(member, press.number, press.to)


async def _quiet(settings: ChatSettings, member: Member, press: ChatPress, _reading: Reading) -> Chat:
    begin, end = divmod(press.one % (HOURS * HOURS), HOURS)
    hush = Hush.HELD if press.to else Hush.SILENT
    return await settings.set_quiet(member, press.number, Quiet(time(begin), time(end), hush))


async def _quiet_off(settings: ChatSettings, member: Member, press: ChatPress, _reading: Reading) -> Chat:
    return await settings.set_quiet(member, press.number, None)


async def _digest_at(settings: ChatSettings, member: Member, press: ChatPress, _reading: Reading) -> Chat:
    return await settings.set_digest_at(member, press.number, time(press.one % HOURS))


async def _mute(settings: ChatSettings, member: Member, press: ChatPress, reading: Reading) -> Chat:
    return await settings.mute(member, press.number, reading.until(press.one) if press.to else None)


async def _mute_prompt(settings: ChatSettings, member: Member, press: ChatPress, reading: Reading) -> Chat:
    until = reading.until(press.what) if press.to else None
    return await settings.mute_prompt(member, press.number, press.one, until)


def _window(screens: ChatScreens, _press: ChatPress) -> Screen:
    return screens.window()


def _choosing(screens: ChatScreens, press: ChatPress) -> Screen:
    return screens.choosing(press.what % len(WHAT), press.page)


def _quiet_hours(screens: ChatScreens, _press: ChatPress) -> Screen:
    return screens.quiet()


def _muting(screens: ChatScreens, press: ChatPress) -> Screen:
    return screens.prompt_to_mute(press.one, press.page) if press.to else screens.prompts_to_mute(press.page)


CHANGES: dict[ChatAct, tuple[Change, Draw]] = {
    ChatAct.FORM: (_form, _window),
    ChatAct.LANGUAGE: (_language, _window),
    ChatAct.LISTEN: (_listen, _window),
    ChatAct.TAKE: (_take, _choosing),
    ChatAct.ALL: (_all, _choosing),
    ChatAct.WITH_DATA: (_with_data, _window),
    ChatAct.QUIET_SET: (_quiet, _quiet_hours),
    ChatAct.QUIET_OFF: (_quiet_off, _window),
    ChatAct.DIGEST_AT: (_digest_at, _window),
    ChatAct.MUTE_SET: (_mute, _window),
    ChatAct.MUTE_PROMPT: (_mute_prompt, _window),
}
HOLDING = (ChatAct.QUIET_SET, ChatAct.QUIET_OFF)
"""What is held until the end of other hours is looked at again."""
WINDOWS: dict[ChatAct, Draw] = {
    ChatAct.SHOW: _window,
    ChatAct.CHOOSE: _choosing,
    ChatAct.QUIET: _quiet_hours,
    ChatAct.DIGEST: lambda screens, _press: screens.digest(),
    ChatAct.MUTE: lambda screens, _press: screens.mute(),
    ChatAct.MUTE_PROMPTS: _muting,
}


async def pressed(
    query: CallbackQuery,
    callback_data: ChatPress,
    bot: Bot,
    member: Member,
    workspace: Workspace,
    language: Language,
    i18n: I18n,
    clock: Clock,
    chats: ChatService,
    comeback: Comeback,
    prompts: PromptBook,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    """Raises NotFound for what is not this company's."""
    reading = Reading(workspace, language, clock, prompts, integrations, funnels)
    act = callback_data.act
    if act is ChatAct.LIST:
        await query.answer()
        await redraw(query, *listing(await chats.of(member.workspace_id), callback_data.page, reading.seen))
        return
    if act in CHANGES:
        change, draw = CHANGES[act]
        chat = await change(chats.settings, member, callback_data, reading)
        if act in HOLDING:
            await comeback.run(chat.address.chat_id)
    else:
        chat, draw = await chats.get(member, callback_data.number), WINDOWS.get(act, _window)
    await query.answer()
    choosing_funnels = act is ChatAct.CHOOSE and WHAT[callback_data.what % len(WHAT)] is Choosing.FUNNELS
    screens = await reading.screens(chat, fresh=choosing_funnels)
    if act is ChatAct.DONE:
        told = await chats.may_hear(chat.id) and await _tell_there(bot, screens, i18n, member)
        back = InlineKeyboardButton(text=button_texts.back_button(), callback_data=_show(chat))
        await redraw(query, texts.told_there() if told else texts.not_told_there(), _way_back(chat, back))
        return
    await redraw(query, *draw(screens, callback_data))


def _show(chat: Chat) -> str:
    return ChatPress(act=ChatAct.SHOW, number=chat.id).pack()


def _way_back(chat: Chat, back: InlineKeyboardButton) -> InlineKeyboardMarkup:
    link = group_link(chat)
    there = [[InlineKeyboardButton(text=button_texts.to_group_button(), url=link)]] if link is not None else []
    return InlineKeyboardMarkup(inline_keyboard=[*there, [back]])


async def _tell_there(bot: Bot, screens: ChatScreens, i18n: I18n, member: Member) -> bool:
    """In the chat's own language. It may be closed or gone: the settings are saved all the same."""
    chat = screens.chat
    with i18n.use_locale(chat.language):
        seen = replace(screens.seen, language=chat.language)
        told = texts.changed(chat, screens.names, seen, member.name)
    try:
        thread_id = chat.address.thread_id or None
        await bot.send_message(chat.address.chat_id, **told.as_kwargs(), message_thread_id=thread_id)
    except TelegramAPIError:
        return False
    return True


def build_router() -> Router:
    router = Router(name="chats pressing")
    router.callback_query.register(pressed, ChatPress.filter(), Private(), flags={"needs": Action.MANAGE_CHATS})
    return router
