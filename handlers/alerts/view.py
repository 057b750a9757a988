"""Draws a raised alert: who is called, what was said and when, and the ways to the deal and the card."""

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, User
from aiogram.utils.formatting import BlockQuote, Bold, Italic, Text, TextLink, TextMention, as_list

from handlers import words
from handlers.alerts import texts
from handlers.callbacks.alerts import CallCard, HushAct, HushPress
from handlers.chats.button_texts import spans
from handlers.foreign import clean, short
from services.domain.alert import AlertView
from services.domain.workspace import ChatAddress
from services.wording import moment_in_call

QUOTE = 1500
SUPERGROUP = "-100"


def draw_alert(view: AlertView, language: str) -> Text:
    rows: list[Text] = [Text(Bold(texts.head(), short(view.prompt_name)))]
    if view.condition:
        rows.append(Text(Italic(short(view.condition, 300))))
    if view.people:
        rows.append(_people(view))
    said = clean(view.quote)
    said = said if len(said) <= QUOTE else said[:QUOTE].rstrip() + "…"
    at = f"{moment_in_call(view.quote_at)} " if view.quote_at is not None else ""
    rows.append(Text(BlockQuote(f"🗣 {at}«{said}»")))
    rows.append(Text(f"📞 {words.moment(view.started_at, view.zone, language)}"))
    who = " · ".join(part for part in (short(view.client), short(view.phone)) if part)
    if who:
        rows.append(Text(texts.client(), who))
    if view.manager:
        rows.append(Text(texts.manager(short(view.manager))))
    if view.object_url:
        title = short(view.object_title) or texts.untitled()
        rows.append(Text(texts.deal(), TextLink(title, url=view.object_url)))
    return as_list(*rows)


def _people(view: AlertView) -> Text:
    """A mention by number reaches people without a name of their own in Telegram too."""
    pieces: list[Text | str] = []
    for person in view.people:
        name = short(person.name, 60) or str(person.user_id)
        user = User(id=person.user_id, is_bot=False, first_name=name)
        pieces += [", " if pieces else "👉 ", TextMention(name, user=user)]
    return Text(*pieces)


def under_alert(
    call_id: int, chat: int, prompt_id: int, link: str | None = None, *, card_is_here: bool = False
) -> InlineKeyboardMarkup:
    """`link` leads to the card where it has an address; where it has none, the alert is a reply to it."""
    rows = []
    if link is not None:
        rows.append([InlineKeyboardButton(text=texts.card_button(), url=link)])
    elif not card_is_here:
        data = CallCard(call_id=call_id).pack()
        rows.append([InlineKeyboardButton(text=texts.card_button(), callback_data=data)])
    rows += hush(call_id, chat, prompt_id)
    return InlineKeyboardMarkup(inline_keyboard=rows)


def hush(call_id: int, chat: int, prompt_id: int) -> list[list[InlineKeyboardButton]]:
    return [[_hush(texts.hush_button(), HushAct.ASK, call_id, chat, prompt_id)]]


def hushing(call_id: int, chat: int, prompt_id: int) -> list[list[InlineKeyboardButton]]:
    rows = [
        [
            _hush(texts.prompt_span(told), HushAct.PROMPT, call_id, chat, prompt_id, span),
            _hush(texts.chat_span(told), HushAct.CHAT, call_id, chat, prompt_id, span),
        ]
        for span, told in enumerate(spans())
    ]
    rows.append([_hush(texts.keep_button(), HushAct.KEEP, call_id, chat, prompt_id)])
    return rows


def _hush(text: str, act: HushAct, call_id: int, chat: int, prompt_id: int, span: int = 0) -> InlineKeyboardButton:
    data = HushPress(act=act, call_id=call_id, chat=chat, prompt_id=prompt_id, span=span).pack()
    return InlineKeyboardButton(text=text, callback_data=data)


def card_link(address: ChatAddress, message_id: int | None) -> str | None:
    """Messages of supergroups have addresses that their members can open; nobody else's have."""
    number = str(address.chat_id)
    if message_id is None or not number.startswith(SUPERGROUP):
        return None
    thread = f"/{address.thread_id}" if address.thread_id else ""
    return f"https://t.me/c/{number.removeprefix(SUPERGROUP)}{thread}/{message_id}"
