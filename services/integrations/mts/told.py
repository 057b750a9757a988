"""Which rows of conversations were given out already.

Rows come one by one, whenever an employee hangs up: the secretary's half minute is given out as a call long before
the colleague whom it was put through to has finished. What comes later would be taken for the same call again and
never be heard, so it is told apart by what is remembered here: four bytes for each row, in the cursor, for as long
as its time is read again and again.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from services.integrations.mts.reading import WIDE_BACK

PRINT = 4
LIMIT = 4000
"""Rows; beyond it those of the earliest hours are forgotten."""
KEPT = WIDE_BACK + timedelta(hours=1)
HOUR = 3600


class Told:
    """`hours`: hour since 1970 -> the prints of its rows."""

    def __init__(self, hours: Mapping[int, frozenset[bytes]]) -> None:
        self._hours = dict(hours)

    @classmethod
    def load(cls, stored: Mapping[str, Any] | None) -> "Told":
        unpacked = {int(hour): base64.b64decode(packed) for hour, packed in (stored or {}).items()}
        return cls({hour: frozenset(_cut(packed)) for hour, packed in unpacked.items()})

    def store(self) -> dict[str, str]:
        """The same text for the same rows."""
        return {
            str(hour): base64.b64encode(b"".join(sorted(prints))).decode()
            for hour, prints in sorted(self._hours.items())
        }

    def __contains__(self, mark: str) -> bool:
        one = _print(mark)
        return any(one in prints for prints in self._hours.values())

    def with_all(self, marks: Iterable[tuple[str, datetime]], until: datetime) -> "Told":
        """`marks` with when they began; what began long before `until` is read no more and forgotten."""
        first = int((until - KEPT).timestamp()) // HOUR
        hours = {hour: set(prints) for hour, prints in self._hours.items() if hour >= first}
        for mark, began in marks:
            hour = int(began.timestamp()) // HOUR
            if hour >= first:
                hours.setdefault(hour, set()).add(_print(mark))
        while len(hours) > 1 and sum(map(len, hours.values())) > LIMIT:
            del hours[min(hours)]
        return Told({hour: frozenset(prints) for hour, prints in hours.items()})


NOTHING = Told({})


def short(mark: str) -> str:
    """Tells the parts of one conversation apart."""
    return _print(mark).hex()


def _print(mark: str) -> bytes:
    return hashlib.blake2s(mark.encode("utf-8", "replace"), digest_size=PRINT).digest()


def _cut(packed: bytes) -> list[bytes]:
    return [packed[at : at + PRINT] for at in range(0, len(packed), PRINT)]
