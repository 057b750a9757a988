"""Their JSON into typed values. PHP writes it: an empty object may be a list, a number may be a text."""

import math
import re
from datetime import UTC, datetime
from typing import Any

from services.clean import without_controls

Row = dict[str, Any]


def number(value: Any) -> int:
    """0 for null, empty and nonsense."""
    if isinstance(value, bool):
        return 0
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return 0


def text(value: Any, most: int = 2000) -> str:
    """A text or a number as one clean line of at most `most` characters; empty for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, float) and not math.isfinite(value):
        return ""
    return without_controls(str(value)).replace("\n", " ").strip()[:most]


def moment(value: Any) -> datetime | None:
    """Unix seconds as a moment; None for anything else."""
    seconds = number(value)
    if seconds <= 0:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def fields(value: Any) -> Row:
    """An object; anything else is an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> list[Row]:
    """The objects of a list; what else is in it is left out."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def embedded(answer: Any, name: str) -> list[Row]:
    """The list under `_embedded`."""
    return rows(fields(fields(answer).get("_embedded")).get(name))


def has_next(answer: Any) -> bool:
    """Only the link to a next page says that there is one: a page may be short and not the last.

    The link itself is never followed: the next page is asked for by its number, at the account's own address.
    """
    return bool(fields(fields(fields(answer).get("_links")).get("next")).get("href"))


def last_digits(phone: str, most: int = 10) -> str:
    """The digits by which two writings of one telephone number meet."""
    return re.sub(r"\D", "", phone)[-most:]
