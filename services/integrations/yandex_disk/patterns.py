"""A small language for file names: `{date:YYYY-MM-DD}_{time:HH-mm-ss}_{phone}_{direction:in|out}_{manager}.mp3`.

A pattern is text, `*` (anything, even nothing), `?` (one character) and fields in braces, each at most once; a
slash reaches for the folders above the file. It is cut at the free places (`*` and the manager's name): every
piece between them is a bounded regular expression that is looked for once, from left to right. So reading takes
time in proportion to the name's length, whatever pattern somebody writes.
"""

import re
from dataclasses import dataclass, field

from services.errors import Refused
from services.integrations.yandex_disk.files import EXTENSIONS
from services.integrations.yandex_disk.pieces import FIELD_NAMES, piece_of

LONGEST = 300
"""Characters of a pattern."""
NAME_LONGEST = 800
"""Characters of a name, its folders included, that are looked at."""
FREE_MOST = 8
ANYTHING = "*"

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[*?]|[^*?{}]+|[{}]")


@dataclass(frozen=True)
class _Piece:
    """What stands between two free places."""

    compiled: re.Pattern[str]
    before: str | None
    """What is free before it: None for nothing, `*` for anything, else the field that is read there."""


@dataclass(frozen=True)
class Pattern:
    """`levels`: how many folders above the file take part."""

    text: str
    pieces: tuple[_Piece, ...] = field(repr=False)
    levels: int = 0

    def read(self, path: str) -> dict[str, str] | None:
        """The texts of the fields, by name; None when the name is another one.

        `path` may have folders before the name. Which kind of sound the extension tells does not matter.
        """
        parts = path.split("/")
        if len(parts) <= self.levels:
            return None
        name = without_extension("/".join(parts[-1 - self.levels :]))
        return self._matched(name) if len(name) <= NAME_LONGEST else None

    def _matched(self, name: str) -> dict[str, str] | None:
        found: dict[str, str] = {}
        at = 0
        for piece in self.pieces:
            place = _place(piece, name, at)
            if place is None:
                return None
            gap = name[at : place.start()]
            if "/" in gap:
                return None
            if piece.before not in (None, ANYTHING):
                found[str(piece.before)] = gap
            found |= {key: value for key, value in place.groupdict().items() if value is not None}
            at = place.end()
        return found


def _place(piece: _Piece, name: str, at: int) -> re.Match[str] | None:
    """A free place takes as little as it can; a manager's name has at least one character."""
    if piece.before is None:
        return piece.compiled.match(name, at)
    return piece.compiled.search(name, at + (piece.before != ANYTHING))


def without_extension(name: str) -> str:
    bare, _, extension = name.rpartition(".")
    return bare if bare and extension.lower() in EXTENSIONS else name


def compile_pattern(text: str) -> Pattern:
    """Raises Refused: `pattern_long` (most=), `pattern_field` (name=), `pattern_twice` (name=), `pattern_braces`,
    `pattern_free` (two free places side by side, or too many), `pattern_date` (format=), `pattern_direction`,
    `pattern_empty`.
    """
    text = text.strip().strip("/")
    if len(text) > LONGEST:
        raise Refused("pattern_long", most=LONGEST)
    builder = _Builder()
    for part in _TOKEN.finditer(without_extension(text)):
        builder.add(part[0], part[1])
    return Pattern(text, builder.finished(), text.count("/"))


class _Builder:
    def __init__(self) -> None:
        self._pieces: list[_Piece] = []
        self._source = ""
        self._before: str | None = None
        self._used: set[str] = set()

    def add(self, written: str, inner: str | None) -> None:
        if inner is not None:
            self._field(inner)
        elif written == "*":
            self._free(ANYTHING)
        elif written == "?":
            self._source += "[^/]"
        elif written in ("{", "}"):
            raise Refused("pattern_braces")
        else:
            self._source += re.escape(written[0] if written in ("{{", "}}") else written)

    def _field(self, inner: str) -> None:
        written, _, detail = inner.partition(":")
        name = FIELD_NAMES.get(written.strip().lower())
        if name is None:
            raise Refused("pattern_field", name=written.strip()[:40])
        if name in self._used:
            raise Refused("pattern_twice", name=written.strip())
        self._used.add(name)
        if name == "manager":
            self._free(name)
        else:
            self._source += piece_of(name, detail.strip())

    def _free(self, name: str) -> None:
        """Between two free places there must be something to tell them apart."""
        if (self._before is not None and not self._source) or len(self._pieces) >= FREE_MOST:
            raise Refused("pattern_free")
        if self._source:
            self._close("")
        self._before = name

    def _close(self, end: str) -> None:
        try:
            compiled = re.compile(f"(?:{self._source}){end}", re.IGNORECASE)
        except re.error:  # the same part of a moment in the date and in the time
            raise Refused("pattern_twice", name="date, time") from None
        self._pieces.append(_Piece(compiled, self._before))
        self._source = ""

    def finished(self) -> tuple[_Piece, ...]:
        self._close(r"\Z")
        if not self._used:
            raise Refused("pattern_empty")
        return tuple(self._pieces)
