"""Times without a zone, in both directions: they are local to the account, never to this server.

Where clocks are set back, an hour of local time happens twice. A window that ends near it is widened, and a
moment in it is judged by both readings, so that no call falls between the two.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

USUAL = "Europe/Moscow"
NIGHT = 3
"""Hour of the account's day."""
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])\s*(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
_NEAR = timedelta(hours=3)
_FORMAT = "%Y-%m-%d %H:%M:%S"


def zone_of(name: str) -> tzinfo | None:
    """A zone by its IANA name or as an offset, `UTC+3`; None for anything else."""
    if name.upper() in {"UTC", "GMT"}:
        return UTC
    offset = _OFFSET.fullmatch(name.strip())
    if offset is not None:
        shift = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(-shift if offset[1] == "-" else shift) if shift < timedelta(hours=24) else None
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def offset_name(shift: timedelta) -> str:
    """`UTC+03:00`, to a quarter of an hour: clocks differ by seconds."""
    minutes = round(shift.total_seconds() / 900) * 15
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def readings(local: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """The earlier and the later moment that a local time can mean; nearly always the same."""
    if local.tzinfo is not None:
        return local.astimezone(UTC), local.astimezone(UTC)
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return min(first, second), max(first, second)


def window(since: datetime, until: datetime, zone: tzinfo) -> tuple[str, str]:
    """Both ends in local time, widened where the clocks are set about then."""
    first = since.astimezone(zone).replace(tzinfo=None) - _widening(since, zone)
    last = until.astimezone(zone).replace(tzinfo=None) + _widening(until, zone)
    return first.strftime(_FORMAT), last.strftime(_FORMAT)


def last_night(now: datetime, zone: tzinfo) -> datetime:
    """The latest quiet hour of the account: time to look further back than usual."""
    local = now.astimezone(zone)
    night = local.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    return (night if night <= local else night - timedelta(days=1)).astimezone(UTC)


def _widening(moment: datetime, zone: tzinfo) -> timedelta:
    before, after = ((moment + step).astimezone(zone).utcoffset() for step in (-_NEAR, _NEAR))
    return abs((after or timedelta()) - (before or timedelta()))
