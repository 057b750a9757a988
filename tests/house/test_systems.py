"""Every system in the catalogue can speak for itself, wherever the connection face lets it."""

from collections.abc import Iterator, Mapping
from itertools import product

import pytest

from handlers.connecting.systems import SYSTEMS, OptionWords, RemarkWords, TroubleWords, WakeWords
from services.domain.integration import Ability, Kind
from services.errors import (
    BadAnswer,
    Gone,
    RateLimited,
    Rejected,
    RemoteError,
    ScopeMissing,
    Unauthorized,
    Unclear,
    Unreachable,
)
from services.integrations.catalogue import CATALOGUE
from services.integrations.entry import CatalogueEntry, Step
from services.integrations.steps import next_step
from tests.harness.telegram import languages

ROOM = 3000
"""Characters: a question stands in one message with what is around it."""
BUTTON = 40
"""More do not fit a phone's width."""


@pytest.fixture(params=["ru", "en"])
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    i18n = languages()
    with i18n.context(), i18n.use_locale(request.param):
        yield request.param


def ways(entry: CatalogueEntry) -> Iterator[list[tuple[Step, Mapping[str, str]]]]:
    """Each way through the dialogue: its steps with the values given before each."""
    chosen = [step for step in entry.steps if step.choices]
    for picked in product(*(step.choices for step in chosen)):
        choices = {step.field: choice for step, choice in zip(chosen, picked, strict=True)}
        values: dict[str, str] = {}
        way: list[tuple[Step, Mapping[str, str]]] = []
        while (step := next_step(entry, values)) is not None:
            way.append((step, dict(values)))
            values[step.field] = choices.get(step.field, "given")
        yield way


@pytest.mark.parametrize("kind", list(CATALOGUE))
def test_every_question_is_asked_and_every_choice_has_a_name(kind: Kind, spoken: str) -> None:
    entry, words = CATALOGUE[kind], SYSTEMS[kind]
    assert words.title()
    assert words.renew_hint()
    reached = set()
    for way in ways(entry):
        for step, values in way:
            reached.add(step.field)
            told = words.ask(step.field, values).render()[0]
            assert 0 < len(told) < ROOM
            names = [words.choice(step.field, choice) for choice in step.choices]
            assert all(0 < len(name) <= BUTTON for name in names), names
            assert len(set(names)) == len(names)
    assert reached == {step.field for step in entry.steps}


@pytest.mark.parametrize("kind", list(CATALOGUE))
def test_a_link_has_an_address_and_stands_last(kind: Kind) -> None:
    entry = CATALOGUE[kind]
    for way in ways(entry):
        links = [step for step, _ in way if step.link]
        assert not links or (entry.authorize is not None and way[-1][0] is links[0] and len(links) == 1)


@pytest.mark.parametrize("kind", list(CATALOGUE))
def test_every_option_is_named_explained_and_shown(kind: Kind, spoken: str) -> None:
    entry, words = CATALOGUE[kind], SYSTEMS[kind]
    if not entry.options:
        return
    assert isinstance(words, OptionWords)
    values = {option.field: "" for option in entry.options}
    titles = [words.option_title(option.field) for option in entry.options]
    assert all(0 < len(title) <= BUTTON for title in titles), titles
    assert len(set(titles)) == len(titles)
    for option in entry.options:
        assert 0 < len(words.ask_option(option.field, values).render()[0]) < ROOM
        for value in ("", *option.choices):
            assert words.option_value(option.field, value)
        assert all(0 < len(words.choice(option.field, choice)) <= BUTTON for choice in option.choices)


@pytest.mark.parametrize("kind", list(CATALOGUE))
def test_where_an_address_is_pasted_is_told(kind: Kind, spoken: str) -> None:
    words = SYSTEMS[kind]
    if Ability.WAKES_UP in CATALOGUE[kind].abilities:
        assert isinstance(words, WakeWords)
        assert 0 < len(words.where_to_paste().render()[0]) < ROOM


FAILURES: list[RemoteError] = [
    Unreachable(),
    RateLimited(),
    Unclear(),
    Unauthorized(),
    ScopeMissing("one"),
    Rejected(),
    Gone(),
    BadAnswer(),
]


@pytest.mark.parametrize("kind", list(CATALOGUE))
def test_any_failure_finds_words_or_none(kind: Kind, spoken: str) -> None:
    words = SYSTEMS[kind]
    for failure in FAILURES:
        told = words.failure(failure)
        assert told is None or told
        if isinstance(words, TroubleWords):
            own = words.trouble(failure.code, "no_such_code")
            assert own is None or (own[0] and own[1] and not own[0].endswith("."))
    assert words.refused("no_such_code", {}) is None
    if isinstance(words, RemarkWords):
        assert words.remark()
