"""Foreign values, whatever type they come in: nothing here raises."""

import re
from datetime import datetime
from typing import Any

from services.clean import without_controls
from services.phones import e164

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_WHOLE = re.compile(r"[1-9]\d{10,14}")
_MOST = 10**7
"""Seconds; more is nonsense and would not fit into a column."""

_YEARS = range(2000, 2200)
"""At the ends of the calendar a time has no other zone."""


def text(value: Any, most: int = 255) -> str:
    """Texts and numbers as text; empty for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return without_controls(str(value)[:most]).strip()


def identity(value: Any) -> str:
    """An id that may stand in an address or a key; empty when it is none."""
    found = text(value)
    return found if _ID.fullmatch(found) and found.strip(".") else ""


def number(value: Any) -> int:
    """A whole number that is not negative; 0 for nonsense."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return 0
    try:
        return min(max(int(value), 0), _MOST)
    except (ValueError, OverflowError):
        return 0


def flag(value: Any) -> bool | None:
    """True and false as booleans, numbers or words; None when it says neither."""
    return {"true": True, "1": True, "false": False, "0": False}.get(str(value).lower())


def naive(value: Any) -> datetime | None:
    """`2026-11-20 09:38:03`: a local time without a zone. One with an offset is left as it is."""
    try:
        found = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is not None and found.year in _YEARS else None


def phone_of(told: str) -> str:
    """In E.164, empty for none. Numbers of other countries are told whole, but without the plus."""
    return e164(told) or (e164(f"+{told}") if _WHOLE.fullmatch(told) else "")


def rows(value: Any) -> list[dict[str, Any]]:
    """Those items of a list that are objects."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
