"""Russian words that are numbers, in every case: shared by those who read values and those who check quotes."""

import re
from decimal import Decimal


def _forms(number: int, words: str) -> dict[str, int]:
    return dict.fromkeys(words.split(), number)


def _soft(number: int, word: str, bent: str = "") -> dict[str, int]:
    """`пять`, `пяти`, `пятью`; `bent` is the stem that `восемь` has in other cases."""
    stem = word.removesuffix("ь")
    return _forms(number, f"{word} {bent or stem}и {stem}ью {bent or stem}ью")


def _tens(number: int, unit: str, bent: str) -> dict[str, int]:
    return _forms(number, f"{unit}десят {bent}десяти {unit}юдесятью {bent}юдесятью")


def _hundreds(number: int, unit: str, bent: str) -> dict[str, int]:
    return _forms(number, f"{unit}сот {bent}сот {bent}стам {unit}юстами {bent}стах")


UNITS = {
    **_forms(1, "один одна одно одну одного одной одному одним одном"),
    **_forms(2, "два две двух двум двумя двое двоих двоим"),
    **_forms(3, "три трех трем тремя трое троих троим"),
    **_forms(4, "четыре четырех четырем четырьмя четверо четверых"),
    **_soft(5, "пять"), **_soft(6, "шесть"), **_soft(7, "семь"), **_soft(8, "восемь", "восьм"),
    **_soft(9, "девять"),
    **_forms(5, "пятеро пятерых"), **_forms(6, "шестеро шестерых"), **_forms(7, "семеро семерых"),
}  # fmt: skip
TEENS = {
    **_soft(10, "десять"), **_soft(11, "одиннадцать"), **_soft(12, "двенадцать"), **_soft(13, "тринадцать"),
    **_soft(14, "четырнадцать"), **_soft(15, "пятнадцать"), **_soft(16, "шестнадцать"), **_soft(17, "семнадцать"),
    **_soft(18, "восемнадцать"), **_soft(19, "девятнадцать"),
}  # fmt: skip
TENS = {
    **_soft(20, "двадцать"), **_soft(30, "тридцать"), **_forms(40, "сорок сорока"),
    **_tens(50, "пять", "пяти"), **_tens(60, "шесть", "шести"), **_tens(70, "семь", "семи"),
    **_tens(80, "восемь", "восьми"), **_forms(90, "девяносто девяноста"),
}  # fmt: skip
HUNDREDS = {
    **_forms(100, "сто ста"), **_forms(200, "двести двухсот двумстам двумястами двухстах"),
    **_forms(300, "триста трехсот тремстам тремястами трехстах"),
    **_forms(400, "четыреста четырехсот четыремстам четырьмястами четырехстах"),
    **_hundreds(500, "пять", "пяти"), **_hundreds(600, "шесть", "шести"), **_hundreds(700, "семь", "семи"),
    **_hundreds(800, "восемь", "восьми"), **_hundreds(900, "девять", "девяти"),
}  # fmt: skip
ZERO = _forms(0, "ноль ноля нуль нуля нолю нулю")
CARDINALS: dict[str, int] = {**ZERO, **UNITS, **TEENS, **TENS, **HUNDREDS}
ONE_AND_A_HALF = frozenset("полтора полторы полутора".split())
SCALES: dict[str, int] = {
    **_forms(10**3, "тысяча тысячи тысяче тысячу тысячей тысячью тысяч тысячам тысячами тысячах тыс"),
    **_forms(10**3, "тыща тыщи тыщу тыщ тысча"),
    **_forms(10**6, "миллион миллиона миллиону миллионом миллионе миллионы миллионов миллионам миллионами млн"),
    **_forms(10**6, "лям ляма лямов лямы лямах"),
    **_forms(10**9, "миллиард миллиарда миллиарду миллиардом миллиарды миллиардов млрд"),
}
_ORDINAL_STEMS = {
    "перв": 1, "втор": 2, "четверт": 4, "пят": 5, "шест": 6, "седьм": 7, "восьм": 8, "девят": 9, "десят": 10,
    "одиннадцат": 11, "двенадцат": 12, "тринадцат": 13, "четырнадцат": 14, "пятнадцат": 15, "шестнадцат": 16,
    "семнадцат": 17, "восемнадцат": 18, "девятнадцат": 19, "двадцат": 20, "тридцат": 30, "сороков": 40,
    "пятидесят": 50, "шестидесят": 60, "семидесят": 70, "восьмидесят": 80, "девяност": 90, "сот": 100,
    "двухсот": 200, "трехсот": 300, "пятисот": 500, "тысячн": 1000,
}  # fmt: skip
_ENDINGS = "ый ой ая ое ого ому ым ом ую ые ых ыми".split()
ORDINALS: dict[str, int] = {
    **{stem + ending: number for stem, number in _ORDINAL_STEMS.items() for ending in _ENDINGS},
    **_forms(3, "третий третья третье третьего третьей третьему третьим третьем третью третьи третьих"),
}
PARTS = frozenset(
    "пол половина половину половины половиной половине треть трети четверть четверти пара пару пары десяток "
    "десятка десятки десятков сотня сотню сотни сотен дюжина дюжину дюжины оба обе обоих обеих полтинник "
    "полтинника косарь косаря косарей вдвое втрое вдвоем втроем вчетвером однушка однушку двушка двушку трешка "
    "трешку".split()
)
"""Words of quantity that name no exact number by themselves."""
_COMPOUND = re.compile(
    r"(?:одно|двух|трех|четырех|пяти|шести|семи|восьми|девяти|сорока)[а-я]{4,}"
    r"|[а-я]*(?:надцати|дцати|десяти)[а-я]{4,}"
    r"|пол(?:миллион|миллиард|тысяч|сотн|год|час|месяц|метр|процент)[а-я]*"
)
"""`двухэтажный`, `полмиллиона`, `пятнадцатилетний`."""

Meaning = tuple[str, Decimal]


def meaning(word: str) -> Meaning | None:
    """What a word says as a number, the same for all its forms; None for words that are no numbers.

    `word` is in lower case with `ё` as `е`. `пять` and `пятый` differ, `сто` and `ста` do not.
    """
    for kind, table in (("cardinal", CARDINALS), ("scale", SCALES), ("ordinal", ORDINALS)):
        if word in table:
            return kind, Decimal(table[word])
    return ("cardinal", Decimal("1.5")) if word in ONE_AND_A_HALF else None


def tells_quantity(word: str) -> bool:
    """Digits, a number in words, a part, or a word built upon a number."""
    return (
        any(char.isdecimal() for char in word)
        or meaning(word) is not None
        or word in PARTS
        or _COMPOUND.fullmatch(word) is not None
    )
