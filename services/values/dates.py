"""Dates and times as people say them, seen from the moment of the call: `в следующий четверг`, `через две недели`.

What names no single day (`весной`, `на той неделе`, `в начале месяца`) is not a date.
"""

import calendar
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from services.values import Unreadable
from services.values.numbers import read_number

WEEKDAYS = ("понедельник", "вторник", "сред", "четверг", "пятниц", "суббот", "воскресень")
MONTHS = (
    "январ",
    "феврал",
    "март",
    "апрел",
    "ма[йяе]",
    "июн",
    "июл",
    "август",
    "сентябр",
    "октябр",
    "ноябр",
    "декабр",
)
NEAR = {"позавчера": -2, "вчера": -1, "сегодня": 0, "послезавтра": 2, "завтра": 1}
ORDINALS = {
    "перв": 1, "втор": 2, "трет": 3, "четверт": 4, "пят": 5, "шест": 6, "седьм": 7, "восьм": 8, "девят": 9,
    "десят": 10, "одиннадцат": 11, "двенадцат": 12, "тринадцат": 13, "четырнадцат": 14, "пятнадцат": 15,
    "шестнадцат": 16, "семнадцат": 17, "восемнадцат": 18, "девятнадцат": 19, "двадцат": 20, "тридцат": 30,
}  # fmt: skip
PAST = timedelta(days=31)
"""A day without a year that has passed no longer ago than this may be meant as the past one: not sure."""
VAGUE = re.compile(r"\b(начал\w*|середин\w*|пример\w*|около|или|либо|между|наверно\w*|может)\b")
_DAY = r"(\d{1,2}(?:-?(?:го|е|ого))?|(?:[а-я]+ )?[а-я]+)"
_MONTH = "|".join(f"(?:{name})" for name in MONTHS)


def read_date(text: str, today: date) -> tuple[date, str]:
    """The day and the words that are left (a time, perhaps). Raises Unreadable: `not_a_date`, `ambiguous`."""
    said = " ".join(text.casefold().replace("ё", "е").replace(",", " ").split())
    if VAGUE.search(said):
        raise Unreadable("ambiguous")
    for reader in (_iso, _numeric, _near, _in_some_time, _end_of, _named, _weekday, _of_this_month):
        found = reader(said, today)
        if found is not None:
            return found
    raise Unreadable("not_a_date")


Found = tuple[date, str] | None


def _rest(said: str, match: re.Match[str]) -> str:
    return (said[: match.start()] + " " + said[match.end() :]).strip()


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable("not_a_date") from None


def _iso(said: str, today: date) -> Found:
    match = re.search(r"\b(\d{4})-(\d{1,2})-(\d{1,2})(?=\b|t)", said)
    return (_day(*map(int, match.groups())), _rest(said, match)) if match else None


def _numeric(said: str, today: date) -> Found:
    match = re.search(
        r"\b(\d{1,2})[./](\d{1,2})(?:[./](\d{4}|\d{2}))?\b(?!\s*(?:%|процент|утра|вечера|дня|часов))", said
    )
    if match is None:
        return None
    day, month, year = match.groups()
    if year is None:
        return _without_year(int(month), int(day), today), _rest(said, match)
    return _day(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day)), _rest(said, match)


def _without_year(month: int, day: int, today: date) -> date:
    """The next such day; one that has just passed could be either."""
    _day(2024, month, day)
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


def _near(said: str, today: date) -> Found:
    for word, days in NEAR.items():
        match = re.search(rf"\b{word}\b", said)
        if match:
            return today + timedelta(days=days), _rest(said, match)
    return None


def _in_some_time(said: str, today: date) -> Found:
    match = re.search(
        r"\bчерез ((?:[\w,.]+ ){0,3}?)(день|дня|дней|денек|недел\w*|месяц\w*|год|года|лет|полгода)\b",
        said,
    )
    if match is None:
        return None
    unit = match.group(2)
    if unit == "полгода":
        return _months_on(today, 6), _rest(said, match)
    count = _whole(match.group(1))
    if unit.startswith("недел"):
        return today + timedelta(weeks=count), _rest(said, match)
    if unit.startswith("месяц"):
        return _months_on(today, count), _rest(said, match)
    if unit in ("год", "года", "лет"):
        return _months_on(today, 12 * count), _rest(said, match)
    return today + timedelta(days=count), _rest(said, match)


def _whole(words: str) -> int:
    if words.strip() in ("", "одну", "один"):
        return 1
    if words.strip() in ("пару", "несколько"):
        raise Unreadable("ambiguous")
    number = read_number(words)
    if number != int(number) or number > Decimal(1000):
        raise Unreadable("ambiguous")
    return int(number)


def _months_on(today: date, months: int) -> date:
    year, month = divmod(today.month - 1 + months, 12)
    last = calendar.monthrange(today.year + year, month + 1)[1]
    return date(today.year + year, month + 1, min(today.day, last))


def _end_of(said: str, today: date) -> Found:
    match = re.search(
        r"\b(?:до |в |к )?кон(?:ца|це|цу|ец)\s+(этого |текущего |следующего )?(месяца|года|квартала)\b", said
    )
    if match is None:
        return None
    following = (match.group(1) or "").startswith("следующ")
    if match.group(2) == "года":
        return date(today.year + following, 12, 31), _rest(said, match)
    months = 3 - (today.month - 1) % 3 - 1 if match.group(2) == "квартала" else 0
    months += (3 if match.group(2) == "квартала" else 1) * following
    first = _months_on(today.replace(day=1), months)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1]), _rest(said, match)


