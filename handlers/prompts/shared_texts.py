"""Words that several windows of prompts share."""

from collections.abc import Mapping
from typing import Any

from aiogram.utils.formatting import ExpandableBlockQuote, Text
from aiogram.utils.i18n import gettext as _

from services.domain.integration import ObjectKind
from services.domain.prompt import Destination, Prompt

MESSAGE = 4096
"""Characters in a message, by Telegram's count."""


def destination(kind: Destination, of: ObjectKind | None = None) -> str:
    """Where the answers go; of fields it is said whose."""
    if kind is Destination.FIELDS and of is not None:
        return _("📋 поля лида") if of is ObjectKind.LEAD else _("📋 поля сделки")
    return {
        Destination.COMMENT: _("💬 комментарий к сделке или лиду"),
        Destination.LIST: _("📊 строка отдельного списка"),
        Destination.FIELDS: _("📋 поля сделки или лида"),
        Destination.CHAT: _("📱 только в карточку звонка"),
    }[kind]


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


def answer_of(prompt: Prompt, into: str = "") -> str:
    """Where its answers go; `into` is the name of the other system that receives them."""
    place = prompt.version.place
    told = destination(place.destination, place.object_kind)
    told = f"{told} «{place.list.name}»" if place.list is not None else told
    return by_phone(told, into) if place.into is not None else told


def by_phone(told: str, into: str) -> str:
    """A destination in another system than the one the calls come from."""
    named = f"{told}, {into}" if into else told
    return _("{where} (нахожу по номеру клиента)").format(where=named)
