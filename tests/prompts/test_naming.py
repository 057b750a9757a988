"""Finding the prompt somebody means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.prompt import Place, Prompt, PromptVersion, Scope
from services.prompts.naming import find_by_words


def prompts(*names: str) -> list[Prompt]:
    version = PromptVersion(1, 1, Place(), ())
    return [
        Prompt(number, 1, name, Scope(1), False, None, number, 1, version)
        for number, name in enumerate(names, start=1)
    ]


SOME = prompts("Возражения клиента", "Бюджет клиента", "Бюджет проекта", "Итог", "2024", "ИТОГ НЕДЕЛИ")


@pytest.mark.parametrize(
    ("words", "found", "sure"),
    [
        ("Итог", "Итог", True),
        ("итог", "Итог", True),
        ("  бюджет   ПРОЕКТА ", "Бюджет проекта", True),
        ("1", "Возражения клиента", True),
        ("6", "ИТОГ НЕДЕЛИ", True),
        ("2024", "2024", True),
        ("возражени", "Возражения клиента", True),
        ("возрожения", "Возражения клиента", False),
        ("бюджет", "Бюджет клиента", False),
        ("и", "Итог", False),
    ],
)
def test_what_is_meant(words: str, found: str, sure: bool) -> None:
    first = find_by_words(SOME, words)[0]
    assert (first.prompt.name, first.sure) == (found, sure)


@pytest.mark.parametrize("words", ["", "0", "7", "²", "щщщщщ", "99999999999999999999"])
def test_nothing_is_taken_for_sure_when_nothing_fits(words: str) -> None:
    assert not any(candidate.sure for candidate in find_by_words(SOME, words))


def test_two_of_one_name_are_both_offered() -> None:
    found = find_by_words(prompts("Итог", "итог", "Другое"), "Итог")
    assert [(one.prompt.id, one.sure) for one in found] == [(1, False), (2, False)]


@given(st.text(max_size=80))
def test_any_words_are_harmless_and_at_most_one_is_sure(words: str) -> None:
    found = find_by_words(SOME, words)
    assert sum(candidate.sure for candidate in found) <= 1
    assert len(found) <= 6
