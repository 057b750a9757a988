"""What holds for every value: numbers spelled out come back, and one unread word makes a value unreadable."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.domain.field import FieldType, RemoteField
from services.values import Unreadable
from services.values.read import read_value
from tests.values import test_spoken as spoken

UNHURRIED = settings(deadline=None)
"""Machines that run tests are often busy."""
ZONE = ZoneInfo("Europe/Moscow")
CALLED_AT = datetime(2026, 3, 10, 15, 0, tzinfo=ZONE)
UNITS = "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать".split()
UNITS += "четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать".split()
TENS = "- - двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто".split()
HUNDREDS = "- сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот".split()
STRANGE = "не отнюдь нет дорого примерка крыша после раньше назад без скидка фунт ≈ > + ? ×".split()


def below_thousand(number: int) -> list[str]:
    words = [HUNDREDS[number // 100]] if number >= 100 else []
    rest = number % 100
    if rest >= 20:
        words += [TENS[rest // 10], *([UNITS[rest % 10]] if rest % 10 else [])]
    elif rest or not words:
        words += [UNITS[rest]]
    return words


def spelled(number: int) -> str:
    thousands, rest = divmod(number, 1000)
    words = [*below_thousand(thousands), "тысяч"] if thousands else []
    return " ".join(words + (below_thousand(rest) if rest or not words else []))


def read(kind: FieldType, said: str) -> object:
    return read_value(RemoteField("f", "Поле", kind), said, called_at=CALLED_AT, zone=ZONE)


@UNHURRIED
@given(st.integers(0, 999_999))
@example(0)
@example(100_000)
def test_numbers_spelled_out_come_back(number: int) -> None:
    assert read(FieldType.INTEGER, spelled(number)) == number


GOOD = [
    *((FieldType.NUMBER, said) for said in spoken.NUMBERS),
    *((FieldType.MONEY, said) for said in spoken.MONEY),
    *((FieldType.DATE, said) for said in spoken.DATES),
    *((FieldType.DATETIME, said) for said in spoken.MOMENTS),
]


def readable(kind: FieldType, said: str) -> bool:
    try:
        read(kind, said)
    except Unreadable:
        return False
    return True


@pytest.mark.parametrize("word", STRANGE)
def test_a_word_that_is_not_understood_makes_the_value_unreadable(word: str) -> None:
    wrong = []
    for kind, said in GOOD:
        words = said.split()
        changed = [" ".join([*words[:place], word, *words[place:]]) for place in range(len(words) + 1)]
        wrong += [
            one for one in changed if readable(kind, one) and "не больше" not in one and "не более" not in one
        ]
    assert wrong == []


def spelled_minutes(minute: int) -> str:
    if minute == 0:
        return "ноль ноль"
    return f"ноль {UNITS[minute]}" if minute < 10 else " ".join(below_thousand(minute))


@UNHURRIED
@given(st.integers(9, 23), st.integers(0, 59))
def test_hours_and_minutes_spelled_out_come_back(hour: int, minute: int) -> None:
    said = f"завтра в {' '.join(below_thousand(hour))} {spelled_minutes(minute)}"
    assert read(FieldType.DATETIME, said) == f"2026-03-11T{hour:02}:{minute:02}:00+03:00"
    counted = f"завтра в {hour} часов {minute} минут"
    assert read(FieldType.DATETIME, counted) == f"2026-03-11T{hour:02}:{minute:02}:00+03:00"


@UNHURRIED
@given(
    st.sampled_from(list(spoken.DATES)), st.sampled_from(list(spoken.DATES)), st.sampled_from([" ", ", ", " или "])
)
def test_two_dates_are_one_only_when_they_agree(first: str, second: str, between: str) -> None:
    try:
        found = read(FieldType.DATE, f"{first}{between}{second}")
    except Unreadable:
        return
    assert found in (spoken.DATES[first], spoken.DATES[second])
    assert between != " или "
