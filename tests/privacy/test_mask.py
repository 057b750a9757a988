"""What tells who somebody is leaves as a mark and comes back as it was said; sums and dates stay."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.call import Segment
from services.privacy.mask import MARK, Mask

UNITS = "ноль один два три четыре пять шесть семь восемь девять".split()
TEENS = (
    "десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать "
    "девятнадцать"
).split()
TENS = "- - двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто".split()
HUNDREDS = "- сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот".split()


def masked(*texts: str) -> tuple[list[str], Mask]:
    mask = Mask([Segment(at, at + 1, "client", text) for at, text in enumerate(texts)])
    return [segment.text for segment in mask.segments], mask


@pytest.mark.parametrize(
    ("said", "leaves", "shown"),
    [
        ("мой 8 926 123-45-67, звоните", "мой [ТЕЛ-1], звоните", "мой 8 926 123-45-67, звоните"),
        ("это +7(926)1234567.", "это [ТЕЛ-1].", "это +7(926)1234567."),
        ("89261234567", "[ТЕЛ-1]", "89261234567"),
        ("тел.89261234567", "тел.[ТЕЛ-1]", "тел.89261234567"),
        ("8.926.123.45.67", "[ТЕЛ-1]", "8.926.123.45.67"),
        ("８９２６１２３４５６７", "[ТЕЛ-1]", "８９２６１２３４５６７"),
        ("8926\u200b1234567", "[ТЕЛ-1]", "8926\u200b1234567"),
        ("восемь девятьсот двадцать шесть сто двадцать три сорок пять шестьдесят семь",
         "[ТЕЛ-1]", "+7 926 123-45-67"),
        ("плюс семь девять два шесть один два три сорок пять шестьдесят семь", "плюс [ТЕЛ-1]",
         "плюс +7 926 123-45-67"),
        ("Восемь, девятьсот пять, так, два нуля три, семьдесят, двенадцать", "[ТЕЛ-1]", "+7 905 003-70-12"),
        ("восемь девятьсот пять три семерки ноль ноль один один", "[ТЕЛ-1]", "+7 905 777-00-11"),
        ("8 926 сто двадцать три 45 67", "[ТЕЛ-1]", "+7 926 123-45-67"),
        ("девятьсот двадцать шесть сто двадцать три сорок пять шестьдесят семь", "[ТЕЛ-1]", "+7 926 123-45-67"),
        ("четыреста девяносто пять сто двадцать три сорок пять шестьдесят семь", "[ТЕЛ-1]", "+7 495 123-45-67"),
        ("375 29 123 45 67", "[ТЕЛ-1]", "375 29 123 45 67"),
        ("в офис 123-45-67", "в офис [ТЕЛ-1]", "в офис 123-45-67"),
        ("телефон сто двадцать три сорок пять шестьдесят семь", "телефон [ТЕЛ-1]", "телефон 1234567"),
        ("пишите на ivan.petrov@mail.ru!", "пишите на [ПОЧТА-1]!", "пишите на ivan.petrov@mail.ru!"),
        ("иван точка петров собака мейл точка ру", "[ПОЧТА-1]", "иван точка петров собака мейл точка ру"),
        ("это ivanov 85 собака gmail точка ком", "это [ПОЧТА-1]", "это ivanov 85 собака gmail точка ком"),
        ("и вэ а эн собака яндекс точка ру", "[ПОЧТА-1]", "и вэ а эн собака яндекс точка ру"),
        ("вот 4276 3801 2345 6787", "вот [КАРТА-1]", "вот 4276 3801 2345 6787"),
        ("сорок два семьдесят шесть тридцать восемь ноль один 23 45 67 87", "[КАРТА-1]", "4276 3801 2345 6787"),
        ("номер карты 1111 2222 3333 4445", "номер карты [КАРТА-1]", "номер карты 1111 2222 3333 4445"),
        ("вот 2202 2036 1234 5675", "вот [КАРТА-1]", "вот 2202 2036 1234 5675"),
        ("паспорт 45 10 123456", "паспорт [ПАСПОРТ-1]", "паспорт 45 10 123456"),
        ("серия 4510 номер 123456", "серия [ПАСПОРТ-1]", "серия 4510 123456"),
        ("сорок пять десять сто двадцать три четыреста пятьдесят шесть", "[ПАСПОРТ-1]", "4510 123456"),
        ("загранпаспорт 72 1234567", "загранпаспорт [ПАСПОРТ-1]", "загранпаспорт 72 1234567"),
        ("[ТЕЛ-1] и 89261234567", "[ЗНАК-1] и [ТЕЛ-2]", "[ТЕЛ-1] и 89261234567"),
    ],
)  # fmt: skip
def test_it_leaves_as_a_mark_and_comes_back(said: str, leaves: str, shown: str) -> None:
    (left,), mask = masked(said)
    assert left == leaves
    assert (mask.as_said(left), mask.readable(left)) == (said, shown)


@pytest.mark.parametrize(
    "said",
    [
        "бюджет до двенадцати миллионов пятисот тысяч рублей",
        "цена 8 900 500 рублей, скидка 350 000",
        "это 9 261 234 567 рублей на всех",
        "стоимость 8 926 123 456",
        "сумма 4951234567 с налогом",
        "перезвоните 25.12.2025 в 18:30, или с 10 до 18, или 2025-12-25",
        "двадцать пятого декабря две тысячи двадцать пятого года в восемнадцать тридцать",
        "номер договора 1234567, дом 15, квартира 204, этаж 7, корпус 2",
        "пятьсот, шестьсот, семьсот, восемьсот тысяч",
        "площадь 56 метров, ипотека от 8 процентов на 20 лет, взнос 15,5 миллиона",
        "у меня собака, и точка",
        "рассрочка на 24 месяца по 125 300 рублей, итого 3 007 200",
    ],
)
def test_sums_dates_and_other_numbers_stay(said: str) -> None:
    (left,), mask = masked(said)
    assert left == said
    assert not mask.hides


def test_a_number_dictated_with_pauses_is_one() -> None:
    said = ("записывайте, восемь девятьсот двадцать шесть", "ага", "сто двадцать три сорок пять", "67, Иван")
    left, mask = masked(*said)
    assert left == ["записывайте, [ТЕЛ-1]", "ага", "[ТЕЛ-1.2]", "[ТЕЛ-1.3], Иван"]
    assert [mask.as_said(one) for one in left] == list(said)
    assert mask.readable("Телефон [ТЕЛ-1] [ТЕЛ-1.2], [ТЕЛ-1.3]") == "Телефон +7 926 123-45-67"
    assert mask.readable("[ТЕЛ-1.2]") == "+7 926 123-45-67"


def test_marks_are_the_same_for_every_question_of_a_call() -> None:
    said = "мой 89261234567, а жены 8 905 765 43 21"
    (first,), one = masked(said)
    (second,), other = masked(said)
    assert one.hide("Звонить ли на 89991112233 или 89261234567?") == "Звонить ли на [ТЕЛ-3] или [ТЕЛ-1]?"
    assert first == second == "мой [ТЕЛ-1], а жены [ТЕЛ-2]"
    assert other.hide("Что с 8 905 765 43 21?") == "Что с [ТЕЛ-2]?"


@pytest.mark.parametrize("told", ["[тел-1]", "[ТЕЛ 1]", "[ТЕЛ–1]", "[ ТЕЛ-1 ]", "ТЕЛ-1", "тел‑1"])
def test_what_a_model_makes_of_a_mark_is_still_understood(told: str) -> None:
    _, mask = masked("89261234567")
    assert mask.readable(f"Номер {told}.") == "Номер 89261234567."
    assert mask.readable("[ТЕЛ-7] ТЕЛ-15") == "[ТЕЛ-7] ТЕЛ-15"


def test_switched_off_nothing_is_touched() -> None:
    mask = Mask([Segment(0, 1, "", "89261234567")], on=False)
    assert mask.segments[0].text == mask.hide("89261234567") == "89261234567"
    assert mask.readable("[ТЕЛ-1]") == "[ТЕЛ-1]"


texts = st.text(
    st.one_of(st.sampled_from("0123456789 +-().,@[]\n№абТЕЛ"), st.characters(codec="utf-8")), max_size=60
)
words = st.lists(
    st.sampled_from(
        [
            *UNITS,
            *TEENS,
            *TENS[2:],
            *HUNDREDS[1:],
            "8",
            "926",
            "собака",
            "точка",
            "ру",
            "[ТЕЛ-1]",
            "ТЕЛ-2",
            "тысяч",
        ]
    ),
    max_size=14,
).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(st.lists(texts | words, max_size=4))
def test_masking_and_restoring_is_nothing_at_all(said: list[str]) -> None:
    left, mask = masked(*said)
    assert [mask.as_said(one) for one in left] == said
    question = "Что сказано: " + " ".join(said)
    assert mask.as_said(mask.hide(question)) == question


def spoken(group: str) -> str:
    """`045` is said as `ноль сорок пять`."""
    said: list[str] = []
    while group.startswith("0"):
        said.append("ноль")
        group = group[1:]
    number = int(group or 0)
    if number >= 100:
        said.append(HUNDREDS[number // 100])
    if 10 <= number % 100 < 20:
        said.append(TEENS[number % 10])
    else:
        said += [TENS[number % 100 // 10]] * (number % 100 >= 20) + [UNITS[number % 10]] * (number % 10 > 0)
    return " ".join(said)


@st.composite
def dictated(draw: st.DrawFn) -> str:
    """A Russian number in one of the ways that people say or write it."""
    digits = draw(st.sampled_from("78")) + draw(st.from_regex(r"\A(?:9[0-9]{2}|495|812|343)[0-9]{7}\Z"))
    sizes = draw(st.sampled_from([(1, 3, 3, 2, 2), (1, 3, 3, 4), (1, 3, 2, 2, 3), (11,), (1, 10), (1, 3, 7)]))
    groups, at = [], 0
    for size in sizes:
        groups.append(digits[at : at + size])
        at += size
    if max(sizes) <= 3 and draw(st.booleans()):
        groups = [spoken(group) if draw(st.integers(0, 3)) else group for group in groups]
    gaps = st.sampled_from([" ", "-", ", ", " - ", ". ", " ага, ", "\n"])
    return "".join(group + draw(gaps) for group in groups[:-1]) + groups[-1]


@settings(max_examples=150, deadline=None)
@given(
    dictated(), st.sampled_from(["", "мой номер ", "ну вот ", "дом 5, "]), st.sampled_from(["", " звоните", "."])
)
def test_no_telephone_leaves(number: str, before: str, after: str) -> None:
    left, _ = masked(f"{before}{number}{after}")
    bare = MARK.sub("", left[0])
    assert bare.count("\n") == number.count("\n")
    told = [word for word in re.findall(r"\w+", bare) if word not in f"{before} {after} ага".split()]
    assert [word for word in told if word not in before] == []


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 99_999_999_999),
    st.sampled_from(["{} рублей", "{} ₽", "{} руб.", "{} тысяч", "{} долларов", "бюджет {}", "сумма {} с НДС"]),
    st.sampled_from(["", " ", "\u00a0"]),
)
def test_no_sum_is_masked(amount: int, form: str, gap: str) -> None:
    written = f"{amount:,}".replace(",", gap)
    (left,), _ = masked("договорились, " + form.format(written) + ", всё")
    assert left == "договорились, " + form.format(written) + ", всё"
