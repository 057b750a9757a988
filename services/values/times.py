"""Times of the day as people say them: hour and minutes are one thing, and no word of it may be left over."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from services.values import Unreadable
from services.values.dates import GAP
from services.values.days import INTO
from services.values.numerals import CARDINALS, ORDINALS

IDLE = frozenset({GAP, ",", "ровно", "точно", "именно", "это"})
AROUND = {"утром": "утра", "днем": "дня", "вечером": "вечера", "ночью": "ночи"}
PARTS = frozenset(AROUND.values())
HOURS = frozenset("час часа часов".split())
MINUTES = frozenset("минут минуты минуту минута".split())
_CLOCK = re.compile(r"(\d{1,2})([:.])(\d{2})(?::\d{2})?")
MORNING_OR_EVENING = range(1, 9)
"""Hours that are said of both halves of the day."""


@dataclass(frozen=True)
class Clock:
    """An hour and minutes as said. `exact`: written as on a clock, so no half of the day is missing."""

    hour: int
    minute: int
    exact: bool = False
    part: str = ""

    def time(self) -> time:
        """Raises Unreadable: `no_time`, `ambiguous`."""
        try:
            return time(self._hour(), self.minute)
        except ValueError:
            raise Unreadable("no_time") from None

    def _hour(self) -> int:
        if not self.part:
            if not self.exact and self.hour in MORNING_OR_EVENING:
                raise Unreadable("ambiguous")
            return self.hour
        hours = {"утра": _MORNING, "дня": _DAY, "вечера": _EVENING, "ночи": _NIGHT}[self.part]
        if self.hour not in hours:
            raise Unreadable("ambiguous")
        return hours[self.hour]


_MORNING = {hour: hour for hour in range(1, 12)}
_DAY = {**{hour: hour + 12 for hour in range(1, 6)}, **{hour: hour for hour in range(11, 18)}}
_EVENING = {**{hour: hour + 12 for hour in range(4, 12)}, **{hour: hour for hour in range(16, 24)}}
_NIGHT = {1: 1, 2: 2, 3: 3, 4: 4, 10: 22, 11: 23, 22: 22, 23: 23}


@dataclass(frozen=True)
class _Read:
    clock: Clock
    end: int


def clock_in(tokens: Sequence[str]) -> Clock | None:
    """The one time that the words tell, None when they tell nothing. Raises Unreadable when a word is not read."""
    clock: Clock | None = None
    part, at = "", 0
    while at < len(tokens):
        if tokens[at] in AROUND and not part:
            part, at = AROUND[tokens[at]], at + 1
        elif tokens[at] in IDLE:
            at += 1
        elif clock is None:
            found = _clock_at(tokens, at)
            clock, at = found.clock, found.end
        else:
            raise Unreadable("ambiguous")
    if clock is None or not part:
        return clock
    if clock.part not in ("", part):
        raise Unreadable("ambiguous")
    return Clock(clock.hour, clock.minute, clock.exact, part)


def clocks_in(tokens: Sequence[str]) -> list[Clock]:
    """All times that the words tell, whatever else they say."""
    found: list[Clock] = []
    at = 0
    while at < len(tokens):
        try:
            read = _clock_at(tokens, at)
        except Unreadable:
            at += 1
        else:
            found.append(read.clock)
            at = read.end
    return found


def _word(tokens: Sequence[str], at: int) -> str:
    return tokens[at] if at < len(tokens) else ""


def _clock_at(tokens: Sequence[str], at: int) -> _Read:
    led = tokens[at] in INTO or tokens[at] == "на"
    start = at + led
    found = _written(tokens, start, dotted=tokens[at] in INTO) or _to_the_hour(tokens, start)
    found = found or _half_past(tokens, start) or _hour_and_minutes(tokens, start, led=led)
    if found is None:
        raise Unreadable("no_time")
    if _word(tokens, found.end) in PARTS:
        told = Clock(found.clock.hour, found.clock.minute, found.clock.exact, tokens[found.end])
        return _Read(told, found.end + 1)
    return found


def _written(tokens: Sequence[str], at: int, *, dotted: bool) -> _Read | None:
    """`18:30`, `полдень`; `12.05` is a time only after `в`."""
    if _word(tokens, at) == "полдень":
        return _Read(Clock(12, 0, exact=True), at + 1)
    match = _CLOCK.fullmatch(_word(tokens, at))
    if match is None or (match.group(2) == "." and not dotted):
        return None
    return _Read(Clock(int(match.group(1)), int(match.group(3)), exact=True), at + 1)


def _to_the_hour(tokens: Sequence[str], at: int) -> _Read | None:
    """`без пятнадцати шесть`, `без четверти час`."""
    if _word(tokens, at) != "без":
        return None
    quarter = _word(tokens, at + 1) == "четверти"
    minutes, end = (15, at + 2) if quarter else _number(tokens, at + 1)
    end += _word(tokens, end) in MINUTES
    hour, end = (1, end + 1) if _word(tokens, end) == "час" else _number(tokens, end)
    if not (0 < minutes < 30 and 1 <= hour <= 12):
        raise Unreadable("no_time")
    return _Read(Clock(hour - 1 or 12, 60 - minutes), end)


def _half_past(tokens: Sequence[str], at: int) -> _Read | None:
    """`полшестого`, `в половине шестого`."""
    word = _word(tokens, at)
    if word in ("пол", "половине", "половина"):
        word, end = _word(tokens, at + 1), at + 2
    elif word.startswith("пол"):
        word, end = word.removeprefix("пол"), at + 1
    else:
        return None
    hour = ORDINALS.get(word, 0)
    if not 1 <= hour <= 12 or not word.endswith(("ого", "его")):
        return None
    return _Read(Clock(hour - 1 or 12, 30), end)


def _hour_and_minutes(tokens: Sequence[str], at: int, *, led: bool) -> _Read | None:
    """`десять тридцать`, `10 часов 30 минут`, `шесть вечера`; a lone number is a time only after `в`."""
    if _word(tokens, at) == "час":
        hour, end, named = 1, at + 1, led
    else:
        hour, end = _hour(tokens, at)
        named = _word(tokens, end) in HOURS
        end += named
    minute, after = _minutes(tokens, end, named=named)
    part = _word(tokens, after)
    if not (led or named or after > end or part in PARTS - {"дня"}):
        return None
    return _Read(Clock(hour, minute), after)


def _hour(tokens: Sequence[str], at: int) -> tuple[int, int]:
    """Twenty and a unit are one hour (`двадцать два`), never an hour with its minutes."""
    word, following = _word(tokens, at), CARDINALS.get(_word(tokens, at + 1), 0)
    if word.isdecimal() and len(word) <= 2:
        return int(word), at + 1
    number = CARDINALS.get(word)
    if number is None or number > 20:
        raise Unreadable("no_time")
    if number == 20 and 1 <= following <= 9:
        return 20 + following, at + 2
    return number, at + 1


def _minutes(tokens: Sequence[str], at: int, *, named: bool) -> tuple[int, int]:
    """Minutes after an hour: `тридцать`, `ноль пять`, and after `часов` any number of `минут`."""
    word = _word(tokens, at)
    if word in ("ноль", "00"):
        following = CARDINALS.get(_word(tokens, at + 1))
        if following is None or following > 9:
            return 0, at + (word == "00")
        return following, at + 2
    if not (word.isdecimal() or word in CARDINALS):
        return 0, at
    number, end = _number(tokens, at)
    if named and _word(tokens, end) in MINUTES:
        end += 1
    elif number < 10 and not (word.isdecimal() and len(word) == 2):
        raise Unreadable("ambiguous")
    if number > 59:
        raise Unreadable("no_time")
    return number, end


def _number(tokens: Sequence[str], at: int) -> tuple[int, int]:
    """Below a hundred."""
    word = _word(tokens, at)
    if word.isdecimal() and len(word) <= 2:
        return int(word), at + 1
    number, following = CARDINALS.get(word), CARDINALS.get(_word(tokens, at + 1), 0)
    if number is None or number > 99:
        raise Unreadable("no_time")
    tens = number >= 20 and number % 10 == 0 and 1 <= following <= 9
    return (number + following, at + 2) if tens else (number, at + 1)
