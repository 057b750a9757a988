"""What the wizard asks next: pure data, drawn by somebody else.

A draft is a mapping of the answered questions; a question is asked when its key is missing and the
integration's abilities call for it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from services.domain.integration import Ability
from services.domain.prompt import Destination

ANY = 0
"""Stands for any funnel or any stage in a draft."""


class Step(StrEnum):
    INTEGRATION = "integration"
    FUNNEL = "funnel"
    STAGE = "stage"
    NAME = "name"
    TEXT = "text"
    DESTINATION = "destination"
    SUMMARY = "summary"


ORDER = (Step.INTEGRATION, Step.FUNNEL, Step.STAGE, Step.NAME, Step.TEXT, Step.DESTINATION)

_DESTINATIONS = {
    Ability.WRITES_COMMENTS: Destination.COMMENT,
    Ability.WRITES_LISTS: Destination.LIST,
    Ability.WRITES_FIELDS: Destination.FIELDS,
}


def destinations(abilities: frozenset[Ability]) -> tuple[Destination, ...]:
    """Where this integration can put answers, in the order they are offered."""
    return tuple(destination for ability, destination in _DESTINATIONS.items() if ability in abilities)


def is_asked(step: Step, draft: Mapping[str, Any], abilities: frozenset[Ability], integrations: int) -> bool:
    """Does this question make sense for the draft at all?"""
    if step is Step.INTEGRATION:
        return integrations > 1 or step not in draft
    if step is Step.FUNNEL:
        return Ability.LISTS_FUNNELS in abilities
    if step is Step.STAGE:
        return Ability.LISTS_FUNNELS in abilities and draft.get("funnel", ANY) != ANY
    if step is Step.DESTINATION:
        return len(destinations(abilities)) > 1
    return True


def next_step(draft: Mapping[str, Any], abilities: frozenset[Ability], integrations: int) -> Step:
    """The first question without an answer; the summary when there is none."""
    for step in ORDER:
        if step not in draft and is_asked(step, draft, abilities, integrations):
            return step
    return Step.SUMMARY


def back_from(
    step: Step, draft: dict[str, Any], abilities: frozenset[Ability], integrations: int
) -> dict[str, Any] | None:
    """The draft without the answer before this step, so that it is asked again; None at the beginning."""
    asked = [one for one in ORDER if is_asked(one, draft, abilities, integrations)]
    before = asked if step is Step.SUMMARY else asked[: asked.index(step)]
    if not before:
        return None
    return forget(draft, before[-1])


def forget(draft: Mapping[str, Any], step: Step) -> dict[str, Any]:
    """Without this answer and whatever hangs on it."""
    gone = {
        Step.INTEGRATION: {Step.INTEGRATION, Step.FUNNEL, Step.STAGE, Step.DESTINATION},
        Step.FUNNEL: {Step.FUNNEL, Step.STAGE},
    }.get(step, {step})
    return {name: value for name, value in draft.items() if name not in gone}
