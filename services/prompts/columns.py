"""Fields and columns of a draft: what each is asked, what we fill ourselves, what stays empty."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.db.repositories.wordings import field_of_json, field_to_json
from services.domain.field import FieldType, RemoteField, RemoteList
from services.domain.prompt import Ask, Destination, Filled, Known, Place, Policy, Prompt
from services.errors import Refused
from services.prompts.flow import ANY, COLUMNS, Choice, Step, choice_of
from services.prompts.known import MAY_BE_EMPTY, evident

Columns = dict[str, dict[str, Any]]
"""By field id, in the order of choosing: the field, and either a question with its policy or what is known."""


def columns_of(draft: Mapping[str, Any]) -> Columns:
    return {one["field"]["id"]: one for one in draft.get(COLUMNS, [])}


def ask(draft: dict[str, Any], field: RemoteField, text: str) -> None:
    """The question for a field; its policy stays."""
    policy = columns_of(draft).get(field.id, {}).get("policy", Policy.IF_EMPTY)
    _put(draft, field, {"ask": text, "policy": policy})


def fill(draft: dict[str, Any], field: RemoteField, known: Known) -> None:
    _put(draft, field, {"known": known})


def fill_evident(draft: dict[str, Any], fields: Sequence[RemoteField]) -> None:
    """Columns that need no question, as in a list that we make; each may be changed or left empty."""
    chosen = columns_of(draft)
    for field in fields:
        known = evident(field)
        if field.writable and field.id not in chosen and known is not None:
            fill(draft, field, known)


def leave_empty(draft: dict[str, Any], field_id: str) -> None:
    draft[COLUMNS] = [one for name, one in columns_of(draft).items() if name != field_id]


def policies_of(field: RemoteField) -> tuple[Policy, ...]:
    """Only a text, or a field of several values, can be added to, and only what can be read can be kept."""
    if not field.readable:
        return (Policy.OVERWRITE,)
    grows = field.type is FieldType.TEXT or field.multiple
    return tuple(one for one in Policy if grows or one is not Policy.APPEND)


def set_policy(draft: dict[str, Any], field: RemoteField, policy: Policy) -> None:
    known = columns_of(draft).get(field.id)
    if known is not None and "ask" in known:
        _put(draft, field, {**known, "policy": policy})


def _put(draft: dict[str, Any], field: RemoteField, entry: dict[str, Any]) -> None:
    if "policy" in entry and entry["policy"] not in policies_of(field):
        entry = {**entry, "policy": policies_of(field)[0]}
    # A list: the databases keep no order among the names of a JSON object.
    entries = {**columns_of(draft), field.id: {**entry, "field": field_to_json(field)}}
    draft[COLUMNS] = list(entries.values())


def lost(draft: Mapping[str, Any], fields: Sequence[RemoteField]) -> Columns:
    """Chosen ones that the CRM has no more, or that hold something else now."""
    types = {field.id: field.type for field in fields}
    return {name: one for name, one in columns_of(draft).items() if types.get(name) != one["field"]["type"]}


def unwritable(fields: Sequence[RemoteField]) -> list[str]:
    """Names of columns that make every row impossible: required, and of a type that we cannot write."""
    return [field.name for field in fields if field.required and not field.writable]


def risky(draft: Mapping[str, Any], fields: Sequence[RemoteField]) -> list[str]:
    """Names of required columns that may get no value: then their row is not taken. A text says "no data"."""
    chosen = columns_of(draft)
    return [
        field.name
        for field in fields
        if field.required and field.type is not FieldType.TEXT and _may_be_empty(chosen.get(field.id))
    ]


def _may_be_empty(entry: Mapping[str, Any] | None) -> bool:
    return entry is not None and ("ask" in entry or Known(entry["known"]) in MAY_BE_EMPTY)


def move(draft: dict[str, Any], lost_id: str, field: RemoteField) -> None:
    """The question of a lost field goes to another one and keeps its turn."""
    entry = columns_of(draft)[lost_id]
    policy = entry["policy"] if entry["policy"] in policies_of(field) else policies_of(field)[0]
    moved = {"ask": entry["ask"], "policy": policy, "field": field_to_json(field)}
    kept = {name: one for name, one in columns_of(draft).items() if name not in (lost_id, field.id)}
    turn = list(columns_of(draft)).index(lost_id)
    entries = list(kept.values())
    entries.insert(turn, moved)
    draft[COLUMNS] = entries


def is_asked(draft: Mapping[str, Any]) -> bool:
    """Is there a question at all?"""
    return any("ask" in one for one in columns_of(draft).values())


def hindrance(draft: Mapping[str, Any], fields: Sequence[RemoteField]) -> Refused | None:
    """What is missing yet: `no_questions`; with names `unwritable_columns`, `lost_fields`, `required_columns`."""
    chosen, gone, barred = columns_of(draft), lost(draft, fields), unwritable(fields)
    if barred:
        return Refused("unwritable_columns", names=", ".join(barred))
    if gone:
        return Refused("lost_fields", names=", ".join(one["field"]["name"] for one in gone.values()))
    if not is_asked(draft):
        return Refused("no_questions")
    missing = [field.name for field in fields if field.required and field.id not in chosen]
    return Refused("required_columns", names=", ".join(missing)) if missing else None


def finish(draft: dict[str, Any], fields: Sequence[RemoteField]) -> None:
    """The fields are chosen. Raises Refused: what hinders."""
    refused = hindrance(draft, fields)
    if refused is not None:
        raise refused
    draft[Step.FIELDS] = True


def place_and_asks(draft: Mapping[str, Any]) -> tuple[Place, tuple[Ask, ...]]:
    """A finished draft as what is saved."""
    choice = choice_of(draft[Step.DESTINATION])
    if choice.destination in (Destination.COMMENT, Destination.CHAT):
        return Place(choice.destination, into=choice.into), (Ask(draft[Step.TEXT]),)
    chosen = [(field_of_json(one["field"]), one) for one in columns_of(draft).values()]
    asks = tuple(Ask(one["ask"], field, Policy(one["policy"])) for field, one in chosen if "ask" in one)
    if choice.destination is Destination.FIELDS:
        return Place(choice.destination, object_kind=choice.object_kind, into=choice.into), asks
    filled = tuple(Filled(field, Known(one["known"])) for field, one in chosen if "known" in one)
    listed = RemoteList(draft[Step.LIST]["id"], draft[Step.LIST]["name"])
    return Place(choice.destination, list=listed, filled=filled, into=choice.into), asks


def draft_of(prompt: Prompt) -> dict[str, Any]:
    """A saved prompt as a finished draft, to be changed."""
    place = prompt.version.place
    draft: dict[str, Any] = {
        str(Step.INTEGRATION): prompt.scope.integration_id,
        str(Step.FUNNEL): prompt.scope.funnel_id or ANY,
        str(Step.STAGE): prompt.scope.stage_id or ANY,
        str(Step.NAME): prompt.name,
        str(Step.DESTINATION): Choice(place.destination, place.object_kind, place.into).code,
    }
    if not place.is_typed:
        return {**draft, str(Step.TEXT): prompt.text}
    for question in prompt.version.questions:
        if question.ask.field is not None:
            entry = {"ask": question.text, "policy": question.ask.policy}
            _put(draft, question.ask.field, entry)
    for filled in place.filled:
        fill(draft, filled.field, filled.known)
    if place.list is not None:
        draft[Step.LIST] = {"id": place.list.id, "name": place.list.name}
    return {**draft, str(Step.FIELDS): True}
