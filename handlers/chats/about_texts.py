"""How a chat's settings are told, in the chat itself and in its window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time

from aiogram.utils.formatting import Bold, Text
from aiogram.utils.i18n import gettext as _

from handlers import words
from handlers.phrases import phrase
from services.domain.listening import Form, Hush, Mute, Quiet
from services.domain.workspace import Chat, Language

SHOWN = 6
"""Names in one line; of more only the number is told."""
LABEL = 40


@dataclass(frozen=True)
class Names:
    """What the numbers in a chat's settings are called."""

    prompts: Mapping[int, str] = field(default_factory=dict)
    integrations: Mapping[int, str] = field(default_factory=dict)
    funnels: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """How moments are told, and what the present one is."""

    zone: str
    language: Language
    now: datetime


def short(name: str) -> str:
    return name if len(name) <= LABEL else name[: LABEL - 1] + "…"


def hour(at: time) -> str:
    return f"{at:%H:%M}"


def title(chat: Chat) -> str:
    """A company has many private chats: it is said whose."""
    if chat.kind != "private":
        return chat.title
    return _("Личная переписка · {name}").format(name=chat.title) if chat.title else _("Личная переписка")


def form(of: Form) -> str:
    return {
        Form.CARDS: _("📇 карточка каждого звонка"),
        Form.ALERTS: _("🔔 только тревоги"),
        Form.DIGEST: _("🗓 сводка за день"),
    }[of]


def coming(chat: Chat) -> str:
    """Its form, and when where that is once a day."""
    told = form(chat.form)
    if chat.form is not Form.DIGEST:
        return told
    return _("{form} в {time}").format(form=told, time=hour(chat.wants.digest_at))


def about(chat: Chat, names: Names, seen: Seen) -> list[Text | str]:
    """Every setting that matters for the chat's form, in a line of its own."""
    wants = chat.wants
    lines: list[Text | str] = [phrase(_("Приходит: {form}"), form=Bold(coming(chat)))]
    lines.append(_("Системы: {names}").format(names=_chosen(wants.integrations, names.integrations)))
    lines.append(_("Воронки: {names}").format(names=_chosen(wants.funnels, names.funnels)))
    lines.append(_("Промпты: {names}").format(names=_chosen(wants.prompts, names.prompts)))
    if chat.form is Form.CARDS and wants.only_with_data:
        lines.append(_("Только звонки, в которых нашёлся ответ"))
    if chat.quiet is not None:
        lines.append(_("Тихие часы: {hours}").format(hours=quiet(chat.quiet)))
    return lines + muted(chat, names, seen)


def _chosen(numbers: frozenset[int] | None, names: Mapping[int, str]) -> str:
    if numbers is None:
        return _("все")
    known = [name for number, name in names.items() if number in numbers]
    if not known:
        return _("ни одного из тех, что есть сейчас")
    return ", ".join(known[:SHOWN]) + (_(" и ещё {n}").format(n=len(known) - SHOWN) if len(known) > SHOWN else "")


def quiet(of: Quiet) -> str:
    hours = f"{hour(of.begin)}–{hour(of.end)}"
    if of.hush is Hush.SILENT:
        return _("{hours}, присылаю без звука").format(hours=hours)
    return _("{hours}, присылаю утром").format(hours=hours)


def muted(chat: Chat, names: Names, seen: Seen) -> list[Text | str]:
    lines: list[Text | str] = []
    if told := muted_chat(chat, seen):
        lines.append(told)
    for number, mute in present_mutes(chat, names, seen.now)[:SHOWN]:
        told = _("🔕 «{name}» молчит до {when}")
        lines.append(told.format(name=names.prompts[number], when=moment(mute.until, seen)))
    return lines


def muted_chat(chat: Chat, seen: Seen) -> str:
    """Nothing when it is not."""
    if chat.muted_until is None or chat.muted_until <= seen.now:
        return ""
    return _("🔕 Чат молчит до {when}").format(when=moment(chat.muted_until, seen))


def present_mutes(chat: Chat, names: Names, now: datetime) -> Sequence[tuple[int, Mute]]:
    """Of prompts that are there: a deleted one is silent for good."""
    mutes = sorted(chat.wants.mutes.items())
    return [(number, mute) for number, mute in mutes if mute.covers(now) and number in names.prompts]


def moment(at: datetime, seen: Seen) -> str:
    return words.moment(at, seen.zone, seen.language)
