"""Foreign values made ours: numbers that may be texts, texts that may be anything."""

import math
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from services.clean import without_controls
from services.phones import e164

_SHORT = re.compile(r"[0-9]{1,6}")


def text(value: Any) -> str:
    """One line; empty for what is no text and no number."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return " ".join(without_controls(str(value)).split())[:255]


def number(value: Any) -> int:
    """A count of seconds or the like; 0 for null and nonsense."""
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return 0
    return int(found) if math.isfinite(found) and 0 < found < 10**15 else 0


def from_epoch(value: Any, per_second: int) -> datetime | None:
    """A moment counted from 1970; None for nonsense."""
    found = number(value)
    try:
        return datetime.fromtimestamp(found / per_second, UTC) if found else None
    except (OverflowError, OSError, ValueError):
        return None


def from_iso(value: Any, offset: timedelta) -> datetime | None:
    """ISO 8601, in UTC; without a zone it is local time that is `offset` ahead of UTC."""
    try:
        found = datetime.fromisoformat(text(value))
        told = found if found.tzinfo else found.replace(tzinfo=timezone(offset))
        return told.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def is_short(phone: str) -> bool:
    """An internal number of the company."""
    return _SHORT.fullmatch(phone) is not None and not e164(phone)