def _named(said: str, today: date) -> Found:
    match = re.search(
        rf"\b(\d{{1,2}}(?:-?(?:го|е|ого))?|(?:[а-я]+ )?[а-я]+)\s+({_MONTH})[а-я]*(?:\s+(\d{{4}})(?: ?г\w*)?)?",
        said,
    )
    if match is None:
        return None
    day = _ordinal(match.group(1))
    if day is None:
        raise Unreadable("not_a_date")
    month = next(number for number, name in enumerate(MONTHS, start=1) if re.match(name, match.group(2)))
    if match.group(3):
        return _day(int(match.group(3)), month, day), _rest(said, match)
    return _without_year(month, day, today), _rest(said, match)


def _ordinal(words: str) -> int | None:
    """`12`, `12-го`, `двенадцатого`, `двадцать пятого`."""
    digits = re.match(r"\d+", words)
    if digits:
        return int(digits.group())
    parts = [word for word in words.split() if word not in ("на", "к", "до", "с", "после", "в")]
    tens = 0
    if len(parts) == 2 and parts[0] in ("двадцать", "тридцать"):
        tens = 20 if parts[0] == "двадцать" else 30
        parts = parts[1:]
    if not parts or not re.search(r"(ого|его|ое|ье|ый|ье)$", parts[-1]):
        return None
    stem = max((name for name in ORDINALS if parts[-1].startswith(name)), key=len, default=None)
    return None if stem is None else tens + ORDINALS[stem]


def _weekday(said: str, today: date) -> Found:
    match = re.search(
        rf"\b(?:в |во |к |до |на )?(эт\w+ |ближайш\w+ |следующ\w+ |будущ\w+ )?({'|'.join(WEEKDAYS)})[а-я]*", said
    )
    if match is None:
        return None
    wanted = next(n for n, name in enumerate(WEEKDAYS) if match.group(2).startswith(name))
    rest = _rest(said, match)
    next_week = re.search(r"\b(?:на )?(следующей|будущей) неделе\b", rest)
    this_week = re.search(r"\b(?:на )?этой неделе\b", rest)
    monday = today - timedelta(days=today.weekday())
    qualifier = (match.group(1) or "").strip()
    if next_week or qualifier.startswith(("следующ", "будущ")):
        found = monday + timedelta(days=7 + wanted)
    elif this_week or qualifier.startswith("эт"):
        found = monday + timedelta(days=wanted)
        if found < today:
            raise Unreadable("ambiguous")
    else:
        found = today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)
    for week in (next_week, this_week):
        rest = _rest(rest, week) if week else rest
    return found, rest


def _of_this_month(said: str, today: date) -> Found:
    match = re.search(rf"\b{_DAY} числа\b", said)
    day = _ordinal(match.group(1)) if match else None
    if match is None or day is None:
        return None
    first = today.replace(day=1)
    for _ in range(3):
        last = calendar.monthrange(first.year, first.month)[1]
        if day <= last and first.replace(day=day) >= today:
            return first.replace(day=day), _rest(said, match)
        first = _months_on(first, 1)
    raise Unreadable("not_a_date")


def read_time(text: str) -> time:
    """`18:30`, `в шесть вечера`, `в полдень`. Raises Unreadable: `no_time`, `ambiguous`."""
    said = " ".join(text.casefold().replace("ё", "е").split())
    if re.search(r"\b(после|до|к|около|примерно|или|между)\b", said):
        raise Unreadable("ambiguous")
    if re.search(r"\bполдень\b", said):
        return time(12)
    match = re.search(r"\b(\d{1,2})[:.](\d{2})(?::\d{2})?\b", said)
    if match:
        hour, minute = int(match.group(1)), int(match.group(2))
    else:
        hour, minute = _spoken_hour(said)
    hour = _by_part_of_day(hour, said, exact=match is not None)
    try:
        return time(hour, minute)
    except ValueError:
        raise Unreadable("no_time") from None


def _spoken_hour(said: str) -> tuple[int, int]:
    match = re.search(r"\b(?:в|на)?\s*((?:[а-я]+|\d{1,2}))\s*(?:час\w*)?\s*(?:утра|вечера|дня|ночи|час\w*)", said)
    bare = match or re.search(r"\b(?:в|на)\s+([а-я]+|\d{1,2})\b", said)
    if bare is None:
        raise Unreadable("no_time")
    if bare.group(1).startswith("час"):
        return 1, 0
    try:
        number = read_number(bare.group(1))
    except Unreadable:
        raise Unreadable("no_time") from None
    if number != int(number):
        raise Unreadable("no_time")
    return int(number), 0


def _by_part_of_day(hour: int, said: str, *, exact: bool) -> int:
    if re.search(r"\b(вечера|дня)\b", said) and hour < 12:
        return hour + 12
    if re.search(r"\b(утра|ночи)\b", said):
        return 0 if hour == 12 else hour
    if not exact and 1 <= hour <= 8:
        raise Unreadable("ambiguous")  # six in the morning or in the evening
    return hour


def read_moment(text: str, called_at: datetime) -> datetime:
    """A day and a time together, in the zone of `called_at`. Raises Unreadable."""
    try:
        parsed = datetime.fromisoformat(text.strip())
    except ValueError:
        parsed = None
    if parsed is not None and ("t" in text.casefold() or ":" in text):
        return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=called_at.tzinfo)
    soon = re.search(r"\bчерез (.+?) (час\w*|минут\w*)\b|\bчерез (час|полчаса)\b", text.casefold())
    if soon:
        return called_at.replace(microsecond=0) + _span(soon)
    day, rest = read_date(text, called_at.date())
    return datetime.combine(day, read_time(rest), called_at.tzinfo)


def _span(match: re.Match[str]) -> timedelta:
    if match.group(3):
        return timedelta(minutes=30 if match.group(3) == "полчаса" else 60)
    number = read_number(match.group(1))
    unit = 60 if match.group(2).startswith("час") else 1
    return timedelta(minutes=float(number) * unit)
