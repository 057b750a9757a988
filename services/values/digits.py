"""Numbers written in digits: groups of three, a fraction, or nothing sure."""

import re
from decimal import Decimal
from itertools import pairwise

from services.values import Unreadable
from services.values.scan import GLUE

LONGEST = 20
"""Digits of a number, with its marks."""
_RUN = re.compile(rf"(?<![\d.,])\d[\d.,]*(?:[ {GLUE}]\d[\d.,]*)+")
_GROUPS = re.compile(rf"[1-9]\d{{0,2}}(?:[ {GLUE}]\d{{3}})+(?:[.,]\d{{1,2}})?")
_POINTED = re.compile(r"\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:,\d{3}){2,}")
_THOUSANDS_OR_FRACTION = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?")
NEAR = 10
"""`100 200` may be two numbers: people put such numbers side by side. `1 500` or `12 500` are one."""


def join_groups(text: str) -> str:
    """`1 500 000` is one number: groups of three stand apart for the eye only. Raises Unreadable for others."""
    return _RUN.sub(lambda match: _joined(match.group()), text)


def _joined(run: str) -> str:
    if not _GROUPS.fullmatch(run) or (GLUE not in run and _may_be_several(run)):
        raise Unreadable("ambiguous")
    return run.replace(" ", "").replace(GLUE, "")


def _may_be_several(run: str) -> bool:
    groups = re.split(r"[.,]", run)[0].split()
    return all(_side_by_side(before, after) for before, after in pairwise(groups))


def _side_by_side(before: str, after: str) -> bool:
    return not after.startswith("0") and int(before) < NEAR * int(after) < NEAR * NEAR * int(before)


def digits(word: str) -> Decimal:
    """Raises Unreadable."""
    if len(word) > LONGEST:
        raise Unreadable("out_of_range")
    if _POINTED.fullmatch(word):
        return Decimal(re.sub(r"[.,]", "", word))
    if _THOUSANDS_OR_FRACTION.fullmatch(word):
        raise Unreadable("ambiguous")  # a fraction to some, thousands to others
    if not _PLAIN.fullmatch(word):
        raise Unreadable("not_a_number")
    return Decimal(word.replace(",", "."))
