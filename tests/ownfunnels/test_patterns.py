"""How what was typed is compared with what a call tells."""

import re
import time
from fnmatch import translate
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ownfunnels.patterns import fits, line, plain, within


@pytest.mark.parametrize(
    "text", ["+7 (495) 123-45-67", "8 495 123 45 67", "74951234567", "495 1234567", "8-495-123-45-67"]
)
def test_a_number_is_the_same_however_it_is_written(text: str) -> None:
    assert line(text) == "74951234567"


@pytest.mark.parametrize("text", ["101", "sip-74951234567-office", "Основная"])
def test_what_is_no_telephone_number_stays_as_it_is(text: str) -> None:
    assert line(text) == plain(text)


@pytest.mark.parametrize(
    ("pattern", "name", "holds"),
    [
        ("продажи*", "Продажи_2026-03-10.mp3", True),
        ("*.wav", "звонок.WAV", True),
        ("*.wav", "звонок.wav.mp3", False),
        ("звонок?.mp3", "звонок1.mp3", True),
        ("звонок?.mp3", "звонок.mp3", False),
        ("повтор", "2026 ПОВТОРНЫЙ звонок.mp3", True),
        ("елка*", "Ёлка.mp3", True),
        ("[ab]*", "a.mp3", False),
        ("мой*", normalize("NFD", "Мой звонок.mp3"), True),
        ("*", "", True),
        ("**x**", "axb", True),
    ],
)
def test_patterns_of_names(pattern: str, name: str, holds: bool) -> None:
    assert fits(pattern, name) is holds


SMALL = st.text(alphabet="ab*?. ", max_size=12)
PLAIN = st.text(alphabet="ab. ", max_size=20)


@given(SMALL, PLAIN)
def test_a_pattern_means_what_an_expression_would(pattern: str, text: str) -> None:
    wanted, given_text = plain(pattern), plain(text)
    if "*" in wanted or "?" in wanted:
        expected = re.compile(translate(wanted)).match(given_text) is not None
    else:
        expected = re.compile(re.escape(wanted), re.DOTALL).search(given_text) is not None
    assert fits(pattern, text) is expected


def test_no_pattern_takes_long() -> None:
    started = time.perf_counter()
    assert not fits("*a" * 60 + "b", "a" * 1000)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("folder", "inner", "holds"),
    [
        ("/Записи/Продажи", "/Записи/Продажи/Иванов", True),
        ("/Записи/Продажи/", "disk:/записи/продажи", True),
        ("disk:/Записи", "/Записи/Сервис", True),
        ("/Продажи", "/Записи/Продажи", False),
        ("Продажи", "/Записи/Продажи/Март", True),
        ("Записи/Продажи", "/Архив/Записи/Продажи", True),
        ("Прод", "/Записи/Продажи", False),
        ("/", "/Записи", False),
        ("Продажи", "", False),
    ],
)
def test_folders_hold_what_is_inside(folder: str, inner: str, holds: bool) -> None:
    assert within(folder, inner) is holds
