"""How words of a rule are compared with words of a call: nothing here can be made slow by what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

ANY_RUN = "*"
ANY_ONE = "?"
LEAST_DIGITS = 5
"""Shorter ones are extensions or short codes: they are no telephone numbers to be rewritten."""
COUNTRY = "7"
KEPT = 4096
"""Texts and patterns that are taken apart once: each call is held against all rules."""


@lru_cache(maxsize=KEPT)
def plain(text: str) -> str:
    """Without differences nobody means: case, ё, spaces, and й that a Mac writes as two characters."""
    return " ".join(normalize("NFC", text).casefold().replace("ё", "е").split())


def line(text: str) -> str:
    """A company's number, however it is written: `8 (495) 123-45-67` is `+74951234567`; names stay names."""
    digits = "".join(letter for letter in text if letter in "0123456789")
    if len(digits) < LEAST_DIGITS or any(letter.isalpha() for letter in text):
        return plain(text)
    if len(digits) == 11 and digits[0] == "8":
        return COUNTRY + digits[1:]
    return COUNTRY + digits if len(digits) == 10 else digits


def has_wildcards(pattern: str) -> bool:
    return ANY_RUN in pattern or ANY_ONE in pattern


def fits(pattern: str, text: str) -> bool:
    """A whole name against `*` (any run) and `?` (any one); a pattern without them is looked for inside.

    One step for each letter of the name, whatever the pattern: all beginnings of it are tried at once, as bits.
    """
    wanted, given = plain(pattern), plain(text)
    if not has_wildcards(wanted):
        return wanted in given
    shape = _shape(wanted)
    reached = 1
    for letter in given:
        reached = ((reached & shape.takes.get(letter, shape.takes_any)) << 1) | (reached & shape.stays)
        if not reached:
            return False
    return bool(reached & shape.whole)


@dataclass(frozen=True)
class _Shape:
    """Bit number n of a state: n signs of the pattern (stars are none) are behind us."""

    takes: Mapping[str, int]
    """By letter: where the next sign is this letter, or any one."""
    takes_any: int
    stays: int
    """Where a star lets letters pass."""
    whole: int


@lru_cache(maxsize=KEPT)
def _shape(pattern: str) -> _Shape:
    signs, stays = 0, 0
    letters: dict[str, int] = {}
    takes_any = 0
    for sign in pattern:
        if sign == ANY_RUN:
            stays |= 1 << signs
            continue
        if sign == ANY_ONE:
            takes_any |= 1 << signs
        else:
            letters[sign] = letters.get(sign, 0) | 1 << signs
        signs += 1
    takes = {letter: places | takes_any for letter, places in letters.items()}
    return _Shape(takes, takes_any, stays, 1 << signs)


def steps_of(folder: str) -> tuple[str, ...]:
    """The names on the way to a folder; a disk's own prefix (`disk:/`) is none of them."""
    _, found, rest = folder.partition(":/")
    return tuple(name for one in (rest if found else folder).split("/") if (name := plain(one)))


def within(folder: str, inner: str) -> bool:
    """Is `inner` this folder or deep inside it? One that does not begin with a slash may stand anywhere."""
    wanted, given = steps_of(folder), steps_of(inner)
    if not wanted:
        return False
    anchored = folder.strip().startswith("/") or ":/" in folder
    starts = [0] if anchored else range(len(given) - len(wanted) + 1)
    return any(given[start : start + len(wanted)] == wanted for start in starts)
