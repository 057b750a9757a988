"""Words that several windows of prompts share."""

from collections.abc import Mapping
from typing import Any

from aiogram.utils.formatting import ExpandableBlockQuote, Text
from aiogram.utils.i18n import gettext as _

from handlers.phrases import as_button
from services.domain.integration import ObjectKind
from services.domain.prompt import Destination, Prompt

MESSAGE = 4096
"""Characters in a message, by Telegram's count."""


def destination(kind: Destination, of: ObjectKind | None = None) -> str:
    """Where the answers go; of comments and fields it is said whose, where only deals or only leads come."""
    if kind is Destination.FIELDS and of is not None:
        return _("📋 поля лида") if of is ObjectKind.LEAD else _("📋 поля сделки")
    if kind is Destination.COMMENT and of is not None:
        return _("💬 комментарий к лиду") if of is ObjectKind.LEAD else _("💬 комментарий к сделке")
    return {
        Destination.COMMENT: _("💬 комментарий к сделке или лиду"),
        Destination.LIST: _("📊 строка отдельного списка"),
        Destination.FIELDS: _("📋 поля сделки или лида"),
        Destination.CHAT: _("📱 только в карточку звонка"),
    }[kind]


def destination_button(kind: Destination, of: ObjectKind | None, system: str = "") -> str:
    """A `system` beside it leaves room for less."""
    brief = {Destination.COMMENT: _("💬 комментарий"), Destination.LIST: _("📊 строка списка")} if system else {}
    return as_button(brief.get(kind, destination(kind, of))) + (f" · {system}" if system else "")


def any_funnel() -> str:
    return _("Любая воронка")


def any_stage() -> str:
    return _("Любая стадия")


def back_button() -> str:
    return _("‹ Назад")


def place(names: Mapping[str, Any]) -> str:
    """`Продажи › Новая`, with «any» in words."""
    funnel = names.get("funnel") or any_funnel()
    stage = names.get("stage")
    return f"{funnel} › {stage or any_stage()}" if names.get("funnel") else str(funnel)


def around(text: str, head: Text, tail: Text | str) -> Text:
    """A prompt's text between the two, folded; its end is left out where the message would not hold it."""
    end = Text("\n\n", tail) if tail else Text()
    room = MESSAGE - len(head.render()[0]) - len(end.render()[0]) - len("\n\n")
    shown = text if len(text) <= room else text[: room - 1] + "…"
    return Text(head, "\n\n", ExpandableBlockQuote(shown), end)


def enable_button() -> str:
    return _("🟢 Включить")


def answer_of(prompt: Prompt, names: Mapping[str, Any] | None = None) -> str:
    """Where its answers go; `names` tell the other system that receives them, and whether it is deals or leads."""
    place, named = prompt.version.place, names or {}
    told = destination(place.destination, place.object_kind or named.get("objects"))
    told = f"{told} «{place.list.name}»" if place.list is not None else told
    return by_phone(told, named.get("into", "")) if place.into is not None else told


def by_phone(told: str, into: str) -> str:
    """A destination in another system than the one the calls come from."""
    named = f"{told}, {into}" if into else told
    return _("{where} (нахожу по номеру клиента)").format(where=named)
