"""The wizard's questions, without anybody drawing them."""

import json
from itertools import product
from typing import Any

import pytest

from services.domain.integration import Ability, ObjectKind
from services.prompts.flow import (
    COLUMNS,
    FORMER,
    ORDER,
    STAGELESS,
    Receiver,
    Step,
    back_from,
    choice_of,
    destinations,
    fit_funnel,
    forget,
    is_asked,
    next_step,
)

CRM = frozenset({Ability.LISTS_FUNNELS, Ability.WRITES_COMMENTS})
RICH = CRM | {Ability.WRITES_LISTS, Ability.WRITES_FIELDS}
TELEPHONY = frozenset({Ability.GIVES_CALLS})
END = [Step.DESTINATION, Step.NAME]


def answers(abilities: frozenset[Ability], integrations: int, funnel: int, chosen: str = "comment") -> list[Step]:
    """The questions in the order they come when each is answered."""
    draft: dict[str, Any] = {} if integrations > 1 else {"integration": 1}
    asked: list[Step] = []
    while (step := next_step(draft, abilities, integrations)) is not Step.SUMMARY:
        asked.append(step)
        draft[step] = {Step.FUNNEL: funnel, Step.DESTINATION: chosen}.get(step, 1)
        draft = json.loads(json.dumps(draft))
    return asked


@pytest.mark.parametrize(
    ("abilities", "integrations", "funnel", "chosen", "asked"),
    [
        (CRM, 1, 0, "comment", [Step.FUNNEL, *END, Step.TEXT]),
        (CRM, 1, 5, "chat", [Step.FUNNEL, Step.STAGE, *END, Step.TEXT]),
        (CRM, 2, 5, "comment", [Step.INTEGRATION, Step.FUNNEL, Step.STAGE, *END, Step.TEXT]),
        (RICH, 1, 0, "list", [Step.FUNNEL, *END, Step.LIST, Step.FIELDS]),
        (RICH, 1, 0, "fields:deal", [Step.FUNNEL, *END, Step.FIELDS]),
        (TELEPHONY, 1, 0, "chat", [Step.FUNNEL, *END, Step.TEXT]),
        (TELEPHONY, 1, 5, "chat", [Step.FUNNEL, Step.STAGE, *END, Step.TEXT]),
    ],
)
def test_only_what_the_abilities_and_answers_call_for_is_asked(
    abilities: frozenset[Ability], integrations: int, funnel: int, chosen: str, asked: list[Step]
) -> None:
    assert answers(abilities, integrations, funnel, chosen) == asked


def test_the_integration_is_asked_when_nobody_chose_it() -> None:
    """Of two systems one was disconnected before it was chosen."""
    assert next_step({}, frozenset(), 1) is Step.INTEGRATION


@pytest.mark.parametrize(("abilities", "integrations"), list(product([CRM, RICH, TELEPHONY], [1, 2])))
def test_going_back_from_anywhere_ends_at_the_beginning(abilities: frozenset[Ability], integrations: int) -> None:
    draft: dict[str, Any] | None = {**{str(step): 1 for step in ORDER}, "destination": "list"}
    steps = 0
    while draft is not None and steps <= len(ORDER):
        before = draft
        draft = back_from(next_step(draft, abilities, integrations), draft, abilities, integrations)
        steps += 1
    assert draft is None
    first = next(step for step in ORDER if is_asked(step, before, abilities, integrations))
    assert next_step(before, abilities, integrations) is first


def full(chosen: str) -> dict[str, Any]:
    return {**{str(step): 1 for step in ORDER}, "destination": chosen, COLUMNS: []}


def test_what_hangs_on_an_answer_is_forgotten_with_it() -> None:
    assert set(forget(full("comment"), Step.FUNNEL)) == set(full("comment")) - {"funnel", "stage"}
    assert set(forget(full("comment"), Step.INTEGRATION)) == {"name", FORMER}
    assert set(forget(full("list"), Step.LIST)) == set(full("list")) - {"list", "fields", COLUMNS}
    assert set(forget(full("comment"), Step.NAME)) == set(full("comment")) - {"name"}


def test_another_funnel_keeps_the_place_while_it_is_of_the_same_kind() -> None:
    deals = {**full("fields:deal"), COLUMNS: [{"field": {"name": "Бюджет"}, "ask": "Какой?", "policy": "append"}]}
    left = forget(deals, Step.FUNNEL)
    assert set(left) == set(deals) - {"funnel", "stage"}
    assert fit_funnel(left, ObjectKind.DEAL) == left
    assert fit_funnel(left, None) == left
    anew = fit_funnel(left, ObjectKind.LEAD)
    assert set(anew) == {"integration", "name", FORMER}
    assert {"name": "Бюджет", "ask": "Какой?", "policy": "append"} in anew[FORMER]


def test_a_typed_text_is_offered_again_after_another_destination() -> None:
    left = forget({**full("comment"), "text": "Какой бюджет?"}, Step.DESTINATION)
    assert left[FORMER] == [{"name": "", "ask": "Какой бюджет?"}]
    assert "text" not in left


def test_questions_stay_on_offer_through_several_changes() -> None:
    left = forget({**full("comment"), "text": "Какой бюджет?"}, Step.DESTINATION)
    again = forget({**left, "destination": "comment", "text": "Кратко?"}, Step.DESTINATION)
    assert [one["ask"] for one in again[FORMER]] == ["Кратко?", "Какой бюджет?"]


def test_destinations_are_drawn_from_abilities() -> None:
    def codes(*receivers: Receiver) -> list[str]:
        return [one.code for one in destinations(receivers)]

    leads = (ObjectKind.LEAD,)
    assert codes(Receiver(RICH)) == ["comment", "list", "fields:deal", "fields:lead", "chat"]
    assert codes(Receiver(RICH, leads)) == ["comment", "list", "fields:lead", "chat"]
    assert codes(Receiver(CRM)) == ["comment", "chat"]
    assert codes() == ["chat"]


def test_a_telephony_offers_what_the_other_systems_can_do() -> None:
    deals = (ObjectKind.DEAL,)
    offered = destinations([Receiver(RICH, deals, into=5), Receiver(CRM, deals, into=7)])
    assert [one.code for one in offered] == ["comment@5", "list@5", "fields:deal@5", "comment@7", "chat"]
    assert [choice_of(one.code) for one in offered] == list(offered)


def test_an_own_funnel_without_stages_asks_for_none() -> None:
    draft = {"integration": 1, "funnel": 5, STAGELESS: True}
    assert next_step(draft, TELEPHONY, 1) is Step.DESTINATION
    assert back_from(Step.DESTINATION, draft, TELEPHONY, 1) == {"integration": 1}
