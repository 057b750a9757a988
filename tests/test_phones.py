"""Telephone numbers: one form for all systems, and nothing made up."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.phones import e164

MOBILE = st.integers(0, 999_999_999).map(lambda tail: f"9{tail:09d}")
"""Ten digits as mobile subscribers have them."""

BETWEEN = st.sampled_from(["", " ", "-", " (", ") ", "\N{NO-BREAK SPACE}", ".", "\N{NON-BREAKING HYPHEN}"])


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("8 (900) 111-22-33", "+79001112233"),
        ("9001112233", "+79001112233"),
        ("79001112233", "+79001112233"),
        ("+7 900 111 22 33", "+79001112233"),
        ("84951234567", "+74951234567"),
        ("88005553535", "+78005553535"),
        ("sip:79001112233@sip.example.ru;user=phone", "+79001112233"),
        ("tel:+7-900-111-22-33", "+79001112233"),
        ("8 (495) 123-45-67 доб. 12", "+74951234567"),
        ("810 375 29 123 45 67", "+375291234567"),
        ("+44 20 7946 0958", "+442079460958"),
        ("8 727 250 00 00", "+77272500000"),
        ("８９００１１１２２３３", "+79001112233"),
    ],
)
def test_every_way_of_writing_a_number_gives_the_same(written: str, number: str) -> None:
    assert e164(written) == number


@pytest.mark.parametrize(
    "text",
    ["", " ", "+", "+7", "202", "112", "900", "1234567", "anonymous", "Скрыт", "101@pbx", "ext 5", "@"],
)
def test_hidden_and_internal_numbers_are_no_numbers(text: str) -> None:
    assert e164(text) == ""


@pytest.mark.parametrize("text", ["1795330000", "1795330000000", "883140123456789", "20261120101500", "0" * 40])
def test_times_and_ids_are_no_numbers(text: str) -> None:
    assert e164(text) == ""


@pytest.mark.parametrize("text", ["7900xxx2233", "+7900***2233", "7900___2233", "8900AAA2233", "+7900ххх2233"])
def test_a_masked_number_is_not_completed_by_letters(text: str) -> None:
    assert e164(text) == ""


def test_a_new_range_passes_when_its_country_is_told() -> None:
    assert e164("+71234567890") == "+71234567890"
    assert e164("1234567890") == ""


def test_the_region_is_the_country_of_numbers_without_a_code() -> None:
    assert e164("029 123-45-67", "BY") == "+375291234567"
    assert e164("029 123-45-67") == ""


@given(MOBILE, st.sampled_from(["", "8", "7", "+7"]), BETWEEN, BETWEEN, BETWEEN)
def test_prefix_and_signs_between_digits_change_nothing(
    tail: str, prefix: str, one: str, two: str, three: str
) -> None:
    written = f"{prefix}{one}{tail[:3]}{two}{tail[3:6]}{three}{tail[6:]}"
    assert e164(written) == f"+7{tail}"


@given(st.integers(0, 99_999).map(str))
def test_short_numbers_are_internal(text: str) -> None:
    assert e164(text) == ""


@given(st.one_of(st.text(max_size=300), st.text("+0123456789 -()xдоб.,;@", max_size=40), st.integers().map(str)))
def test_any_text_gives_a_number_or_nothing_and_twice_the_same(text: str) -> None:
    number = e164(text)
    assert number == "" or re.fullmatch(r"\+[1-9][0-9]{6,16}", number)
    assert e164(number) == number
