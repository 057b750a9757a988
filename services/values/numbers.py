"""Numbers in digits and in Russian words: `полтора миллиона`, `2,5 млн`, `сто двадцать тысяч рублей`.

An approximation (`около`, `примерно`, `до`) is the number it names; a range or a lower bound is none.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from services.values import Unreadable

UNITS = {
    "ноль": 0, "нол": 0, "один": 1, "одна": 1, "одно": 1, "одну": 1, "одного": 1, "одной": 1,
    "два": 2, "две": 2, "двух": 2, "три": 3, "трех": 3, "четыре": 4, "четырех": 4, "пять": 5, "пяти": 5,
    "шесть": 6, "шести": 6, "семь": 7, "семи": 7, "восемь": 8, "восьми": 8, "девять": 9, "девяти": 9,
}  # fmt: skip
TEENS = {
    "десять": 10, "десяти": 10, "одиннадцать": 11, "двенадцать": 12, "тринадцать": 13, "четырнадцать": 14,
    "пятнадцать": 15, "шестнадцать": 16, "семнадцать": 17, "восемнадцать": 18, "девятнадцать": 19,
}  # fmt: skip
TENS = {
    "двадцать": 20, "двадцати": 20, "тридцать": 30, "тридцати": 30, "сорок": 40, "сорока": 40,
    "пятьдесят": 50, "пятидесяти": 50,
    "шестьдесят": 60, "шестидесяти": 60, "семьдесят": 70, "семидесяти": 70, "восемьдесят": 80,
    "восьмидесяти": 80, "девяносто": 90, "девяноста": 90,
}  # fmt: skip
HUNDREDS = {
    "сто": 100, "ста": 100, "двести": 200, "двухсот": 200, "триста": 300, "трехсот": 300, "четыреста": 400,
    "четырехсот": 400, "пятьсот": 500, "пятисот": 500, "шестьсот": 600, "шестисот": 600, "семьсот": 700,
    "семисот": 700, "восемьсот": 800, "восьмисот": 800, "девятьсот": 900, "девятисот": 900,
}  # fmt: skip
SMALL = {**UNITS, **{word[:-1] + "и": number for word, number in TEENS.items() if word.endswith("ть")}, **TEENS}
SCALES = {"тысяч": 10**3, "тыс": 10**3, "тыщ": 10**3, "к": 10**3, "миллион": 10**6, "млн": 10**6,
          "лям": 10**6, "миллиард": 10**9, "млрд": 10**9}  # fmt: skip
ONE_AND_A_HALF = {"полтора", "полторы", "полутора"}
HALVES = {"пол", "половина", "половиной", "половину"}
HALF = Decimal("0.5")
GENITIVE = {"тысяч", "тыщ", "тыс", "миллионов", "млн"}
IDLE = set(
    "около примерно порядка где то приблизительно ровно всего почти до в районе пределах не более больше выше "
    "максимум итого это и с где-то".split()
)
"""Words that leave the number what it is."""
LARGEST = Decimal(10) ** 15
LONGEST = 20
"""Digits of a number, with its marks."""
BOUNDS = re.compile(r"\b(от|больше|более|свыше|минимум|меньше|менее|или|либо|выше|ниже)\b")
NUMERAL = re.compile(
    r"(?:перв|втор|трет|четвер|пят|шест|седьм|семи|восьм|восем|девят|десят|одиннадцат|двенадцат|двадцат|тридцат|сорок"
    r"|сот|тысяч|миллион|полтин|косар)"
)
UPPER = re.compile(r"\bне (?:более|больше|выше)\b")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[а-яa-z]+|[-–—/]")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3}){2,}")
_THOUSANDS_OR_FRACTION = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


def read_number(text: str) -> tuple[Decimal, list[str]]:
    """The number and the words that are left over. Raises Unreadable: `not_a_number`, `ambiguous`."""
    lowered = text.casefold().replace("ё", "е").replace("\u00a0", " ").replace("\u202f", " ").strip()
    sign = -1 if re.match(r"(?:-|–|минус\s)\s*[\dа-я]", lowered) else 1
    lowered = re.sub(r"^(?:-|–|минус\s)\s*", "", lowered)
    if BOUNDS.search(UPPER.sub("", lowered)) or re.search(r"\d\s*[-–—]\s*\d", lowered):
        raise Unreadable("ambiguous")
    lowered = lowered.replace("где-то", "где то")
    lowered = re.sub(r"\bпол(?=миллион|тысяч|миллиард)", "пол ", lowered)
    found = _TOKEN.findall(_join_groups(lowered))
    value, left = _add_up(found)
    return sign * value, left


def _join_groups(text: str) -> str:
    """`1 500 000` is one number: groups of three stand apart for the eye only."""
    return re.sub(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?![\d])", lambda match: match.group().replace(" ", ""), text)


@dataclass
class _Sum:
    """`сто двадцать тысяч пятьсот`: groups below a thousand, each multiplied by a scale, in falling order."""

    total: Decimal = Decimal(0)
    group: Decimal | None = None
    room: Decimal = LARGEST
    """The next word of the group must be below it: units follow tens, tens follow hundreds."""
    scale: Decimal = LARGEST
    inverted: Decimal | None = None
    """`тысяч двести` is about two hundred thousand."""

    def add(self, number: Decimal) -> None:
        if self.group is not None and number >= self.room:
            raise Unreadable("ambiguous")
        self.group = (self.group or Decimal(0)) + number
        self.room = _room(number)

    def add_half(self) -> None:
        """`два с половиной`; alone it is a half, after a scale it is nothing sure."""
        if self.group is None and self.total:
            raise Unreadable("ambiguous")
        self.group, self.room = (self.group or Decimal(0)) + HALF, Decimal(0)

    def multiply(self, scale: Decimal, *, genitive: bool) -> None:
        if scale >= self.scale:
            raise Unreadable("ambiguous")
        if genitive and self.group is None and not self.total:
            self.inverted = scale
            return
        self.total += (Decimal(1) if self.group is None else self.group) * scale
        self.group, self.room, self.scale = None, scale, scale

    @property
    def begun(self) -> bool:
        return self.group is not None or bool(self.total)

    def result(self) -> Decimal:
        if not self.begun:
            raise Unreadable("not_a_number")
        return (self.total + (self.group or Decimal(0))) * (self.inverted or Decimal(1))


def _add_up(found: list[str]) -> tuple[Decimal, list[str]]:
    """A number stands in one piece: after other words no further number may follow."""
    told, left, closed = _Sum(), [], False
    for word in found:
        number, scale = _number(word), _scale(word)
        if number is None and scale is None and word not in HALVES:
            if word in "-–—/":
                raise Unreadable("ambiguous")
            if word not in IDLE:
                if not told.begun or NUMERAL.match(word):
                    raise Unreadable("not_a_number")  # a word unknown to us may be a part of the number
                left.append(word)
                closed = True
            continue
        if closed:
            raise Unreadable("ambiguous")
        if number is not None:
            told.add(number)
        elif word in HALVES:
            told.add_half()
        elif scale is not None:
            told.multiply(scale, genitive=word in GENITIVE)
    return told.result(), left


def _room(number: Decimal) -> Decimal:
    if number != int(number) or 0 < number < 20:
        return Decimal(0)
    if number < 100:
        return Decimal(10) if number % 10 == 0 else Decimal(0)
    return Decimal(100) if number % 100 == 0 else Decimal(0)


def _scale(word: str) -> Decimal | None:
    for name, scale in SCALES.items():
        if word == name or (len(name) > 2 and word.startswith(name)):
            return Decimal(scale)
    return None


def _number(word: str) -> Decimal | None:
    if word[0].isdigit():
        return _digits(word)
    for table in (SMALL, TENS, HUNDREDS):
        if word in table:
            return Decimal(table[word])
    return Decimal("1.5") if word in ONE_AND_A_HALF else None


def _digits(word: str) -> Decimal:
    if len(word) > LONGEST:
        raise Unreadable("out_of_range")
    if _GROUPED.fullmatch(word):
        return Decimal(re.sub(r"[.,]", "", word))
    if _THOUSANDS_OR_FRACTION.fullmatch(word):
        raise Unreadable("ambiguous")  # a fraction to some, thousands to others
    try:
        return Decimal(word.replace(",", "."))
    except InvalidOperation:
        raise Unreadable("not_a_number") from None
