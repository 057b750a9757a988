"""What the cursor holds: small, bounded, and read back with suspicion.

History is what lay in a folder before it was watched. Renamed or copied, such a file looks new to every date
there is, so its content is remembered, in five bytes each.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.integrations.base import Cursor

PRINT = 5
"""Bytes of one remembered content: a stranger looks like one of ten thousand once in a hundred million times."""
HISTORY_LIMIT = 10_000
"""Contents; what lay there beyond is told from new files by its dates."""
WAITING_LIMIT = 300


class History:
    """Contents of recordings that were there before."""

    def __init__(self, packed: bytes = b"") -> None:
        self._packed = packed[: HISTORY_LIMIT * PRINT]

    @classmethod
    def stored(cls, text: object) -> "History":
        try:
            packed = base64.b64decode(text) if isinstance(text, str) else b""
        except ValueError:
            packed = b""
        return cls(packed[: len(packed) - len(packed) % PRINT])

    def __len__(self) -> int:
        return len(self._packed) // PRINT

    @property
    def full(self) -> bool:
        return len(self) >= HISTORY_LIMIT

    def __contains__(self, content: str) -> bool:
        print_ = _print(content)
        at = self._packed.find(print_)
        while at >= 0 and at % PRINT:
            at = self._packed.find(print_, at + 1)
        return at >= 0

    def with_all(self, contents: list[str]) -> "History":
        new = b"".join(dict.fromkeys(_print(one) for one in contents if one not in self))
        return History(self._packed + new) if new else self

    def text(self) -> str:
        return base64.b64encode(self._packed).decode()


def _print(content: str) -> bytes:
    return hashlib.blake2s(content.encode(), digest_size=PRINT).digest()


@dataclass(frozen=True)
class Watched:
    """A folder: watched `since`, and read through for the last time at `read`; epoch seconds by Disk's clock."""

    since: float
    read: float = 0.0


@dataclass(frozen=True)
class Frame:
    """A folder that is being read: `offset` is where to go on, `total` what it said to hold on its first page."""

    home: str
    path: str
    depth: int = 0
    offset: int = 0
    total: int = -1
    again: bool = False


@dataclass
class State:
    """`read_at`: epoch seconds by our clock of the last reading through all folders; 0: never."""

    folders: dict[str, Watched]
    history: History = field(default_factory=History)
    read_at: float = 0.0
    walk: list[Frame] = field(default_factory=list)
    walk_began: float = 0.0
    """Epoch seconds by Disk's clock: what was changed before has been seen by the latest walk."""
    whole: bool = False
    """This walk looks at every file, however long ago it was changed."""
    whole_at: float = 0.0
    """Epoch seconds by Disk's clock: when the latest of those began."""
    known: list[str] = field(default_factory=list)
    """Marks of the files on the latest list of uploads that need no second look."""
    waiting: dict[str, float] = field(default_factory=dict)
    """Mark of a fresh file -> when it was first seen so, epoch seconds by our clock."""
    gone: list[str] = field(default_factory=list)
    """Watched folders that the latest walk did not find (so far, while it goes on)."""
    gone_before: list[str] = field(default_factory=list)
    """The same of the walk before it."""
    crowded: bool = False
    """More fresh files than can wait: another walk is needed once they have settled. Of this pull only."""

    @property
    def missing(self) -> list[str]:
        """Folders that are known to be away: a walk that is under way does not say yet that they are back."""
        return self.gone or (self.gone_before if self.walk else [])

    def stored(self) -> dict[str, Any]:
        return {
            "folders": {path: [one.since, one.read] for path, one in self.folders.items()},
            "history": self.history.text(),
            "read_at": self.read_at,
            "walk": [[one.home, one.path, one.depth, one.offset, one.total, one.again] for one in self.walk],
            "walk_began": self.walk_began,
            "whole": self.whole,
            "whole_at": self.whole_at,
            "known": self.known,
            "waiting": self.waiting,
            "gone": self.gone,
            "gone_before": self.gone_before,
        }


def state_of(cursor: Cursor) -> State:
    """Raises KeyError, TypeError or ValueError for what we never stored."""
    return State(
        folders={str(path): Watched(float(one[0]), float(one[1])) for path, one in cursor["folders"].items()},
        history=History.stored(cursor.get("history")),
        read_at=float(cursor.get("read_at", 0.0)),
        walk=[Frame(*one) for one in cursor.get("walk", [])],
        walk_began=float(cursor.get("walk_began", 0.0)),
        whole=bool(cursor.get("whole", False)),
        whole_at=float(cursor.get("whole_at", 0.0)),
        known=[str(one) for one in cursor.get("known", [])],
        waiting={str(mark): float(seen) for mark, seen in _mapping(cursor.get("waiting")).items()},
        gone=[str(one) for one in cursor.get("gone", [])],
        gone_before=[str(one) for one in cursor.get("gone_before", [])],
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
