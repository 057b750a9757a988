"""Days that are told by their number: `12.03`, `двадцать пятого марта`, `20 числа`."""

import calendar
import re
from collections.abc import Sequence
from datetime import date, timedelta

from services.values import Unreadable
from services.values.almanac import MONTHS
from services.values.days import INTO, Day, Found, date_of, months_on, shift_of, word_at
from services.values.numerals import ORDINALS

PAST = timedelta(days=31)
"""A day without a year that has passed no longer ago than this may be meant as the past one: not sure."""
_NUMERIC = re.compile(r"(\d{1,2})[./](\d{1,2})(?:[./](\d{4}|\d{2}))?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY = re.compile(r"(\d{1,2})(?:-?(?:го|ого|е|ое|му))?")
_DAY_ENDING = ("ого", "его", "ое", "ье", "ому", "ему")


def iso(tokens: Sequence[str], at: int, today: date) -> Found:
    match = _ISO.fullmatch(tokens[at])
    return Day(date_of(*map(int, match.groups())), at + 1) if match else None


def numeric(tokens: Sequence[str], at: int, today: date) -> Found:
    """`12.03`; after `в` it is a time, and with a month of one digit rather a fraction."""
    match = _NUMERIC.fullmatch(tokens[at])
    if match is None or word_at(tokens, at - 1) in INTO:
        return None
    day, month, year = match.groups()
    if year is not None:
        return Day(date_of(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day)), at + 1)
    if len(month) < 2:
        raise Unreadable("ambiguous")
    return Day(_without_year(int(month), int(day), today), at + 1)


def _without_year(month: int, day: int, today: date) -> date:
    """The next such day; one that has just passed could be either."""
    date_of(2024, month, day)
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


def day_and_month(tokens: Sequence[str], at: int, today: date) -> Found:
    day = _day_number(tokens, at)
    month = MONTHS.get(word_at(tokens, day[1])) if day else None
    if day is None or month is None:
        return None
    year, end = _year_at(tokens, day[1] + 1, today)
    return Day(_without_year(month, day[0], today) if year is None else date_of(year, month, day[0]), end)


def of_month(tokens: Sequence[str], at: int, today: date) -> Found:
    """`20 числа`, `пятого числа следующего месяца`."""
    day = _day_number(tokens, at)
    if day is None or word_at(tokens, day[1]) != "числа":
        return None
    number, end = day
    shift = shift_of(word_at(tokens, end + 1))
    first = today.replace(day=1)
    if shift is not None and word_at(tokens, end + 2) == "месяца":
        first = months_on(first, shift)
        return Day(date_of(first.year, first.month, number), end + 3)
    for _ in range(3):
        last = calendar.monthrange(first.year, first.month)[1]
        if number <= last and first.replace(day=number) >= today:
            return Day(first.replace(day=number), end + 1)
        first = months_on(first, 1)
    raise Unreadable("not_a_date")


def _day_number(tokens: Sequence[str], at: int) -> tuple[int, int] | None:
    """`12`, `12-го`, `двенадцатого`, `двадцать пятого`, and where it ends."""
    if match := _DAY.fullmatch(tokens[at]):
        return (int(match.group(1)), at + 1) if 1 <= int(match.group(1)) <= 31 else None
    tens = {"двадцать": 20, "тридцать": 30}.get(tokens[at], 0)
    word = word_at(tokens, at + 1) if tens else tokens[at]
    number = ORDINALS.get(word, 0) if word.endswith(_DAY_ENDING) else 0
    if not number or (tens and number > 9):
        return None
    return tens + number, at + (2 if tens else 1)


def _year_at(tokens: Sequence[str], at: int, today: date) -> tuple[int | None, int]:
    """`2027`, `27 года`, `следующего года`."""
    word, after = word_at(tokens, at), word_at(tokens, at + 1)
    told = after in ("г", "год", "года")
    if re.fullmatch(r"\d{4}", word):
        return int(word), at + 1 + told + (told and after == "г" and word_at(tokens, at + 2) == ".")
    if re.fullmatch(r"\d{2}", word) and told:
        return 2000 + int(word), at + 2
    shift = shift_of(word)
    return (today.year + shift, at + 2) if shift is not None and after == "года" else (None, at)
