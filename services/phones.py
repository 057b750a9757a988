"""Telephone numbers of all systems in one form, so that a call and a deal meet by equality.

The library's tables of countries take several megabytes: it is imported when the first number comes.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_LONGEST = 250
"""Characters; longer ones are no number. (The library gives up there as well.)"""

_SCHEME = re.compile(r"^\s*(?:sips?|tel|callto):", re.IGNORECASE)
_TAIL = re.compile(r"[@;,#].*|\s*(?:ext|доб|вн).*", re.IGNORECASE | re.DOTALL)
"""The host of a SIP address, or the extension behind a company's number."""

_MASKED = re.compile(r"[^\W\d_]|[*_?]")
"""A letter or a star among the digits: hidden in part (7900xxx2233), or not a number at all.

The library would read letters as the keys of a telephone and make up a stranger's number.
"""


def e164(text: str, region: str = "RU") -> str:
    """The number as +79001112233, or "" for a hidden, internal or impossible one.

    `region` is the country of numbers written without a code. Those must exist in its numbering plan (else
    every ten-digit id or time would pass); a number with a plus needs only the right length, as new ranges
    appear before the tables know of them.
    """
    bare = _TAIL.sub("", _SCHEME.sub("", text[: _LONGEST + 1])).strip()
    if not bare or len(bare) > _LONGEST or _MASKED.search(bare):
        return ""
    return _parsed(bare, region)


def _parsed(bare: str, region: str) -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse(bare, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number) and not (bare[0] in "+\uff0b" and _has_length(number)):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _has_length(number: "PhoneNumber") -> bool:
    """Of a whole number: a local one, without the code of its town, will not do."""
    import phonenumbers

    return phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
