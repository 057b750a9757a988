"""Words, numbers and signs of a spoken value, with nothing dropped: what stays unread must be seen."""

import re

_TOKEN = re.compile(r"-?\d+(?:[.,]\d+)*|[а-яa-z]+|[^\s]")
_ABBREVIATION = re.compile(r"(?<=[а-яa-z])\.")
_SPACES = str.maketrans({"\u00a0": "\u2007", "\u202f": "\u2007", "\u2212": "-", "\u2013": "-"})
GLUE = "\u2007"
"""A space that does not break: it holds the groups of one number together."""


def normal(text: str) -> str:
    """Lower case, `ё` as `е`, one kind of minus and of unbreaking space; a full stop at the end is dropped."""
    said = text.casefold().replace("ё", "е").translate(_SPACES).strip()
    return said.removesuffix(".").removesuffix("!").strip()


def tokens_of(text: str) -> list[str]:
    """Every character is in some token, but for spaces and the points of abbreviations."""
    return _TOKEN.findall(_ABBREVIATION.sub(" ", text))
