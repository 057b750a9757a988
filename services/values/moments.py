"""A day and a time together, and dates beside which a time may stand."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from services.values import Unreadable
from services.values.dates import read_day
from services.values.numbers import is_digits, number_at
from services.values.numerals import meaning
from services.values.scan import normal, tokens_of
from services.values.times import HOURS, MINUTES, clock_in

_CANONICAL = re.compile(
    r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?", re.IGNORECASE
)
YEARS = range(1900, 2201)


def read_date(text: str, called_at: datetime) -> date:
    """In the zone of `called_at`; a time beside it must be one. Raises Unreadable: `not_a_date`, `ambiguous`."""
    moment = _canonical(text, called_at)
    if moment is not None:
        return moment.astimezone(called_at.tzinfo).date()
    day, left = read_day(normal(text), called_at.date())
    clock_in(left)
    return day


def read_moment(text: str, called_at: datetime) -> datetime:
    """In the zone of `called_at`. Raises Unreadable."""
    moment = _canonical(text, called_at) or _in_some_time(tokens_of(normal(text)), called_at)
    if moment is not None:
        return moment
    day, left = read_day(normal(text), called_at.date())
    clock = clock_in(left)
    if clock is None:
        raise Unreadable("no_time")
    moment = datetime.combine(day, clock.time(), called_at.tzinfo)
    if not (clock.exact or clock.part) and day == called_at.date() and moment < called_at:
        raise Unreadable("ambiguous")  # `сегодня в девять`, said at noon
    return moment


def _canonical(text: str, called_at: datetime) -> datetime | None:
    if not _CANONICAL.fullmatch(text.strip()):
        return None
    try:
        parsed = datetime.fromisoformat(text.strip().upper())
    except ValueError:
        raise Unreadable("not_a_date") from None
    if parsed.year not in YEARS:
        raise Unreadable("out_of_range")
    return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=called_at.tzinfo)


def _in_some_time(tokens: Sequence[str], called_at: datetime) -> datetime | None:
    """`через два часа сорок минут`, with nothing before or after it."""
    if tokens[:1] != ["через"]:
        return None
    wait = _wait(tokens[1:])
    if wait is None:
        return None
    return (called_at.replace(microsecond=0).astimezone(UTC) + wait).astimezone(called_at.tzinfo)


def _wait(tokens: Sequence[str]) -> timedelta | None:
    """None when it is not counted in hours or minutes."""
    if tokens[:1] == ["час"]:
        count, at = Decimal(1), 0
    elif list(tokens) == ["полчаса"]:
        return timedelta(minutes=30)
    elif tokens and (is_digits(tokens[0]) or meaning(tokens[0])):
        count, at = number_at(tokens, 0)
    else:
        return None
    unit = tokens[at] if at < len(tokens) else ""
    if unit in MINUTES:
        return _whole(tokens, at + 1, count)
    if unit not in HOURS:
        return None
    if at + 1 == len(tokens):
        return _whole(tokens, at + 1, count * 60)
    minutes, end = number_at(tokens, at + 1)
    if end >= len(tokens) or tokens[end] not in MINUTES or count != int(count) or minutes >= 60:
        raise Unreadable("ambiguous")
    return _whole(tokens, end + 1, count * 60 + minutes)


def _whole(tokens: Sequence[str], end: int, minutes: Decimal) -> timedelta:
    if end < len(tokens) or not 0 < minutes < 60 * 24 * 31:
        raise Unreadable("ambiguous")
    return timedelta(minutes=float(minutes))
