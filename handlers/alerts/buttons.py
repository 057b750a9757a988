"""Buttons under an alert: the call's card, and silence."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from handlers import words
from handlers.alerts import texts, view
from handlers.callbacks.alerts import CallCard, HushAct, HushPress
from handlers.chats.reading import until
from handlers.workspace.chats import address_of
from services.access import Action
from services.calls import CallService, Shown
from services.domain.workspace import Language, Member, Workspace
from services.listening.chats import ChatService
from services.ports import Clock


async def card(query: CallbackQuery, callback_data: CallCard, member: Member, calls: CallService) -> None:
    """Whoever reads here may have it: it comes into the chat of the button."""
    if not isinstance(query.message, Message):
        await query.answer(texts.nobody_listens(), show_alert=True)
        return
    shown = await calls.show_in(member, callback_data.call_id, address_of(query.message))
    told = {
        Shown.COMES: texts.card_comes,
        Shown.HERE: texts.card_is_here,
        Shown.WAITS: texts.card_waits,
        Shown.MUTED: texts.chat_is_muted,
        Shown.NOWHERE: texts.nobody_listens,
    }[shown]
    await query.answer(told(), show_alert=shown in (Shown.MUTED, Shown.NOWHERE))


async def ask(query: CallbackQuery, callback_data: HushPress) -> None:
    await query.answer()
    await _set_rows(query, view.hushing(callback_data.call_id, callback_data.chat, callback_data.prompt_id))


async def keep(query: CallbackQuery, callback_data: HushPress) -> None:
    await query.answer()
    await _set_usual(query, callback_data)


async def silence(
    query: CallbackQuery,
    callback_data: HushPress,
    member: Member,
    workspace: Workspace,
    language: Language,
    clock: Clock,
    chats: ChatService,
) -> None:
    """Raises NotFound for what is not this company's."""
    press = callback_data
    end = until(press.span, clock.now(), workspace.zone)
    when = words.moment(end, workspace.zone, language)
    if press.act is HushAct.PROMPT:
        await chats.settings.mute_prompt(member, press.chat, press.prompt_id, end)
        told = texts.prompt_is_silent(when)
    else:
        await chats.settings.mute(member, press.chat, end)
        told = texts.chat_is_silent(when)
    await query.answer(told, show_alert=True)
    await _set_usual(query, press)


async def _set_usual(query: CallbackQuery, press: HushPress) -> None:
    await _set_rows(query, view.hush(press.call_id, press.chat, press.prompt_id))


async def _set_rows(query: CallbackQuery, rows: list[list[InlineKeyboardButton]]) -> None:
    """In place of the rows about silence; the way to the card stays as it is, a link or a button."""
    message = query.message
    if isinstance(message, Message):
        present = message.reply_markup.inline_keyboard if message.reply_markup is not None else []
        kept = [row for row in present if not any(map(_is_about_silence, row))]
        await message.edit_reply_markup(reply_markup=InlineKeyboardMarkup(inline_keyboard=[*kept, *rows]))


def _is_about_silence(button: InlineKeyboardButton) -> bool:
    return (button.callback_data or "").startswith(f"{HushPress.__prefix__}{HushPress.__separator__}")


def build_router() -> Router:
    router = Router(name="alerts")
    router.callback_query.register(card, CallCard.filter(), flags={"needs": Action.VIEW})
    manage = {"needs": Action.MANAGE_CHATS}
    router.callback_query.register(ask, HushPress.filter(F.act == HushAct.ASK), flags=manage)
    router.callback_query.register(keep, HushPress.filter(F.act == HushAct.KEEP), flags=manage)
    spoken = HushPress.filter(F.act.in_({HushAct.PROMPT, HushAct.CHAT}))
    router.callback_query.register(silence, spoken, flags=manage)
    return router
