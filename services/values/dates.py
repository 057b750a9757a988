"""Dates as people say them, seen from the moment of the call: `в следующий четверг`, `через две недели`.

What names no single day (`весной`, `на той неделе`, `в конце месяца`, `после пятницы`) is not a date, nor is
a date beside words that are not understood: they may deny it or move it.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date

from services.values import Unreadable
from services.values.dates_by_number import day_and_month, iso, numeric, of_month
from services.values.dates_from_today import end_of, in_some_time, near, weekday
from services.values.days import Day, Found

GAP = "·"
"""Stands in the words that are left for a date that was read."""
TOKEN = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?![\d-])|\d{1,2}[./]\d{1,2}(?:[./](?:\d{4}|\d{2}))?(?![\d.,/])|\d{1,2}:\d{2}(?::\d{2})?"
    r"|\d{1,2}-?(?:го|ого|е|ое|му)(?![а-я])|\d+(?:[.,]\d+)*|[а-яa-z]+|[^\s]"
)
TOWARDS = frozenset("на к ко до".split())
Reader = Callable[[Sequence[str], int, date], Found]
READERS: tuple[Reader, ...] = (iso, numeric, near, in_some_time, end_of, day_and_month, of_month, weekday)


def read_day(text: str, today: date) -> tuple[date, list[str]]:
    """The one day that is named, and the words that are left with gaps. `text` is normal. Raises Unreadable."""
    days, left = _scan(TOKEN.findall(text), today)
    named = {day.date for day in days if day.weekday is None} or {day.date for day in days}
    if not named:
        raise Unreadable("not_a_date")
    found = named.pop()
    if named or any(day.weekday not in (None, found.weekday()) for day in days):
        raise Unreadable("ambiguous")
    return found, left


def days_in(text: str, today: date) -> tuple[set[date], list[str]]:
    """All days that a text names, whatever else it says. Raises Unreadable."""
    days, left = _scan(TOKEN.findall(text), today)
    return {day.date for day in days}, left


def _scan(tokens: Sequence[str], today: date) -> tuple[list[Day], list[str]]:
    days: list[Day] = []
    left: list[str] = []
    at = 0
    while at < len(tokens):
        found = _at(tokens, at, today)
        if found is None:
            left.append(tokens[at])
            at += 1
        else:
            days.append(found)
            left.append(GAP)
            at = found.end
    return days, left


def _at(tokens: Sequence[str], at: int, today: date) -> Found:
    start = at + 1 if tokens[at] in TOWARDS else at
    if start >= len(tokens):
        return None
    return next((found for reader in READERS if (found := reader(tokens, start, today))), None)
