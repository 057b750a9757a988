"""Fields of a file name pattern as bounded regular expressions, and the words people write them with."""

import re

from services.errors import Refused

FIELD_NAMES = {
    "date": "date",
    "дата": "date",
    "time": "time",
    "время": "time",
    "unix": "unix",
    "phone": "phone",
    "телефон": "phone",
    "номер": "phone",
    "line": "line",
    "линия": "line",
    "extension": "extension",
    "ext": "extension",
    "добавочный": "extension",
    "direction": "direction",
    "направление": "direction",
    "manager": "manager",
    "менеджер": "manager",
    "сотрудник": "manager",
}
"""As written -> the field."""

DATE, TIME = "YYYY-MM-DD", "HH-mm-ss"
INCOMING = ("incoming", "inbound", "входящий", "входящая", "external", "вх", "in")
OUTGOING = ("outgoing", "outbound", "исходящий", "исходящая", "исх", "out")

_PARTS = {
    "YYYY": ("year", r"(?:19|20)\d\d"),
    "ГГГГ": ("year", r"(?:19|20)\d\d"),
    "YY": ("short_year", r"\d\d"),
    "ГГ": ("short_year", r"\d\d"),
    "MM": ("month", r"\d\d"),
    "ММ": ("month", r"\d\d"),
    "DD": ("day", r"\d\d"),
    "ДД": ("day", r"\d\d"),
    "HH": ("hour", r"\d\d"),
    "ЧЧ": ("hour", r"\d\d"),
    "mm": ("minute", r"\d\d"),
    "мм": ("minute", r"\d\d"),
    "ss": ("second", r"\d\d"),
    "сс": ("second", r"\d\d"),
}
_FORMAT = re.compile("|".join(_PARTS) + r"|[-_. :,TtтТ()]")
_NUMBER = r"(?:\+?\d{2,15}|anonymous|unknown|hidden|private|скрыт(?:ый)?)"


def piece_of(name: str, detail: str) -> str:
    """The regular expression of a field; its groups are named by what they give. Raises Refused."""
    if name == "date":
        return _moment(detail or DATE)
    if name == "time":
        return _moment(detail or TIME)
    if name == "direction":
        return _direction(detail)
    if name == "unix":
        return r"(?P<unix>\d{10})(?:\.\d{1,9})?"
    if name == "extension":
        return r"(?P<extension>\d{2,6})"
    return rf"(?P<{name}>{_NUMBER})"


def _moment(written: str) -> str:
    """`YYYY-MM-DD` and `ГГГГ-ММ-ДД` alike. Month and minute differ by capitals only."""
    source, at = "", 0
    seen: set[str] = set()
    while at < len(written):
        found = _FORMAT.match(written, at)
        if found is None:
            raise Refused("pattern_date", format=written[:40])
        part = _PARTS.get(found[0])
        if part is None:
            source += re.escape(found[0])
        elif part[0] in seen:
            raise Refused("pattern_date", format=written[:40])
        else:
            seen.add(part[0])
            source += f"(?P<{part[0]}>{part[1]})"
        at = found.end()
    if not seen:
        raise Refused("pattern_date", format=written[:40])
    return source


def _direction(detail: str) -> str:
    """`in|out`: the words of incoming calls, a bar, the words of outgoing ones; several with commas."""
    if not detail:
        sides = [list(INCOMING), list(OUTGOING)]
    else:
        sides = [[word.strip() for word in side.split(",") if word.strip()] for side in detail.split("|")]
    if len(sides) != 2 or not all(sides) or sum(map(len, sides)) > 20:
        raise Refused("pattern_direction")
    incoming, outgoing = (
        "|".join(re.escape(word) for word in sorted(side, key=len, reverse=True)) for side in sides
    )
    return f"(?:(?P<incoming>{incoming})|(?P<outgoing>{outgoing}))"
