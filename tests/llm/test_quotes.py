"""A quote that was said is found, with noise; one that was not is never accepted."""

import random
import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sandbox.recordings.scenarios.calls import SCENARIOS
from services.domain.call import Reason, Segment
from services.llm.gate import gate
from services.llm.parse import Unparsable, parse
from services.llm.quotes import find_quote
from services.values.almanac import MONTHS, WEEKDAYS
from services.values.numerals import meaning, tells_quantity

UNHURRIED = settings(deadline=None)
"""Machines that run tests are often busy."""
SAID = [
    "Компания «Тёплый дом», меня зовут Ирина, здравствуйте.",
    "Добрый день, хочу застеклить балкон, бюджет до ста десяти тысяч рублей.",
    "Мы не готовы ждать дольше двух недель, у нас ремонт и бригада.",
    "Перезвоните мне в пятницу после одиннадцати утра, пожалуйста.",
    "Ну вот, мы как бы посоветовались, и двенадцать окон это всё-таки дорого и невозможно, ну, семьсот рублей.",
    "До восемнадцатого марта я согласна.",
    "На это двести сто двадцать тысяч нужно нам всего, и больше ничего.",
    "Вы включили отопление в квартире, у нас двухкомнатная квартира.",
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
        "мы посоветовались и двенадцать окон это все-таки дорого",
        "ну вот мы посоветовались и двенадцать окон это все таки дорого и невозможно семьсот рублей",
        "ДВЕНАДЦАТИ окон это всё-таки дорого",
        "до восемнадцатое марта",
        "я согласна",
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
        "хочу застеклить балкон бюджет ста десяти тысяч рублей",
        "двадцать окон это все-таки дорого",
        "двенадцатый окон это все-таки дорого",
        "и возможно семьсот рублей",
        "и невозможно восемьсот рублей",
        "все-таки недорого и невозможно",
        "до семнадцатого марта я согласна",
        "до восемнадцатого мая я согласна",
        "до восемнадцатого марта я несогласна",
        "на это сто двадцать тысяч нужно нам всего и больше ничего",
        "на это двести сто тысяч нужно нам всего и больше ничего",
        "вы выключили отопление в квартире",
        "у нас трехкомнатная квартира",
        "мы бы посоветовались и двенадцать окон это все-таки дорого",
    ],
)
def test_not_said_is_not_found(quote: str) -> None:
    assert find_quote(quote, SEGMENTS) is None


def test_the_time_and_the_true_words_come_back() -> None:
    place = find_quote("теплый дом меня зовут ирина", SEGMENTS)
    assert place is not None
    assert place.text == "Тёплый дом», меня зовут Ирина"
    assert 0 < place.at < 10


@UNHURRIED
@given(st.integers(0, len(SAID) - 1), st.integers(0, 8), st.integers(3, 9), st.randoms())
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


SENTENCES = [line.text for scenario in SCENARIOS for line in scenario.lines if len(line.text.split()) >= 4]
CALLS = tuple(Segment(n * 10.0, n * 10.0 + 10, "", text) for n, text in enumerate(SENTENCES))
WORDS = re.compile(r"[а-яa-z0-9]+")
NUMERALS = (
    "один два три пять семь девять одиннадцать двенадцать тринадцать двадцать сорок шестьдесят семьсот".split()
)
VOCABULARY = "кухня скидка завтра согласен вероятно дорого окно дверь замер поставка менеджер отказ бюджет".split()


def words_of(text: str) -> list[str]:
    return WORDS.findall(text.casefold().replace("ё", "е"))


SAID_WORDS = [words_of(text) for text in SENTENCES]
ALL_WORDS = [word for words in SAID_WORDS for word in words]
COUNTED = [
    (words, place) for words in SAID_WORDS for place, word in enumerate(words) if meaning(word) and word != "один"
]
LONG_WORDS = [
    (words, place)
    for words in SAID_WORDS
    for place, word in enumerate(words)
    if len(word) >= 7 and not tells_quantity(word) and word not in MONTHS and word not in WEEKDAYS
]


def found(words: list[str]) -> bool:
    return find_quote(" ".join(words), CALLS) is not None


def said_somewhere(words: list[str]) -> bool:
    return any(ALL_WORDS[at : at + len(words)] == words for at in range(len(ALL_WORDS)))


@UNHURRIED
@given(st.sampled_from(COUNTED), st.sampled_from(NUMERALS))
def test_another_number_is_never_found(counted: tuple[list[str], int], numeral: str) -> None:
    words, place = counted
    assume(meaning(words[place]) != meaning(numeral))
    changed = [*words[:place], numeral, *words[place + 1 :]]
    assert found(words)
    assert not found(changed)
    left_out = [*words[:place], *words[place + 1 :]]
    assert found(left_out) is said_somewhere(left_out)


@UNHURRIED
@given(st.sampled_from(SAID_WORDS), st.integers(0, 20), st.sampled_from(["не", "ни", "без"]))
def test_a_denial_is_neither_added_nor_dropped(words: list[str], place: int, denial: str) -> None:
    place = min(place, len(words) - 1)
    added = [*words[:place], denial, *words[place:]]
    assert found(added) is said_somewhere(added)
    glued = [*words[:place], denial + words[place], *words[place + 1 :]]
    assert found(glued) is said_somewhere(glued)
    dropped = [word for word in words if word not in ("не", "ни", "без")]
    assume(dropped)
    assert found(dropped) is said_somewhere(dropped)


@UNHURRIED
@given(st.sampled_from(SAID_WORDS), st.sampled_from(VOCABULARY), st.integers(0, 20))
def test_another_word_is_never_found(words: list[str], word: str, place: int) -> None:
    place = min(place, len(words) - 1)
    changed = [*words[:place], word, *words[place + 1 :]]
    assert found(changed) is said_somewhere(changed)


@UNHURRIED
@given(st.sampled_from(SAID_WORDS), st.randoms())
def test_other_order_is_never_found(words: list[str], chance: random.Random) -> None:
    shuffled = list(words)
    chance.shuffle(shuffled)
    assert found(shuffled) is said_somewhere(shuffled)


@UNHURRIED
@given(st.sampled_from(LONG_WORDS), st.integers(3, 20), st.sampled_from("абвгдеиклмнопрст"))
def test_one_letter_heard_otherwise_in_a_long_word_does_not_matter(
    long: tuple[list[str], int], at: int, letter: str
) -> None:
    words, place = long
    word = words[place]
    at = min(at, len(word) - 1)
    heard = word[:at] + letter + word[at + 1 :]
    assume(not tells_quantity(heard) and heard not in MONTHS and heard not in WEEKDAYS)
    assert found([*words[:place], heard, *words[place + 1 :]])


@UNHURRIED
@given(st.lists(st.sampled_from(VOCABULARY + NUMERALS), min_size=2, max_size=12))
def test_invented_words_are_never_found(words: list[str]) -> None:
    assert found(words) is said_somewhere(words)
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
