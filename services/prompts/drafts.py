"""A prompt that is ready to be saved, and the bounds of its words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.domain.prompt import NAME_LIMIT, TEXT_LIMIT, Ask, Place, Scope
from services.errors import Refused


@dataclass(frozen=True)
class Draft:
    """A prompt that is ready to be saved."""

    name: str
    asks: tuple[Ask, ...]
    scope: Scope
    place: Place = Place()
    condition: str = ""
    """Of its alert."""


def clean_name(name: str) -> str:
    """Raises Refused: `name_empty`, `name_long`."""
    cleaned = " ".join(name.split())
    if not cleaned:
        raise Refused("name_empty")
    if len(cleaned) > NAME_LIMIT:
        raise Refused("name_long", limit=NAME_LIMIT, length=len(cleaned))
    return cleaned


def clean_text(text: str) -> str:
    """Raises Refused: `text_empty`, `text_long`."""
    cleaned = text.strip()
    if not cleaned:
        raise Refused("text_empty")
    if len(cleaned) > TEXT_LIMIT:
        raise Refused("text_long", limit=TEXT_LIMIT, length=len(cleaned))
    return cleaned


def clean_asks(asks: Sequence[Ask], place: Place) -> tuple[Ask, ...]:
    """Raises Refused: `text_empty`, `text_long`, `no_questions`."""
    if not asks:
        raise Refused("no_questions")
    return tuple(replace(ask, text=clean_text(ask.text)) for ask in asks)


def copy_name(name: str, suffix: str) -> str:
    return f"{name[: NAME_LIMIT - len(suffix)]}{suffix}"
