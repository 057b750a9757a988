"""Questions of a place that was left: offered for the new one, and put where a field has the same name."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from services.domain.field import RemoteField
from services.domain.prompt import TEXT_LIMIT, Destination, Known
from services.prompts import columns
from services.prompts.flow import FORMER, destination_of
from services.prompts.known import fitting


def former_questions(draft: Mapping[str, Any]) -> list[str]:
    """Those that no field is asked now."""
    asked = {one.get("ask") for one in columns.columns_of(draft).values()}
    return [one["ask"] for one in draft.get(FORMER, ()) if "ask" in one and one["ask"] not in asked]


def former_texts(draft: Mapping[str, Any]) -> list[str]:
    """For a prompt of one text: all of them together where that is not too long, else one by one."""
    asked = [one["ask"] for one in draft.get(FORMER, ()) if "ask" in one]
    together = "\n".join(asked)
    return [together] if asked and len(together) <= TEXT_LIMIT else asked


def take_former(draft: dict[str, Any], fields: Sequence[RemoteField], askable: Collection[str]) -> None:
    """Each goes to the field that is called as its own was, unless that has something already.

    `askable` are the ids of fields that a question can be put for.
    """
    chosen = columns.columns_of(draft)
    free = {_plain(field.name): field for field in fields if field.writable and field.id not in chosen}
    for one in draft.get(FORMER, ()):
        field = free.get(_plain(one["name"]))
        if field is not None and _take(draft, field, one, askable):
            del free[_plain(one["name"])]


def _take(draft: dict[str, Any], field: RemoteField, one: Mapping[str, Any], askable: Collection[str]) -> bool:
    if "ask" in one and field.id in askable:
        columns.ask(draft, field, one["ask"])
        columns.set_policy(draft, field, one["policy"] if "policy" in one else columns.policies_of(field)[0])
        return True
    if "known" in one and destination_of(draft) is Destination.LIST and Known(one["known"]) in fitting(field):
        columns.fill(draft, field, Known(one["known"]))
        return True
    return False


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("ё", "е").split())
