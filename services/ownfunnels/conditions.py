"""One condition of a rule: what of a call is looked at, and which values it may have."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.domain.call import FoundCall, Trait
from services.ownfunnels.patterns import fits, line, plain, within


class What(StrEnum):
    """What of a call a condition looks at."""

    LINE = "line"
    """The company's own number."""
    EXTENSION = "extension"
    EMPLOYEE = "employee"
    DIRECTION = "direction"
    FOLDER = "folder"
    """That folder and all inside it."""
    FILE_NAME = "file_name"
    """A pattern with `*` and `?`, or a piece of the name."""


@dataclass(frozen=True)
class Wanted:
    """A value that is looked for. `id` is the remote system's, where it knows employees: names change."""

    text: str
    id: str = ""


@dataclass(frozen=True)
class Condition:
    """Holds when the call has any of these values; without values it never holds."""

    what: What
    values: tuple[Wanted, ...]

    def holds(self, found: FoundCall) -> bool:
        return any(_TESTS[self.what](wanted, found) for wanted in self.values)


NEVER = Condition(What.LINE, ())
"""Stands for a stored condition that cannot be read: a rule must not take more calls than it was made for."""


def _line(wanted: Wanted, found: FoundCall) -> bool:
    given = line(_trait(found, Trait.LINE))
    return given != "" and given == line(wanted.text)


def _extension(wanted: Wanted, found: FoundCall) -> bool:
    given = plain(_trait(found, Trait.EXTENSION))
    return given != "" and given == plain(wanted.text)


def _employee(wanted: Wanted, found: FoundCall) -> bool:
    if wanted.id and found.manager_id:
        return wanted.id == found.manager_id
    given = plain(found.manager_name)
    return given != "" and given == plain(wanted.text)


def _direction(wanted: Wanted, found: FoundCall) -> bool:
    return wanted.text == found.direction


def _folder(wanted: Wanted, found: FoundCall) -> bool:
    return within(wanted.text, _trait(found, Trait.FOLDER))


def _file_name(wanted: Wanted, found: FoundCall) -> bool:
    given = _trait(found, Trait.FILE_NAME)
    return given != "" and plain(wanted.text) != "" and fits(wanted.text, given)


def _trait(found: FoundCall, trait: Trait) -> str:
    return str(found.traits.get(trait) or "")


_TESTS: dict[What, Callable[[Wanted, FoundCall], bool]] = {
    What.LINE: _line,
    What.EXTENSION: _extension,
    What.EMPLOYEE: _employee,
    What.DIRECTION: _direction,
    What.FOLDER: _folder,
    What.FILE_NAME: _file_name,
}


def to_json(conditions: tuple[Condition, ...]) -> list[dict[str, Any]]:
    return [
        {"what": one.what, "any": [{"text": wanted.text, "id": wanted.id} for wanted in one.values]}
        for one in conditions
    ]


def of_json(stored: Any) -> tuple[Condition, ...]:
    """What cannot be read becomes a condition that never holds."""
    if not isinstance(stored, list):
        return (NEVER,)
    return tuple(_of_json(one) for one in stored)


def _of_json(stored: Any) -> Condition:
    try:
        values = tuple(Wanted(str(one["text"]), str(one.get("id", ""))) for one in stored["any"])
        return Condition(What(stored["what"]), values)
    except (KeyError, TypeError, ValueError, AttributeError):
        return NEVER
