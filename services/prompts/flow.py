"""What the wizard asks next: pure data, drawn by somebody else.

A draft is a mapping of the answered questions; a question is asked when its key is missing and the
integration's abilities and the earlier answers call for it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.domain.integration import Ability, ObjectKind
from services.domain.prompt import Destination
from services.ownfunnels.ability import makes_funnels

ANY = 0
"""Stands for any funnel or any stage in a draft."""
FORMER = "former"
"""Questions of a place that was left, each with the name of its field: offered again, never lost."""
COLUMNS = "columns"
"""Fields and their questions while they are being chosen."""
STAGELESS = "stageless"
"""The chosen funnel, one of our own, has no stages: there is nothing to ask."""


class Step(StrEnum):
    INTEGRATION = "integration"
    FUNNEL = "funnel"
    STAGE = "stage"
    DESTINATION = "destination"
    NAME = "name"
    TEXT = "text"
    LIST = "list"
    FIELDS = "fields"
    SUMMARY = "summary"


ORDER = (
    Step.INTEGRATION,
    Step.FUNNEL,
    Step.STAGE,
    Step.DESTINATION,
    Step.NAME,
    Step.TEXT,
    Step.LIST,
    Step.FIELDS,
)


@dataclass(frozen=True)
class Choice:
    """A destination that can be chosen. `code` is what a draft keeps."""

    destination: Destination
    object_kind: ObjectKind | None = None
    into: int | None = None
    """The integration that receives the answers, when the calls come from another one."""

    @property
    def code(self) -> str:
        what = f"{self.destination}:{self.object_kind}" if self.object_kind else str(self.destination)
        return f"{what}@{self.into}" if self.into is not None else what


def choice_of(code: str) -> Choice:
    what, _, into = code.partition("@")
    name, _, kind = what.partition(":")
    return Choice(Destination(name), ObjectKind(kind) if kind else None, int(into) if into else None)


@dataclass(frozen=True)
class Receiver:
    """A system that answers can be put into. `kinds` are the objects it has, deals before leads."""

    abilities: frozenset[Ability]
    kinds: tuple[ObjectKind, ...] = (ObjectKind.DEAL, ObjectKind.LEAD)
    into: int | None = None
    """None: the calls come from it, too."""


def destinations(receivers: Iterable[Receiver]) -> tuple[Choice, ...]:
    """Where answers can be put, in the order it is offered."""
    found: list[Choice] = []
    for one in receivers:
        if Ability.WRITES_COMMENTS in one.abilities:
            found.append(Choice(Destination.COMMENT, into=one.into))
        if Ability.WRITES_LISTS in one.abilities:
            found.append(Choice(Destination.LIST, into=one.into))
        if Ability.WRITES_FIELDS in one.abilities:
            found += [Choice(Destination.FIELDS, kind, one.into) for kind in one.kinds]
    return (*found, Choice(Destination.CHAT))


def destination_of(draft: Mapping[str, Any]) -> Destination | None:
    """None while it is not chosen."""
    return choice_of(draft[Step.DESTINATION]).destination if Step.DESTINATION in draft else None


def is_asked(step: Step, draft: Mapping[str, Any], abilities: frozenset[Ability], integrations: int) -> bool:
    """Does this question make sense for the draft at all?"""
    chosen = destination_of(draft)
    match step:
        case Step.INTEGRATION:
            return integrations > 1 or step not in draft
        case Step.FUNNEL:
            return Ability.LISTS_FUNNELS in abilities or makes_funnels(abilities)
        case Step.STAGE:
            has_stages = draft.get(Step.FUNNEL, ANY) != ANY and not draft.get(STAGELESS)
            return has_stages and is_asked(Step.FUNNEL, draft, abilities, integrations)
        case Step.TEXT:
            return chosen in (Destination.COMMENT, Destination.CHAT)
        case Step.LIST:
            return chosen is Destination.LIST
        case Step.FIELDS:
            return chosen in (Destination.LIST, Destination.FIELDS)
        case _:
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


_PLACE = {Step.DESTINATION, Step.TEXT, Step.LIST, Step.FIELDS, COLUMNS}
_HANGS_ON: dict[Step, set[str]] = {
    Step.INTEGRATION: {Step.INTEGRATION, Step.FUNNEL, Step.STAGE, STAGELESS, *_PLACE},
    Step.FUNNEL: {Step.FUNNEL, Step.STAGE, STAGELESS},
    Step.DESTINATION: set(_PLACE),
    Step.LIST: {Step.LIST, Step.FIELDS, COLUMNS},
}


def forget(draft: Mapping[str, Any], step: Step) -> dict[str, Any]:
    """Without this answer and whatever hangs on it; questions that were typed are kept to be offered again."""
    gone = _HANGS_ON.get(step, {step})
    left = {name: value for name, value in draft.items() if name not in gone}
    words = _words(draft, gone - {step})
    if words:
        asked = {one.get("ask") for one in words}
        left[FORMER] = [*words, *(one for one in draft.get(FORMER, ()) if one.get("ask") not in asked)]
    return left


def _words(draft: Mapping[str, Any], gone: set[str]) -> list[dict[str, Any]]:
    words = [{"name": "", "ask": draft[Step.TEXT]}] if Step.TEXT in gone and Step.TEXT in draft else []
    entries = draft.get(COLUMNS, ()) if COLUMNS in gone else ()
    for entry in entries:
        rest = {name: value for name, value in entry.items() if name != "field"}
        words.append({"name": entry["field"]["name"], **rest})
    return words


def fit_funnel(draft: Mapping[str, Any], funnel: ObjectKind | None) -> dict[str, Any]:
    """After another funnel was chosen: the fields of a deal are not those of a lead. `funnel` None: any."""
    if destination_of(draft) is not Destination.FIELDS or funnel is None:
        return dict(draft)
    choice = choice_of(draft[Step.DESTINATION])
    fits = choice.into is not None or choice.object_kind is funnel
    return dict(draft) if fits else forget(draft, Step.DESTINATION)
