"""Numbers in digits and in Russian words: `полтора миллиона`, `2,5 млн`, `сто двадцать тысяч`.

An approximation (`около`, `примерно`, `до`, `тысяч двести`, `миллиона два`) is the number it names. A range or
a lower bound is none, nor is an ellipsis: `миллион двести` may be 1,200,000 or 1,000,200. Every word must be
understood: one that is not may be a part of the number, or turn it into its opposite.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.values import Unreadable
from services.values.digits import digits, join_groups
from services.values.numerals import CARDINALS, ONE_AND_A_HALF, SCALES
from services.values.scan import normal, tokens_of

HALVES = frozenset({"пол", "половина", "половину", "половины"})
HALF = Decimal("0.5")
ONCE = frozenset("тысяча тысячу тыща тыщу миллион лям миллиард".split())
"""Scales that stand for one of their kind: `тысяча двести`."""
SEVERAL = frozenset("тысяч тыщ миллионов лямов миллиардов".split())
"""First, they come before their number: `тысяч двести` is about two hundred thousand."""
A_FEW = frozenset("тысячи тыщи миллиона ляма миллиарда".split())
"""The same for two to four: `миллиона два`. After `до` or `около` they are one: `до миллиона`."""
A_FEW_NUMBERS = frozenset("два две три четыре полтора полторы".split())
LARGEST = Decimal(10) ** 15
MILLION = 10**6
BEFORE = (
    ("где", "то"), ("примерно",), ("приблизительно",), ("ровно",), ("всего",), ("почти",), ("максимум",),
    ("итого",), ("это",),
)  # fmt: skip
BEFORE_GENITIVE = (
    ("около",), ("порядка",), ("до",), ("в", "районе"), ("в", "пределах"), ("не", "больше"), ("не", "более"),
    ("не", "выше"),
)  # fmt: skip
AFTER = (
    ("где", "то"), ("примерно",), ("приблизительно",), ("ровно",), ("всего",), ("максимум",), ("не", "больше"),
    ("не", "более"),
)  # fmt: skip
SQUARE = re.compile(r"кв|квадратн(?:ый|ого|ых|ые)")
UNIT = re.compile(
    r"%|шт|кг|км|см|мм|лет|день|дней|дня|дни|человек|окон|створок|точек|заявок|людей|детей|дверей|"
    r"(?:окн|штук|процент|недел|месяц|год|час|минут|секунд|человек|метр|квадрат|кубометр|килограмм|тонн|литр"
    r"|километр|сантиметр|раз|этаж|створк|комнат|двер|заказ|единиц|объект|сотрудник|машин|балл|звезд|гост|мест"
    r"|заявк|балкон|лоджи|квартир|проем|точк|филиал|магазин)(?:а|у|ы|и|е|я|ю|ов|ев|ей|ам|ах|й)?"
    r"|взросл(?:ый|ых|ые)"
)
"""What may be counted: no sum of money, and nothing that alters the number."""


@dataclass
class _Sum:
    """`сто двадцать тысяч пятьсот`: groups below a thousand, each multiplied by a scale, in falling order."""

    total: Decimal = Decimal(0)
    group: Decimal | None = None
    room: Decimal = LARGEST
    """The next word of the group must be below it: units follow tens, tens follow hundreds."""
    scale: Decimal = LARGEST
    inverted: Decimal | None = None
    broken: bool = False
    """A fraction of a scale was told, or `150к`: nothing may follow it."""

    def add(self, number: Decimal) -> None:
        if self.broken or (self.group is not None and not 0 < number < self.room):
            raise Unreadable("ambiguous")
        self.group = (self.group or Decimal(0)) + number
        self.room = _room(number)

    def add_half(self) -> None:
        """`два с половиной`; after a scale it is nothing sure."""
        if self.group is None or self.total or self.group != int(self.group):
            raise Unreadable("ambiguous")
        self.group, self.room = self.group + HALF, Decimal(0)

    def multiply(self, scale: Decimal) -> None:
        if scale >= self.scale or self.inverted is not None or self.broken:
            raise Unreadable("ambiguous")
        factor = Decimal(1) if self.group is None else self.group
        self.broken = factor != int(factor)
        self.total += factor * scale
        self.group, self.room, self.scale = None, scale, scale

    def result(self) -> Decimal:
        if self.inverted is not None:
            if self.group is None:
                raise Unreadable("not_a_number")
            return self.group * self.inverted
        if self.group is not None and MILLION <= self.scale < LARGEST:
            raise Unreadable("ambiguous")  # `два миллиона триста`: of what?
        return self.total + (self.group or Decimal(0))


def read_number(text: str) -> Decimal:
    """A bare number, or one with what is counted. Raises Unreadable."""
    tokens = tokens_of(prepared(text))
    at, genitive = skip_before(tokens)
    number, at = number_at(tokens, at, genitive=genitive)
    for counted in (SQUARE, UNIT, SQUARE):
        at += at < len(tokens) and counted.fullmatch(tokens[at]) is not None
    end_here(tokens, at)
    return number


def prepared(text: str) -> str:
    said = normal(text).replace("где-то", "где то")
    return join_groups(re.sub(r"\bпол(?=миллион|тысяч|миллиард)", "пол ", said))


def skip_before(tokens: Sequence[str]) -> tuple[int, bool]:
    """Past the words that leave the number what it is; True when they ask for the genitive (`до миллиона`)."""
    at, genitive = 0, False
    while step := phrase_at(tokens, at, BEFORE) or phrase_at(tokens, at, BEFORE_GENITIVE):
        genitive = phrase_at(tokens, at, BEFORE_GENITIVE) > 0
        at += step
    return at, genitive


def end_here(tokens: Sequence[str], at: int) -> None:
    """Raises Unreadable when anything but idle words follows."""
    at += phrase_at(tokens, at, AFTER)
    if at < len(tokens):
        raise Unreadable("ambiguous")


def phrase_at(tokens: Sequence[str], at: int, phrases: Sequence[tuple[str, ...]]) -> int:
    """How many words of `tokens` are one of the phrases; 0 for none."""
    return next((len(one) for one in phrases if tuple(tokens[at : at + len(one)]) == one), 0)


def number_at(tokens: Sequence[str], at: int, *, genitive: bool = False) -> tuple[Decimal, int]:
    """The number that begins there, and where it ends. Raises Unreadable."""
    first = tokens[at] if at < len(tokens) else ""
    if first == "минус":
        number, end = _unsigned_at(tokens, at + 1, genitive=genitive)
        return -number, end
    if first.startswith("-"):
        number, end = _unsigned_at([first[1:], *tokens[at + 1 :]], 0, genitive=genitive)
        return -number, end + at
    return _unsigned_at(tokens, at, genitive=genitive)


def _unsigned_at(tokens: Sequence[str], at: int, *, genitive: bool) -> tuple[Decimal, int]:
    if at < len(tokens) and tokens[at] in HALVES:
        return _half_at(tokens, at)
    told, end = _Sum(), at
    if at < len(tokens) and tokens[at] in SEVERAL | A_FEW:
        _begin_inverted(told, tokens, at, genitive=genitive)
        end += 1
    while end < len(tokens):
        step = _take(told, tokens, end, first=end == at)
        if not step:
            break
        end += step
    if end == at:
        raise Unreadable("not_a_number")
    return told.result(), end


def _half_at(tokens: Sequence[str], at: int) -> tuple[Decimal, int]:
    """`полмиллиона`; half of what is not said is no number."""
    if at + 1 >= len(tokens) or tokens[at + 1] not in SCALES:
        raise Unreadable("not_a_number")
    return HALF * SCALES[tokens[at + 1]], at + 2


def _begin_inverted(told: _Sum, tokens: Sequence[str], at: int, *, genitive: bool) -> None:
    scale, following = Decimal(SCALES[tokens[at]]), tokens[at + 1] if at + 1 < len(tokens) else ""
    few = following in A_FEW_NUMBERS
    if tokens[at] in SEVERAL or (few and not genitive):
        told.inverted = scale
    elif genitive and not few:
        told.multiply(scale)
    else:
        raise Unreadable("ambiguous")


def _take(told: _Sum, tokens: Sequence[str], at: int, *, first: bool) -> int:
    """Words that were added to the number; 0 when it has ended."""
    word, before = tokens[at], "" if first else tokens[at - 1]
    if is_digits(word):
        if told.group is not None:
            raise Unreadable("ambiguous")
        told.add(digits(word))
        told.room = Decimal(0)
    elif word in CARDINALS:
        told.add(Decimal(CARDINALS[word]))
    elif word in ONE_AND_A_HALF:
        if told.group is not None:
            raise Unreadable("ambiguous")
        told.add(1 + HALF)
    elif word in SCALES and (not first or word in ONCE):
        told.multiply(Decimal(SCALES[word]))
    elif word in ("к", "k") and is_digits(before):
        told.multiply(Decimal(1000))
        told.broken = True
    elif word == "с" and tokens[at + 1 : at + 2] == ["половиной"]:
        told.add_half()
        return 2
    else:
        return 0
    return 1


def is_digits(word: str) -> bool:
    """Digits with their marks; one with a minus inside a number is refused when it is read."""
    return word.removeprefix("-")[:1].isdecimal()


def _room(number: Decimal) -> Decimal:
    if number != int(number) or number < 20:
        return Decimal(0)
    if number < 100:
        return Decimal(10) if number % 10 == 0 else Decimal(0)
    return Decimal(100) if number % 100 == 0 else Decimal(0)
