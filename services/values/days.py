"""What all readers of dates share: a day that was read, words by their place, months ahead."""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.values import Unreadable

INTO = frozenset("в во".split())
_SHIFTS = (
    (re.compile(r"эт(?:от|у|о|ого|ой|ому)|текущ(?:ий|ую|ее|его|ей)"), 0),
    (re.compile(r"(?:следующ|будущ)(?:ий|ую|ее|его|ей|ему)"), 1),
    (re.compile(r"прошл(?:ый|ую|ое|ого|ой)"), -1),
)


@dataclass(frozen=True)
class Day:
    """A day that was read. `weekday` is set when nothing but a day of the week was said: it may confirm a date."""

    date: date
    end: int
    weekday: int | None = None


Found = Day | None


def word_at(tokens: Sequence[str], at: int) -> str:
    return tokens[at] if 0 <= at < len(tokens) else ""


def date_of(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable("not_a_date") from None


def months_on(today: date, months: int) -> date:
    year, month = divmod(today.month - 1 + months, 12)
    last = calendar.monthrange(today.year + year, month + 1)[1]
    return date(today.year + year, month + 1, min(today.day, last))


def shift_of(word: str) -> int | None:
    """0 for `этот`, 1 for `следующий`, -1 for `прошлый`."""
    return next((shift for pattern, shift in _SHIFTS if pattern.fullmatch(word)), None)
