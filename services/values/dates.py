"""Dates as people say them, seen from the moment of the call: `в следующий четверг`, `через две недели`.

What names no single day (`весной`, `на той неделе`, `в конце месяца`, `после пятницы`) is not a date, nor is
a date beside words that are not understood: they may deny it or move it.
"""

import calendar
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.values import Unreadable
from services.values.almanac import MONTHS, NEAR, WEEKDAYS
from services.values.numbers import number_at
from services.values.numerals import ORDINALS

PAST = timedelta(days=31)
"""A day without a year that has passed no longer ago than this may be meant as the past one: not sure."""
GAP = "·"
"""Stands in the words that are left for a date that was read."""
TOKEN = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?![\d-])|\d{1,2}[./]\d{1,2}(?:[./](?:\d{4}|\d{2}))?(?![\d.,/])|\d{1,2}:\d{2}(?::\d{2})?"
    r"|\d{1,2}-?(?:го|ого|е|ое|му)(?![а-я])|\d+(?:[.,]\d+)*|[а-яa-z]+|[^\s]"
)
_NUMERIC = re.compile(r"(\d{1,2})[./](\d{1,2})(?:[./](\d{4}|\d{2}))?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY = re.compile(r"(\d{1,2})(?:-?(?:го|ого|е|ое|му))?")
_DAY_ENDING = ("ого", "его", "ое", "ье", "ому", "ему")
TOWARDS = frozenset("на к ко до".split())
INTO = frozenset("в во".split())
_SHIFTS = (
    (re.compile(r"эт(?:от|у|о|ого|ой|ому)|текущ(?:ий|ую|ее|его|ей)"), 0),
    (re.compile(r"(?:следующ|будущ)(?:ий|ую|ее|его|ей|ему)"), 1),
    (re.compile(r"прошл(?:ый|ую|ое|ого|ой)"), -1),
)
_NEAREST = re.compile(r"ближайш(?:ий|ую|ее|его|ей|ему)")
_WEEKS = frozenset("неделю недели недель недельку".split())
_DAYS = frozenset("дня дней денек".split())
_MONTHS = frozenset("месяц месяца месяцев".split())
_YEARS = frozenset("год года лет".split())
LONGEST_WAIT = 1000


@dataclass(frozen=True)
class Day:
    """A day that was read. `weekday` is set when nothing but a day of the week was said: it may confirm a date."""

    date: date
    end: int
    weekday: int | None = None


Found = Day | None
Reader = Callable[[Sequence[str], int, date], Found]


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
    readers: tuple[Reader, ...] = (
        _iso,
        _numeric,
        _near,
        _in_some_time,
        _end_of,
        _day_and_month,
        _of_month,
        _weekday,
    )
    start = at + 1 if tokens[at] in TOWARDS else at
    if start >= len(tokens):
        return None
    return next((found for reader in readers if (found := reader(tokens, start, today))), None)


def _word(tokens: Sequence[str], at: int) -> str:
    return tokens[at] if 0 <= at < len(tokens) else ""


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable("not_a_date") from None


def _iso(tokens: Sequence[str], at: int, today: date) -> Found:
    match = _ISO.fullmatch(tokens[at])
    return Day(_date(*map(int, match.groups())), at + 1) if match else None


def _numeric(tokens: Sequence[str], at: int, today: date) -> Found:
    """`12.03`; after `в` it is a time, and with a month of one digit rather a fraction."""
    match = _NUMERIC.fullmatch(tokens[at])
    if match is None or _word(tokens, at - 1) in INTO:
        return None
    day, month, year = match.groups()
    if year is not None:
        return Day(_date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day)), at + 1)
    if len(month) < 2:
        raise Unreadable("ambiguous")
    return Day(_without_year(int(month), int(day), today), at + 1)


def _without_year(month: int, day: int, today: date) -> date:
    """The next such day; one that has just passed could be either."""
    _date(2024, month, day)
    year = today.year
    while True:
        try:
            found = date(year, month, day)
        except ValueError:
            year += 1
            continue
        if found >= today:
            return found
        if today - found <= PAST:
            raise Unreadable("ambiguous")
        year += 1


def _near(tokens: Sequence[str], at: int, today: date) -> Found:
    days = NEAR.get(tokens[at])
    return None if days is None else Day(today + timedelta(days=days), at + 1)


def _in_some_time(tokens: Sequence[str], at: int, today: date) -> Found:
    """`через две недели`; `через день` may be the day after tomorrow, and is not read."""
    if tokens[at] != "через" or at + 1 >= len(tokens):
        return None
    unit, count = at + 1, 1
    if tokens[unit] == "полгода":
        return Day(_months_on(today, 6), unit + 1)
    if tokens[unit] not in ("неделю", "недельку", "месяц", "год"):
        number, unit = number_at(tokens, unit)
        if number != int(number) or not 0 < number <= LONGEST_WAIT:
            raise Unreadable("ambiguous")
        count = int(number)
    found = _later(today, count, _word(tokens, unit))
    return None if found is None else Day(found, unit + 1)


def _later(today: date, count: int, unit: str) -> date | None:
    if unit in _WEEKS:
        return today + timedelta(weeks=count)
    if unit in _DAYS or (unit == "день" and count % 10 == 1):
        return today + timedelta(days=count)
    if unit in _MONTHS:
        return _months_on(today, count)
    return _months_on(today, 12 * count) if unit in _YEARS else None


