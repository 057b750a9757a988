"""Finds a quote in a transcript by code: tolerant to how it was written down, never to other words.

Case, punctuation, ё and spacing do not count. A long word may differ a little, as recognition does, and a
long quote may leave out a filler. Every word of the quote must have been said, in this order; a number or a
negation is never left out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from services.domain.call import Segment

_WORD = re.compile(r"\w+")
CLOSE = 85.0
"""Similarity in per cent at which two long words are the same word heard twice."""
LONG = 6
FILLER = 3
"""Letters of a word that counts as a filler, at most."""
WORDS_PER_FILLER = 6
NEVER_LEFT_OUT = frozenset("не нет ни без no not".split())


@dataclass(frozen=True)
class Place:
    """`text` is what the transcript really says there; `at` is in seconds."""

    text: str
    at: float


@dataclass(frozen=True)
class _Word:
    norm: str
    segment: int
    start: int
    end: int


def _norm(word: str) -> str:
    return word.lower().replace("ё", "е")


def _words(segments: Sequence[Segment]) -> list[_Word]:
    return [
        _Word(_norm(match.group()), number, match.start(), match.end())
        for number, segment in enumerate(segments)
        for match in _WORD.finditer(segment.text)
    ]


def find_quote(quote: str, segments: Sequence[Segment]) -> Place | None:
    """Where the quote was said, or None when it was not."""
    wanted = [_norm(word) for word in _WORD.findall(quote)]
    said = _words(segments)
    if not wanted or not said:
        return None
    span = _exact(wanted, said) or _close(wanted, said)
    if span is None:
        return None
    first, last = said[span[0]], said[span[1]]
    return Place(_text(segments, first, last), _time(segments[first.segment], first))


def _exact(wanted: list[str], said: list[_Word]) -> tuple[int, int] | None:
    size = len(wanted)
    for start in range(len(said) - size + 1):
        if said[start].norm == wanted[0] and all(
            said[start + number].norm == word for number, word in enumerate(wanted)
        ):
            return start, start + size - 1
    return None


def _same(wanted: str, said: str) -> bool:
    if wanted == said:
        return True
    if len(wanted) < LONG or len(said) < LONG or any(char.isdigit() for char in wanted + said):
        return False
    return fuzz.ratio(wanted, said) >= CLOSE


def _is_filler(word: str) -> bool:
    """A short word that a model may leave out of a quote: never a number, never a negation."""
    return len(word) <= FILLER and word not in NEVER_LEFT_OUT and not any(char.isdigit() for char in word)


def _close(wanted: list[str], said: list[_Word]) -> tuple[int, int] | None:
    """The best stretch of the transcript with every word of the quote in order, and few fillers between."""
    allowed = len(wanted) // WORDS_PER_FILLER
    never = len(wanted) + len(said) + 1
    # costs[j]: fillers left out when the words so far end at word j of the transcript; begins[j]: where they began
    costs, begins = [0] * (len(said) + 1), list(range(len(said) + 1))
    for word in wanted:
        row, starts = [never], [0]
        for j, other in enumerate(said, start=1):
            taken = costs[j - 1] if _same(word, other.norm) else never
            left_out = row[j - 1] + (1 if _is_filler(other.norm) else never)
            best = min((taken, begins[j - 1]), (left_out, starts[j - 1]))
            row.append(min(best[0], never))
            starts.append(best[1])
        costs, begins = row, starts
    end = min(range(1, len(costs)), key=lambda j: costs[j])
    return (begins[end], end - 1) if costs[end] <= allowed else None


def _text(segments: Sequence[Segment], first: _Word, last: _Word) -> str:
    if first.segment == last.segment:
        return segments[first.segment].text[first.start : last.end]
    between = [segments[number].text for number in range(first.segment + 1, last.segment)]
    head, tail = segments[first.segment].text[first.start :], segments[last.segment].text[: last.end]
    return " ".join([head, *between, tail])


def _time(segment: Segment, word: _Word) -> float:
    share = word.start / max(1, len(segment.text))
    return segment.start + (segment.end - segment.start) * share
