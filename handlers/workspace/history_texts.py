"""Words about who changed what."""

from aiogram.utils.formatting import Bold, ExpandableBlockQuote, Strikethrough, Text, Underline, as_list
from aiogram.utils.i18n import gettext as _

from handlers import words
from handlers.workspace import actions_texts
from handlers.workspace.actions_texts import said
from handlers.workspace.members_texts import NAME
from services.domain.workspace import Language
from services.workspace.differences import Kind, Piece, differences
from services.workspace.history import PAGE, Entry, Page, Topic, Wanted

ROOM = 3600
"""Characters of a change, so that its head and the marks fit into the message too."""


def topic(of: Topic) -> str:
    return {
        Topic.ANY: _("Всё подряд"),
        Topic.PROMPTS: _("📝 Промпты"),
        Topic.PEOPLE: _("👥 Люди"),
        Topic.SYSTEMS: _("🔌 Системы"),
        Topic.FUNNELS: _("🗂 Свои воронки"),
        Topic.CHATS: _("💬 Чаты"),
        Topic.CALLS: _("📞 Звонки"),
        Topic.SETTINGS: _("⚙️ Настройки"),
    }[of]


def anybody() -> str:
    return _("Кто угодно")


def name(of: str) -> str:
    return of[:NAME] or _("без имени")


def topic_button(present: Topic) -> str:
    return topic(present) if present is not Topic.ANY else _("🔎 Что")


def person_button() -> str:
    return _("👤 Кто")


def choose_topic() -> str:
    return _("Какие изменения показать?")


def choose_person() -> str:
    return _("Чьи изменения показать?")


def newer_button() -> str:
    return _("‹ Новее")


def older_button() -> str:
    return _("Раньше ›")


def back_button() -> str:
    return _("‹ Назад")


def page(of: Page, wanted: Wanted, person: str, zone: str, language: Language) -> Text:
    narrowed = [topic(wanted.topic)] if wanted.topic is not Topic.ANY else []
    narrowed += [name(person)] if wanted.person is not None else []
    head = Bold(" · ".join([_("Кто что менял"), *narrowed]))
    if not of.entries:
        return as_list(head, _("Пока ничего.") if not wanted.page else _("Здесь больше ничего нет."))
    first = 1 + wanted.page * PAGE
    lines = [f"{n}. {_line(entry, zone, language)}" for n, entry in enumerate(of.entries, start=first)]
    hint = _("Что именно изменилось — кнопкой с номером. Храню год.")
    return as_list(head, *lines, *(["", hint] if any(map(has_more, of.entries)) else []))


def _line(entry: Entry, zone: str, language: Language) -> str:
    when = words.moment(entry.at, zone, language)
    call = words.moment(entry.called_at, zone, language) if entry.called_at is not None else ""
    who = name(entry.name) if entry.user_id is not None else _("бот")
    return f"{when} · {who} — {said(entry.action, entry.details, call)}"


def has_more(entry: Entry) -> bool:
    return actions_texts.has_more(entry.action, entry.details)


def change(entry: Entry, zone: str, language: Language) -> Text:
    before, after = entry.details.get("before", ""), entry.details.get("after", "")
    head = Text(_line(entry, zone, language))
    pieces = differences(before, after) if before and after else None
    if pieces is not None:
        legend = Text(Strikethrough(_("убрано")), ", ", Bold(Underline(_("добавлено"))))
        return as_list(head, "", _marked(pieces), "", legend)
    rows: list[Text | str] = [head]
    share = ROOM // 2
    for told, value in ((_("Было:"), before), (_("Стало:"), after)):
        if value:
            rows += ["", Bold(told), ExpandableBlockQuote(_cut(value, share))]
    return as_list(*rows)


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1] + "…"


def _marked(pieces: tuple[Piece, ...]) -> Text:
    shown: list[Text | str] = []
    room = ROOM
    for piece in pieces:
        text = _cut(piece.text, room)
        room -= len(text)
        shown.append(_mark(piece.kind, text))
        if room <= 1:
            break
    return Text(*shown)


def _mark(kind: Kind, text: str) -> Text | str:
    if kind is Kind.GONE:
        return Strikethrough(text)
    return Bold(Underline(text)) if kind is Kind.NEW else text
