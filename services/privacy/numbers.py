"""Which digits are a telephone, a card or a passport, by their count, their beginning and the words around.

Money is never taken for one: a sum has its currency, its scale or its price beside it, and groups of three.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.privacy.groups import Group, plain, runs


class Sort(StrEnum):
    """What was found; the value is what stands in its place for the model."""

    PHONE = "ТЕЛ"
    MAIL = "ПОЧТА"
    CARD = "КАРТА"
    PASSPORT = "ПАСПОРТ"
    LITERAL = "ЗНАК"
    """Text that looks like one of our own marks."""


@dataclass(frozen=True)
class Found:
    sort: Sort
    start: int
    end: int
    digits: str = ""
    """What was dictated; empty for a mail address."""


MOST_DIGITS = 19
CARD_DIGITS = range(13, MOST_DIGITS + 1)
CARD_USUAL = 16
CARD_SHAPE = (4, 4, 4, 4)
"""As it is embossed: a card, also where a figure was misheard and the check digit does not fit."""
ABROAD = {
    "375": 12, "380": 12, "998": 12, "996": 12, "992": 12, "995": 12, "994": 12, "374": 11, "373": 11, "993": 11,
}  # fmt: skip
"""Neighbours whose numbers are dictated without a plus, and how many digits these have."""
PASSPORT_SHAPES = {(4, 6), (2, 2, 6), (2, 2, 3, 3), (4, 3, 3), (2, 2, 2, 2, 2), (4, 2, 2, 2)}
_UNIT = re.compile(
    r"\s*(?:тысяч|тыс|тыщ|миллион|млн|миллиард|млрд|лям|руб|р\.|₽|коп|доллар|бакс|евро|тенге|юан|[$€%£]|процент"
    r"|метр|кв\b|м2|м²|штук|шт\b|килограмм|кг\b|тонн|лет\b|год)",
    re.IGNORECASE,
)
"""After a sum or a measure."""
_PRICE = re.compile(
    r"(?:цен|стоим|стоит|сумм|бюджет|долг|скидк|аванс|переплат|платеж|зарплат|выручк|оборот|прибыл)\w*"
    r"(?:\W+\w+){0,2}\W*$"
)
_CARD = re.compile(r"\b(?:карт[аыуео]\w*|карточк\w*)(?:\W+\w+){0,4}\W*$")
_PHONE = re.compile(
    r"\b(?:тел|телефон\w*|мобильн\w*|сотов\w*|[вуо]+[ао]тсап\w*|whatsapp|вайбер\w*|viber|телеграм\w*|номер\w*"
    r"|\w*звон\w*|набер\w*|набир\w*|запис\w+|диктую)(?:\W+(?:такой|мой|ее|его|их|мне|на|по|вот|это|мы|вам))*\W*$"
)
_PASSPORT = re.compile(r"(?:паспорт\w*|серия|серии|серию)(?:\W+\w+){0,8}\W*$")
_SERIES = re.compile(r"(?:серия|серии|серию)(?:\W+паспорта)?\W*$")
_NUMBER = re.compile(r"номер\w*\W*$")
BEFORE = 80
"""Characters that tell what the digits are."""


def numbers_in(text: str) -> Iterator[Found]:
    for run in runs(text):
        at = 0
        while at < len(run):
            found = _at(text, run, at)
            if found is None:
                at += 1
                continue
            end, one = found
            yield one
            at = end


def _at(text: str, run: Sequence[Group], at: int) -> tuple[int, Found] | None:
    """The longest stretch of groups from here that tells who somebody is."""
    before = plain(text[max(0, run[at].start - BEFORE) : run[at].start])
    for end in range(_farthest(run, at), at, -1):
        groups = run[at:end]
        if _UNIT.match(text, groups[-1].end):
            continue
        sort = _sort(groups, before, is_whole=at == 0 and end == len(run))
        if sort is not None:
            digits = "".join(group.digits for group in groups)
            return end, Found(sort, _begin(text, groups[0]), groups[-1].end, digits)
    return None


def _farthest(run: Sequence[Group], at: int) -> int:
    count, end = 0, at
    while end < len(run) and count + len(run[end].digits) <= MOST_DIGITS:
        count += len(run[end].digits)
        end += 1
    return end


def _begin(text: str, first: Group) -> int:
    """The plus and the bracket go along."""
    start = first.start
    while start > 0 and text[start - 1] in "+(":
        start -= 1
    return start


def _sort(groups: Sequence[Group], before: str, *, is_whole: bool) -> Sort | None:
    digits = "".join(group.digits for group in groups)
    shape = tuple(len(group.digits) for group in groups)
    if len(digits) in CARD_DIGITS and not groups[0].plus and _luhn(digits):
        return Sort.CARD
    if len(digits) == CARD_USUAL and (shape == CARD_SHAPE or _CARD.search(before)):
        return Sort.CARD
    if _is_sum(shape, before):
        return None
    if _is_passport(digits, shape, before):
        return Sort.PASSPORT
    if _is_phone(groups, digits, shape) or (is_whole and _is_announced(digits, before)):
        return Sort.PHONE
    return None


def _luhn(digits: str) -> bool:
    """The check digit of cards; a row of zeros has it right and is no card."""
    doubled = [int(one) * 2 for one in digits[-2::-2]]
    total = sum(int(one) for one in digits[-1::-2]) + sum(one - 9 if one > 9 else one for one in doubled)
    return total % 10 == 0 and len(set(digits)) > 1


def _is_sum(shape: tuple[int, ...], before: str) -> bool:
    """`сумма 8 900 500 000`."""
    in_thousands = len(shape) > 1 and shape[0] <= 3 and set(shape[1:]) == {3}
    return (in_thousands or len(shape) == 1) and _PRICE.search(before) is not None


def _is_passport(digits: str, shape: tuple[int, ...], before: str) -> bool:
    if len(digits) == 10 and (shape in PASSPORT_SHAPES or _PASSPORT.search(before)):
        return True
    if not _PASSPORT.search(before):
        return False
    apart = {4: _SERIES, 6: _NUMBER}.get(len(digits))
    return len(digits) == 9 or (apart is not None and apart.search(before) is not None)


def _is_phone(groups: Sequence[Group], digits: str, shape: tuple[int, ...]) -> bool:
    count = len(digits)
    if groups[0].plus and 10 <= count <= 15:
        return True
    if count == 11 and digits[0] in "78" and digits[1] in "346789":
        return True
    if count == 10 and (digits[0] == "9" or (digits[0] in "348" and shape[0] in (3, 10))):
        return True
    if ABROAD.get(digits[:3]) == count:
        return True
    return _is_begun(groups, shape) or _is_local(groups, shape)


def _is_begun(groups: Sequence[Group], shape: tuple[int, ...]) -> bool:
    """`восемь девятьсот двадцать шесть …`: a figure too few or too many is a slip of whoever wrote it down."""
    begins = shape[0] == 1 and groups[0].digits in "78" and len(groups) > 3
    return begins and shape[1] == 3 and groups[1].digits[0] == "9" and 9 <= sum(shape) <= 13


def _is_local(groups: Sequence[Group], shape: tuple[int, ...]) -> bool:
    """`123-45-67`: written close together."""
    close = all(after.start - one.end == 1 for one, after in itertools.pairwise(groups))
    return shape == (3, 2, 2) and close and not any(group.spoken for group in groups)


def _is_announced(digits: str, before: str) -> bool:
    """`телефон`, `мой номер`: what follows is one, whatever it looks like."""
    return 7 <= len(digits) <= 13 and _PHONE.search(before) is not None
