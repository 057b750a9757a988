"""Days that are told by their distance from the call: `завтра`, `через две недели`, `в следующий четверг`."""

import calendar
import re
from collections.abc import Sequence
from datetime import date, timedelta

from services.values import Unreadable
from services.values.almanac import NEAR, WEEKDAYS
from services.values.days import INTO, Day, Found, months_on, shift_of, word_at
from services.values.numbers import number_at

_NEAREST = re.compile(r"ближайш(?:ий|ую|ее|его|ей|ему)")
_WEEKS = frozenset("неделю недели недель недельку".split())
_DAYS = frozenset("дня дней денек".split())
_MONTHS = frozenset("месяц месяца месяцев".split())
_YEARS = frozenset("год года лет".split())
LONGEST_WAIT = 1000


def near(tokens: Sequence[str], at: int, today: date) -> Found:
    days = NEAR.get(tokens[at])
    return None if days is None else Day(today + timedelta(days=days), at + 1)


def in_some_time(tokens: Sequence[str], at: int, today: date) -> Found:
    """`через две недели`; `через день` may be the day after tomorrow, and is not read."""
    if tokens[at] != "через" or at + 1 >= len(tokens):
        return None
    unit, count = at + 1, 1
    if tokens[unit] == "полгода":
        return Day(months_on(today, 6), unit + 1)
    if tokens[unit] not in ("неделю", "недельку", "месяц", "год"):
        number, unit = number_at(tokens, unit)
        if number != int(number) or not 0 < number <= LONGEST_WAIT:
            raise Unreadable("ambiguous")
        count = int(number)
    found = _later(today, count, word_at(tokens, unit))
    return None if found is None else Day(found, unit + 1)


def _later(today: date, count: int, unit: str) -> date | None:
    if unit in _WEEKS:
        return today + timedelta(weeks=count)
    if unit in _DAYS or (unit == "день" and count % 10 == 1):
        return today + timedelta(days=count)
    if unit in _MONTHS:
        return months_on(today, count)
    return months_on(today, 12 * count) if unit in _YEARS else None


def end_of(tokens: Sequence[str], at: int, today: date) -> Found:
    """`до конца месяца`; `в конце месяца` names no day."""
    if (word_at(tokens, at - 1), tokens[at]) not in (("до", "конца"), ("к", "концу")):
        return None
    shift = shift_of(word_at(tokens, at + 1))
    unit = at + 1 if shift is None else at + 2
    if (shift or 0) < 0:
        return None
    if word_at(tokens, unit) == "года":
        return Day(date(today.year + (shift or 0), 12, 31), unit + 1)
    months = {"месяца": 1, "квартала": 3}.get(word_at(tokens, unit))
    if months is None:
        return None
    ahead = (months - 1) - (today.month - 1) % months + months * (shift or 0)
    first = months_on(today.replace(day=1), ahead)
    return Day(first.replace(day=calendar.monthrange(first.year, first.month)[1]), unit + 1)


def weekday(tokens: Sequence[str], at: int, today: date) -> Found:
    """`в четверг`, `в следующий четверг`, `в четверг на прошлой неделе`, `на этой неделе в четверг`."""
    week, at = _week_at(tokens, at) or (None, at)
    if word_at(tokens, at) in INTO:
        at += 1
    said = word_at(tokens, at)
    shift, nearest = shift_of(said), _NEAREST.fullmatch(said) is not None
    if shift is not None or nearest:
        at += 1
    wanted = WEEKDAYS.get(word_at(tokens, at))
    if wanted is None:
        return None
    end = at + 1
    if week is None and (later := _week_at(tokens, end + 1)) and word_at(tokens, end) == "на":
        week, end = later
    if week is not None and (shift is not None or nearest):
        raise Unreadable("ambiguous")
    bare = week is None and shift is None
    return Day(_day_of_week(wanted, week, shift, today), end, weekday=wanted if bare else None)


def _week_at(tokens: Sequence[str], at: int) -> tuple[int, int] | None:
    """`следующей неделе`: its distance in weeks, and where it ends."""
    shift = shift_of(word_at(tokens, at))
    return (shift, at + 2) if shift is not None and word_at(tokens, at + 1) == "неделе" else None


def _day_of_week(wanted: int, week: int | None, shift: int | None, today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    if week is None and shift is None:
        return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)
    if shift == -1 and wanted < today.weekday():
        raise Unreadable("ambiguous")  # of this week, or of the one before
    found = monday + timedelta(days=7 * ((week or 0) + (shift or 0)) + wanted)
    if (week == 0 or shift == 0) and found < today:
        raise Unreadable("ambiguous")
    return found
