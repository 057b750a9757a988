"""A prompt's version between the database's JSON and the domain."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from services.db.models import PromptVersionRow, QuestionRow
from services.domain.field import FieldType, Option, RemoteField, RemoteList
from services.domain.integration import ObjectKind
from services.domain.prompt import Ask, Destination, Filled, Known, Place, Policy, Question


def field_to_json(field: RemoteField) -> dict[str, Any]:
    return asdict(field)


def field_of_json(stored: Mapping[str, Any]) -> RemoteField:
    return RemoteField(
        id=stored["id"],
        name=stored["name"],
        type=FieldType(stored["type"]),
        multiple=stored.get("multiple", False),
        required=stored.get("required", False),
        options=tuple(Option(one["id"], one["name"]) for one in stored.get("options", ())),
        limit=stored.get("limit"),
        native=stored.get("native", ""),
        writable=stored.get("writable", True),
        readable=stored.get("readable", True),
    )


def place_to_json(place: Place) -> dict[str, Any]:
    """A new version begins without problems."""
    stored: dict[str, Any] = {}
    if place.list is not None:
        stored["list"] = {"id": place.list.id, "name": place.list.name}
    if place.filled:
        stored["filled"] = [{"field": field_to_json(one.field), "known": one.known} for one in place.filled]
    if place.object_kind is not None:
        stored["object_kind"] = place.object_kind
    return stored


def place_of(destination: str, stored: Mapping[str, Any], into: int | None = None) -> Place:
    chosen = stored.get("list")
    kind = stored.get("object_kind")
    return Place(
        destination=Destination(destination),
        list=RemoteList(chosen["id"], chosen["name"]) if chosen else None,
        filled=tuple(
            Filled(field_of_json(one["field"]), Known(one["known"]), one.get("problem"))
            for one in stored.get("filled", ())
        ),
        object_kind=ObjectKind(kind) if kind else None,
        into=into,
    )


def place_of_row(row: PromptVersionRow) -> Place:
    return place_of(row.destination, row.options, row.into_id)


def condition_of(row: PromptVersionRow) -> str:
    """Of its alert; empty: it has none."""
    return str(row.options.get("alert", ""))


def options_to_json(place: Place, condition: str) -> dict[str, Any]:
    """All particulars of a version."""
    return place_to_json(place) | ({"alert": condition} if condition else {})


def ask_to_json(ask: Ask) -> dict[str, Any]:
    return {} if ask.field is None else {"field": field_to_json(ask.field), "policy": ask.policy}


def ask_of(text: str, stored: Mapping[str, Any]) -> Ask:
    if "field" not in stored:
        return Ask(text)
    return Ask(text, field_of_json(stored["field"]), Policy(stored.get("policy", Policy.IF_EMPTY)))


def question_of_row(row: QuestionRow) -> Question:
    return Question(row.id, row.position, ask_of(row.text, row.options), row.problem)


def question_to_row(version_id: int, position: int, ask: Ask) -> QuestionRow:
    return QuestionRow(
        version_id=version_id,
        position=position,
        text=ask.text,
        target=ask.field.id if ask.field is not None else "",
        options=ask_to_json(ask),
    )
