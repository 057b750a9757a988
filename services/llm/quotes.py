"""Finds a quote in a transcript by code: tolerant to how it was written down, never to other words.

Case, punctuation, ё and spacing do not count. A long word may differ a little past its beginning, as recognition
does: at the beginning stand the prefixes that turn a word round (`дорого`, `недорого`; `включить`, `выключить`).
A number, a month or a day of the week may differ in its ending only. A long quote may leave out a filler. Every
word of the quote must have been said, in this order.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.domain.call import Segment
from services.llm.fillers import FILLER_PAIR, FILLERS
from services.values.almanac import MONTHS, WEEKDAYS
from services.values.numerals import meaning, tells_quantity

_WORD = re.compile(r"\w+")
CLOSE = 85.0
"""Similarity in per cent at which two long words are the same word heard twice."""
LONG = 6
BEGINNING = 3
"""Letters that must be equal even in long words."""
WORDS_PER_FILLER = 6


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
    span = _exact(wanted, said) or _close(wanted, [word.norm for word in said])
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
    if _named(wanted) is not None or _named(said) is not None:
        return _named(wanted) == _named(said)
    if min(len(wanted), len(said)) < LONG or wanted[:BEGINNING] != said[:BEGINNING]:
        return False
    if tells_quantity(wanted) or tells_quantity(said):
        return False
    # Loaded with the first answer: a process that waits for calls does without.
    from rapidfuzz import fuzz

    return fuzz.ratio(wanted, said) >= CLOSE


def _named(word: str) -> tuple[str, object] | None:
    """The number, month or day of the week that a word names in any of its forms."""
    if word in MONTHS:
        return "month", MONTHS[word]
    if word in WEEKDAYS:
        return "weekday", WEEKDAYS[word]
    return meaning(word)


def _close(wanted: list[str], said: list[str]) -> tuple[int, int] | None:
    """The stretch of the transcript with every word of the quote in order, and the fewest fillers between."""
    best: tuple[int, int, int] | None = None
    for start, word in enumerate(said):
        if not _same(wanted[0], word):
            continue
        found = _follow(wanted, said, start)
        if found is not None and (best is None or found[0] < best[0]):
            best = (found[0], start, found[1])
    return best[1:] if best else None


def _follow(wanted: list[str], said: list[str], start: int) -> tuple[int, int] | None:
    """How many fillers were left out, and where the quote ends; a stray beginning is given up at once."""
    allowed = len(wanted) // WORDS_PER_FILLER
    # places of the last word found, with the fillers left out before it
    costs = {start: 0}
    for word in wanted[1:]:
        following: dict[int, int] = {}
        for place, cost in costs.items():
            for left_out, at in _ways_on(said, place, allowed - cost):
                if _same(word, said[at]) and cost + left_out < following.get(at, allowed + 1):
                    following[at] = cost + left_out
        if not following:
            return None
        costs = following
    end = min(costs, key=lambda place: costs[place])
    return costs[end], end


def _ways_on(said: list[str], place: int, allowed: int) -> Iterator[tuple[int, int]]:
    """Fillers left out, and the word after them: `как бы` is one filler, and never one half of it."""
    at = place + 1
    for left_out in range(allowed + 1):
        if at >= len(said):
            return
        yield left_out, at
        if said[at] in FILLERS:
            at += 1
        elif tuple(said[at : at + 2]) == FILLER_PAIR:
            at += 2
        else:
            return


def _text(segments: Sequence[Segment], first: _Word, last: _Word) -> str:
    if first.segment == last.segment:
        return segments[first.segment].text[first.start : last.end]
    between = [segments[number].text for number in range(first.segment + 1, last.segment)]
    head, tail = segments[first.segment].text[first.start :], segments[last.segment].text[: last.end]
    return " ".join([head, *between, tail])


def _time(segment: Segment, word: _Word) -> float:
    share = word.start / max(1, len(segment.text))
    return segment.start + (segment.end - segment.start) * share
