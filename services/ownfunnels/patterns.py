"""How words of a rule are compared with words of a call: nothing here can be made slow by what was typed."""

from unicodedata import normalize

ANY_RUN = "*"
ANY_ONE = "?"
LEAST_DIGITS = 5
"""Shorter ones are extensions or short codes: they are no telephone numbers to be rewritten."""
COUNTRY = "7"


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

    At most length times length steps: after a failure only the last `*` is tried anew.
    """
    wanted, given = plain(pattern), plain(text)
    if not has_wildcards(wanted):
        return wanted in given
    at = place = 0
    star, resume = -1, 0
    while place < len(given):
        if at < len(wanted) and wanted[at] == ANY_RUN:
            star, resume = at, place
            at += 1
        elif at < len(wanted) and wanted[at] in (ANY_ONE, given[place]):
            at += 1
            place += 1
        elif star >= 0:
            resume += 1
            at, place = star + 1, resume
        else:
            return False
    return all(letter == ANY_RUN for letter in wanted[at:])


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
