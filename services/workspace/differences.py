"""What was left out of a wording and what was put in, word by word, short enough for a phone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_PIECE = re.compile(r"\s+|[^\s]+")
AROUND = 6
"""Words that stay on each side of a change; longer stretches without one are left out."""
LEAST_ALIKE = 0.35
"""Of less alike wordings nothing can be read word by word."""
MOST_CHANGES = 40


class Kind(StrEnum):
    KEPT = "kept"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    kind: Kind
    text: str


def differences(before: str, after: str) -> tuple[Piece, ...] | None:
    """None: they have so little in common that the two are better read one after the other."""
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < LEAST_ALIKE:
        return None
    pieces = tuple(_pieces(matcher, old, new))
    if sum(piece.kind is not Kind.KEPT for piece in pieces) > MOST_CHANGES:
        return None
    return pieces


def _pieces(matcher: SequenceMatcher[str], old: list[str], new: list[str]) -> Iterator[Piece]:
    steps = matcher.get_opcodes()
    for number, (tag, old_from, old_to, new_from, new_to) in enumerate(steps, start=1):
        gone, added = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        if tag == "equal":
            kept = _shortened(old[old_from:old_to], first=number == 1, last=number == len(steps))
            yield Piece(Kind.KEPT, kept)
            continue
        if gone.strip():
            yield Piece(Kind.GONE, gone.rstrip() if added else gone)
        if added:
            yield Piece(Kind.NEW, f" {added}" if gone.strip() and not added[0].isspace() else added)


def _shortened(words: list[str], *, first: bool, last: bool) -> str:
    """The middle of a long stretch is left out; so is what stands before the first and after the last change."""
    size = 2 * AROUND
    head = [] if first else words[:size]
    tail = [] if last else words[-size:]
    if len(words) <= len(head) + len(tail) + 2 or (first and last):
        return "".join(words)
    return "".join([*head, " … " if head and tail else "…", *tail])
