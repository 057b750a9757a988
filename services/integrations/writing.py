"""What may be written into a system: comments, fields, rows of lists.

Each is a protocol of its own: a connector has what its system can. A write raises `Unclear` when its outcome
is not known and `Unreachable` when it surely did not happen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from services.domain.call import ObjectRef
from services.domain.field import FieldType, RemoteField, RemoteList, RemoteRow, Value
from services.domain.integration import ObjectKind


@runtime_checkable
class Timeline(Protocol):
    """Ability `writes_comments`: comments on deals and leads."""

    def comment_parts(self, title: str, text: str, marker: str) -> Sequence[tuple[str, str]]:
        """Foreign text as comments this system shows as plain text: (marker, body) of each part.

        The marker is the body's last line.
        """
        ...

    async def add_comment(self, target: ObjectRef, text: str) -> str:
        """Writes a comment, returns its remote id. Never repeated by itself."""
        ...

    async def find_comment(self, target: ObjectRef, marker: str, since: datetime) -> str | None:
        """The id of our comment whose last line is the marker, if written after `since`; None: not there."""
        ...

    async def remove_comment(self, target: ObjectRef, comment_id: str) -> None:
        """Takes our comment back: ability `removes_comments`. Raises Gone when it is not there."""
        ...


@runtime_checkable
class SlowTimeline(Protocol):
    """A Timeline that may show a comment late: it is looked for more than once before it is written again."""

    @property
    def looks(self) -> int:
        """So many looks must find nothing, each as long after the one before as an unclear write is waited for."""
        ...


@runtime_checkable
class BlindTimeline(Protocol):
    """A Timeline without any way to look: what may have been lost is left to a person, or written again unseen."""

    @property
    def unseen_repeats(self) -> int:
        """How often a comment may be written again, though it may stand there already; 0: never."""
        ...


Remote = Any
"""A field's value in the remote system's normal form: JSON-able, None when empty, the same when equal."""


@runtime_checkable
class FieldWriter(Protocol):
    """Ability `writes_fields`: fields of deals and leads."""

    async def object_fields(self, kind: ObjectKind) -> Sequence[RemoteField]:
        """Only those that may be written and whose type is known."""
        ...

    def to_remote(self, field: RemoteField, value: Value) -> Remote: ...

    async def read_values(self, target: ObjectRef, fields: Sequence[RemoteField]) -> Mapping[str, Remote]:
        """By field id. A field that exists no more is left out. Raises Gone for an object that is not there."""
        ...

    async def write_values(
        self, target: ObjectRef, fields: Sequence[RemoteField], values: Mapping[str, Remote]
    ) -> Mapping[str, Remote]:
        """Sets these and no others (None clears); returns them as they are afterwards. Harmless to repeat."""
        ...


@runtime_checkable
class BlindWriter(Protocol):
    """A FieldWriter that may be unable to read: its fields then count as empty, and nothing can be taken back."""

    @property
    def writes_blindly(self) -> bool: ...


@dataclass(frozen=True)
class NewColumn:
    """A column of a list that we make. `options` are the names of a choice."""

    name: str
    type: FieldType
    options: tuple[str, ...] = ()


@runtime_checkable
class ListWriter(Protocol):
    """Ability `writes_lists`: rows of separate lists. `code` is our own key of a row."""

    async def lists(self) -> Sequence[RemoteList]: ...

    async def columns(self, list_id: str) -> Sequence[RemoteField]:
        """Raises Gone when the list is not there."""
        ...

    async def create_list(self, name: str, code: str, columns: Sequence[NewColumn]) -> RemoteList:
        """Readable by everybody there. Again with the same code: the list is found, missing columns are added."""
        ...

    def to_column(self, column: RemoteField, value: Value) -> Remote: ...

    async def find_rows(self, list_id: str, code: str) -> Sequence[RemoteRow]:
        """All rows with this code, the oldest first."""
        ...

    async def add_row(self, list_id: str, code: str, name: str, values: Mapping[str, Remote]) -> str:
        """Never repeated by itself; returns the row's id."""
        ...

    async def merge_row(self, list_id: str, row_id: str, code: str, values: Mapping[str, Remote]) -> None:
        """Sets these columns and keeps whatever the others hold."""
        ...

    async def remove_row(self, list_id: str, row_id: str) -> None: ...
