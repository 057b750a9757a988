"""The wizard's questions, without anybody drawing them."""

import json
from itertools import product
from typing import Any

import pytest

from services.domain.integration import Ability
from services.domain.prompt import Destination
from services.prompts.flow import ORDER, Step, back_from, destinations, forget, is_asked, next_step

CRM = frozenset({Ability.LISTS_FUNNELS, Ability.WRITES_COMMENTS})
RICH = CRM | {Ability.WRITES_LISTS, Ability.WRITES_FIELDS}
TELEPHONY = frozenset({Ability.GIVES_CALLS})


def answers(abilities: frozenset[Ability], integrations: int, funnel: int) -> list[Step]:
    """The questions in the order they come when each is answered."""
    draft: dict[str, Any] = {} if integrations > 1 else {"integration": 1}
    asked: list[Step] = []
    while (step := next_step(draft, abilities, integrations)) is not Step.SUMMARY:
        asked.append(step)
        draft[step] = funnel if step is Step.FUNNEL else 1
        draft = json.loads(json.dumps(draft))
    return asked


@pytest.mark.parametrize(
    ("abilities", "integrations", "funnel", "asked"),
    [
        (CRM, 1, 0, [Step.FUNNEL, Step.NAME, Step.TEXT]),
        (CRM, 1, 5, [Step.FUNNEL, Step.STAGE, Step.NAME, Step.TEXT]),
        (CRM, 2, 5, [Step.INTEGRATION, Step.FUNNEL, Step.STAGE, Step.NAME, Step.TEXT]),
        (RICH, 1, 0, [Step.FUNNEL, Step.NAME, Step.TEXT, Step.DESTINATION]),
        (TELEPHONY, 1, 0, [Step.NAME, Step.TEXT]),
    ],
)
def test_only_what_the_abilities_call_for_is_asked(
    abilities: frozenset[Ability], integrations: int, funnel: int, asked: list[Step]
) -> None:
    assert answers(abilities, integrations, funnel) == asked


def test_the_integration_is_asked_when_nobody_chose_it() -> None:
    """Of two systems one was disconnected before it was chosen."""
    assert next_step({}, frozenset(), 1) is Step.INTEGRATION


@pytest.mark.parametrize(("abilities", "integrations"), list(product([CRM, RICH, TELEPHONY], [1, 2])))
def test_going_back_from_anywhere_ends_at_the_beginning(abilities: frozenset[Ability], integrations: int) -> None:
    draft: dict[str, Any] | None = {str(step): 1 for step in ORDER}
    steps = 0
    while draft is not None and steps <= len(ORDER):
        before = draft
        draft = back_from(next_step(draft, abilities, integrations), draft, abilities, integrations)
        steps += 1
    assert draft is None
    first = next(step for step in ORDER if is_asked(step, before, abilities, integrations))
    assert next_step(before, abilities, integrations) is first


def test_what_hangs_on_an_answer_is_forgotten_with_it() -> None:
    full = {str(step): 1 for step in ORDER}
    assert set(forget(full, Step.FUNNEL)) == {"integration", "name", "text", "destination"}
    assert set(forget(full, Step.INTEGRATION)) == {"name", "text"}
    assert set(forget(full, Step.NAME)) == set(full) - {"name"}


def test_destinations_are_drawn_from_abilities() -> None:
    assert destinations(RICH) == (Destination.COMMENT, Destination.LIST, Destination.FIELDS)
    assert destinations(CRM) == (Destination.COMMENT,)
    assert destinations(TELEPHONY) == ()
