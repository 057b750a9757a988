"""Fields of deals and columns of lists: what they are called, what they hold, and values in our own shape."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Value = Any
"""JSON-able, by type: text and link `str`; integer `int`; number `str` of a decimal; money
`{"amount": str, "currency": str}`; boolean `bool`; date `YYYY-MM-DD`; datetime ISO 8601 with an offset;
choice a list of option ids; employee the remote user's id; object `deal:456` or `lead:7`."""


class FieldType(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    LINK = "link"
    CHOICE = "choice"
    EMPLOYEE = "employee"
    OBJECT = "object"
    """A binding to a deal or lead: filled by us, never by a model."""


@dataclass(frozen=True)
class Option:
    id: str
    name: str


@dataclass(frozen=True)
class RemoteField:
    """A field that can be written.

    `native` is the integration's own name of the type, given back to it. `limit` is in characters. One that
    is not `writable` is told only because a row cannot do without it.
    """

    id: str
    name: str
    type: FieldType
    multiple: bool = False
    required: bool = False
    options: tuple[Option, ...] = ()
    limit: int | None = None
    native: str = ""
    writable: bool = True
    readable: bool = True
    """False: nobody can tell what stands there, so a value can only be replaced."""


@dataclass(frozen=True)
class RemoteList:
    """A table of the remote system whose rows are written by us."""

    id: str
    name: str


@dataclass(frozen=True)
class RemoteRow:
    """A row found by its code, with its values in the remote system's normal form."""

    id: str
    values: dict[str, Any]
    name: str = ""
