"""A quote that was said is found, with noise; one that was not is never accepted."""

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.call import Reason, Segment
from services.llm.gate import gate
from services.llm.parse import Unparsable, parse
from services.llm.quotes import find_quote

SAID = [
    "Компания «Тёплый дом», меня зовут Ирина, здравствуйте.",
    "Добрый день, хочу застеклить балкон, бюджет до ста десяти тысяч рублей.",
    "Мы не готовы ждать дольше двух недель, у нас ремонт и бригада.",
    "Перезвоните мне в пятницу после одиннадцати утра, пожалуйста.",
]
SEGMENTS = tuple(Segment(n * 10.0, n * 10.0 + 10, "client", text) for n, text in enumerate(SAID))


@pytest.mark.parametrize(
    "quote",
    [
        "хочу застеклить балкон",
        "ХОЧУ застеклить балкон!!!",
        "бюджет до ста десяти тысяч рублей",
        "теплый дом",
        "хочу застиклить балкон, бюджет до ста десяти тысяч рублей",
        "Перезвоните мне в пятницу после одиннадцати утра",
        "хочу застеклить балкон бюджет ста десяти тысяч рублей",
    ],
)
def test_said_is_found(quote: str) -> None:
    assert find_quote(quote, SEGMENTS) is not None


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "...",
        "хочу купить квартиру",
        "бюджет до двухсот десяти тысяч рублей",
        "мы готовы ждать дольше двух недель, у нас ремонт и бригада",
        "перезвоните мне в среду после одиннадцати утра, пожалуйста",
        "бюджет до 110 тысяч рублей",
    ],
)
def test_not_said_is_not_found(quote: str) -> None:
    assert find_quote(quote, SEGMENTS) is None


def test_the_time_and_the_true_words_come_back() -> None:
    place = find_quote("теплый дом меня зовут ирина", SEGMENTS)
    assert place is not None
    assert place.text == "Тёплый дом», меня зовут Ирина"
    assert 0 < place.at < 10


@given(st.integers(0, 3), st.integers(0, 8), st.integers(3, 9), st.randoms())
def test_a_piece_with_other_case_and_punctuation_is_found(
    line: int, start: int, size: int, chance: random.Random
) -> None:
    words = SAID[line].split()[start : start + size]
    noisy = "  ".join(
        (word.upper() if chance.random() < 0.5 else word.replace("ё", "е")) + chance.choice(["", ",", "!", " —"])
        for word in words
    )
    if any(char.isalnum() for char in noisy):
        assert find_quote(noisy, SEGMENTS) is not None


@given(st.lists(st.text(alphabet=string.ascii_lowercase, min_size=3, max_size=9), min_size=1, max_size=12))
def test_invented_words_are_never_found(words: list[str]) -> None:
    assert find_quote(" ".join(words), SEGMENTS) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"found": true, "answer": "Да", "quote": null}', True),
        ('```json\n{"found": true, "answer": "Да", "quote": "да"}\n```', True),
        ('Вот ответ: {"found": false, "answer": "", "quote": null} всё', False),
        ('{"found": true, "answer": "Нет данных.", "quote": null}', False),
        ('{"found": true, "answer": "  ", "quote": null}', False),
    ],
)
def test_answers_are_understood(text: str, found: bool) -> None:
    assert parse(text).says_something is found


@pytest.mark.parametrize("text", ["", "Да", '{"found": "maybe"}', '{"found": true', "[1, 2]"])
def test_other_things_are_not(text: str) -> None:
    with pytest.raises(Unparsable):
        parse(text)


@pytest.mark.parametrize(
    ("lines", "seconds", "reason"),
    [
        ([], 30, Reason.SILENCE),
        (["Субтитры сделал DimaTorzok"], 30, Reason.SILENCE),
        (["Абонент временно недоступен, оставьте сообщение после сигнала"], 12, Reason.VOICEMAIL),
        (["Алло", "Да"], 6, Reason.TOO_SHORT),
        (SAID, 40, None),
    ],
)
def test_the_gate(lines: list[str], seconds: float, reason: Reason | None) -> None:
    segments = [Segment(0, 1, "client", line) for line in lines]
    assert gate(segments, seconds) == reason