def _months_on(today: date, months: int) -> date:
    year, month = divmod(today.month - 1 + months, 12)
    last = calendar.monthrange(today.year + year, month + 1)[1]
    return date(today.year + year, month + 1, min(today.day, last))


def _shift(word: str) -> int | None:
    """0 for `этот`, 1 for `следующий`, -1 for `прошлый`."""
    return next((shift for pattern, shift in _SHIFTS if pattern.fullmatch(word)), None)


def _end_of(tokens: Sequence[str], at: int, today: date) -> Found:
    """`до конца месяца`; `в конце месяца` names no day."""
    if (_word(tokens, at - 1), tokens[at]) not in (("до", "конца"), ("к", "концу")):
        return None
    shift = _shift(_word(tokens, at + 1))
    unit = at + 1 if shift is None else at + 2
    if (shift or 0) < 0:
        return None
    if _word(tokens, unit) == "года":
        return Day(date(today.year + (shift or 0), 12, 31), unit + 1)
    months = {"месяца": 1, "квартала": 3}.get(_word(tokens, unit))
    if months is None:
        return None
    ahead = (months - 1) - (today.month - 1) % months + months * (shift or 0)
    first = _months_on(today.replace(day=1), ahead)
    return Day(first.replace(day=calendar.monthrange(first.year, first.month)[1]), unit + 1)


def _day_number(tokens: Sequence[str], at: int) -> tuple[int, int] | None:
    """`12`, `12-го`, `двенадцатого`, `двадцать пятого`, and where it ends."""
    if match := _DAY.fullmatch(tokens[at]):
        return (int(match.group(1)), at + 1) if 1 <= int(match.group(1)) <= 31 else None
    tens = {"двадцать": 20, "тридцать": 30}.get(tokens[at], 0)
    word = _word(tokens, at + 1) if tens else tokens[at]
    number = ORDINALS.get(word, 0) if word.endswith(_DAY_ENDING) else 0
    if not number or (tens and number > 9):
        return None
    return tens + number, at + (2 if tens else 1)


def _day_and_month(tokens: Sequence[str], at: int, today: date) -> Found:
    day = _day_number(tokens, at)
    month = MONTHS.get(_word(tokens, day[1])) if day else None
    if day is None or month is None:
        return None
    year, end = _year_at(tokens, day[1] + 1, today)
    return Day(_without_year(month, day[0], today) if year is None else _date(year, month, day[0]), end)


def _year_at(tokens: Sequence[str], at: int, today: date) -> tuple[int | None, int]:
    """`2027`, `27 года`, `следующего года`."""
    word, after = _word(tokens, at), _word(tokens, at + 1)
    told = after in ("г", "год", "года")
    if re.fullmatch(r"\d{4}", word):
        return int(word), at + 1 + told + (told and after == "г" and _word(tokens, at + 2) == ".")
    if re.fullmatch(r"\d{2}", word) and told:
        return 2000 + int(word), at + 2
    shift = _shift(word)
    return (today.year + shift, at + 2) if shift is not None and after == "года" else (None, at)


def _of_month(tokens: Sequence[str], at: int, today: date) -> Found:
    """`20 числа`, `пятого числа следующего месяца`."""
    day = _day_number(tokens, at)
    if day is None or _word(tokens, day[1]) != "числа":
        return None
    number, end = day
    shift = _shift(_word(tokens, end + 1))
    first = today.replace(day=1)
    if shift is not None and _word(tokens, end + 2) == "месяца":
        first = _months_on(first, shift)
        return Day(_date(first.year, first.month, number), end + 3)
    for _ in range(3):
        last = calendar.monthrange(first.year, first.month)[1]
        if number <= last and first.replace(day=number) >= today:
            return Day(first.replace(day=number), end + 1)
        first = _months_on(first, 1)
    raise Unreadable("not_a_date")


def _weekday(tokens: Sequence[str], at: int, today: date) -> Found:
    """`в четверг`, `в следующий четверг`, `в четверг на прошлой неделе`, `на этой неделе в четверг`."""
    week, at = _week_at(tokens, at) or (None, at)
    if _word(tokens, at) in INTO:
        at += 1
    said = _word(tokens, at)
    shift, nearest = _shift(said), _NEAREST.fullmatch(said) is not None
    if shift is not None or nearest:
        at += 1
    wanted = WEEKDAYS.get(_word(tokens, at))
    if wanted is None:
        return None
    end = at + 1
    if week is None and (later := _week_at(tokens, end + 1)) and _word(tokens, end) == "на":
        week, end = later
    if week is not None and (shift is not None or nearest):
        raise Unreadable("ambiguous")
    bare = week is None and shift is None
    return Day(_day_of_week(wanted, week, shift, today), end, weekday=wanted if bare else None)


def _week_at(tokens: Sequence[str], at: int) -> tuple[int, int] | None:
    """`следующей неделе`: its distance in weeks, and where it ends."""
    shift = _shift(_word(tokens, at))
    return (shift, at + 2) if shift is not None and _word(tokens, at + 1) == "неделе" else None


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
