"""Digits as people dictate them: `8 926 123-45-67`, `восемь девятьсот двадцать шесть …`, or both in one breath.

A group is what is said in one piece (`926`, `сорок пять`); a run is groups with nothing of weight between them.
Dates and times of day are no groups: they part runs.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from services.values.numerals import HUNDREDS, TEENS, TENS, UNITS, ZERO

_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_SOFT = re.compile(r"[\s\-‐-―().,;!?…_*·•+~'\"«»\u00ad\u200b-\u200f\u2060\ufeff]*")
"""Signs that part the groups of one number."""
_SPACE = re.compile(r"[ \t\u00a0\-]*")
"""All that may stand between the words of one group: `двадцать шесть`, but not `двадцать, шесть`."""
_MOMENT = re.compile(
    r"(?<![\d.])(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:\d{4}|\d{2})(?!\.?\d)"
    r"|(?<![\d-])(?:19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:[0-2]\d|3[01])(?![\d-])"
    r"|(?<![\d:])[0-2]?\d:[0-5]\d(?![\d:])"
)
_FILLERS = frozenset(
    "так ага угу да далее дальше потом затем тире дефис черточка плюс скобка скобке пробел э ээ эм ну вот "
    "записываю записал записала пишу слушаю секунду понял поняла хорошо номер окей и".split()
)
"""Said while a number is dictated."""
MOST_FILLERS = 4
_FIGURES = {
    "единиц": 1, "единичк": 1, "двойк": 2, "двоечк": 2, "тройк": 3, "троечк": 3, "четверк": 4, "пятерк": 5,
    "пятерочк": 5, "шестерк": 6, "шестерочк": 6, "семерк": 7, "семерочк": 7, "восьмерк": 8, "восьмерочк": 8,
    "девятк": 9, "девяточк": 9, "нолик": 0, "нул": 0, "нол": 0,
}  # fmt: skip
_FIGURE = re.compile(rf"({'|'.join(sorted(_FIGURES, key=len, reverse=True))})(?:[аиуыяюей]|ой|ою|ей|ов|ами)?")
_OPEN_HUNDREDS, _OPEN_TENS = 3, 2


@dataclass(frozen=True)
class Group:
    """Digits said in one piece, and where; `plus` stands or is said before it."""

    start: int
    end: int
    digits: str
    spoken: bool
    plus: bool = False


@dataclass(frozen=True)
class _Word:
    start: int
    end: int
    text: str


def runs(text: str) -> Iterator[list[Group]]:
    """Every run of the text, in order."""
    run: list[Group] = []
    for group in _groups(text):
        if run and not _is_one_breath(text, run[-1].end, group.start):
            yield run
            run = []
        run.append(group)
    if run:
        yield run


def _is_one_breath(text: str, start: int, end: int) -> bool:
    """Nothing but signs and a few fillers between."""
    words = 0
    at = start
    for word in _TOKEN.finditer(text, start, end):
        if not _SOFT.fullmatch(text, at, word.start()) or plain(word.group()) not in _FILLERS:
            return False
        words += 1
        at = word.end()
    return words <= MOST_FILLERS and _SOFT.fullmatch(text, at, end) is not None


def plain(word: str) -> str:
    return word.casefold().replace("ё", "е")


def _groups(text: str) -> Iterator[Group]:
    moments = [match.span() for match in _MOMENT.finditer(text)]
    words: list[_Word] = []
    before = 0
    for match in _TOKEN.finditer(text):
        while moments and moments[0][1] <= match.start():
            moments.pop(0)
        if moments and moments[0][0] <= match.start():
            continue
        word = _Word(match.start(), match.end(), match.group())
        if word.text[0].isdecimal():
            yield from _composed(text, words)
            words = []
            digits = "".join(str(unicodedata.decimal(one)) for one in word.text)
            yield Group(word.start, word.end, digits, spoken=False, plus=_has_plus(text, before, word.start))
        elif _value(plain(word.text)) is not None:
            words.append(word)
        else:
            yield from _composed(text, words)
            words = []
        before = word.start
    yield from _composed(text, words)


def _has_plus(text: str, before: int, at: int) -> bool:
    """`before` is where the word before begins, which may be `плюс`."""
    between = text[before:at]
    return "+" in between or plain(between.strip(" \n,.-")) == "плюс"


def _value(word: str) -> int | None:
    for table in (ZERO, UNITS, TEENS, TENS, HUNDREDS):
        if word in table:
            return table[word]
    figure = _FIGURE.fullmatch(word)
    return _FIGURES[figure[1]] if figure else None


def _composed(text: str, words: list[_Word]) -> Iterator[Group]:
    """`девятьсот` `двадцать` `шесть` is 926, `двадцать` `ноль` is 20 and 0, `два` `нуля` is 00."""
    said: list[tuple[int, int, str]] = []
    opened = 0
    for word in words:
        key = plain(word.text)
        value = _value(key)
        assert value is not None, "only words that are numbers come here"
        together = bool(said) and _SPACE.fullmatch(text, said[-1][1], word.start) is not None
        if together and _counts(said[-1][2], key):
            start, _, times = said.pop()
            said.append((start, word.end, str(value) * int(times)))
            opened = 0
        elif together and _fits(opened, value):
            start, _, digits = said.pop()
            said.append((start, word.end, str(int(digits) + value)))
            opened = _OPEN_TENS if value >= 20 else 0
        else:
            said.append((word.start, word.end, str(value)))
            opened = _OPEN_HUNDREDS if key in HUNDREDS else _OPEN_TENS if key in TENS else 0
    for start, end, digits in said:
        plus = plain(text[max(0, start - 6) : start]).strip(" ,.-\n").endswith(("плюс", "+"))
        yield Group(start, end, digits, spoken=True, plus=plus)


def _counts(times: str, word: str) -> bool:
    """`три семерки`, `два ноля`."""
    return len(times) == 1 and times in "23456" and _FIGURE.fullmatch(word) is not None


def _fits(opened: int, value: int) -> bool:
    if opened == _OPEN_HUNDREDS:
        return 1 <= value <= 99
    return opened == _OPEN_TENS and 1 <= value <= 9
