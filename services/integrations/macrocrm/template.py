"""A customer's own method that writes a field of a request, as its owner describes it.

No published method writes fields. Where an installation was given one, its owner sends a few lines:

    метод: estateBuy/setAttribute
    тело: {"id": {id}, "attr": "{field}", "value": "{value}"}
    поля: Бюджет = attr_15, Срок покупки
    проверка: 12345
    чтение: estateBuy/getAttribute {"id": {id}, "attr": "{field}"} -> attribute.value

Places are filled inside a parsed body: a value can never become markup of the request. The last line is
optional.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from services.errors import Refused

OFF = frozenset({"", "-", "нет", "выключить", "off", "no"})
MOST_FIELDS = 60
_PATH = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+){0,5}")
_BARE = re.compile(r'(?<!["\w])\{(id|field|value)\}(?!["\w])')
_PLACE = re.compile(r"\{(id|field|value)\}")
_LINE = re.compile(r"^\s*(метод|тело|поля|проверка|чтение|method|body|fields|trial|read)\s*:", re.IGNORECASE)
_NAMES = {"method": "метод", "body": "тело", "fields": "поля", "trial": "проверка", "read": "чтение"}


@dataclass(frozen=True)
class OwnMethod:
    """`fields` are ids by the names that people see; `trial` is the request that may be written for a try."""

    method: str
    body: Mapping[str, Any]
    fields: Mapping[str, str]
    trial: int
    read_method: str = ""
    """Empty: what was written cannot be read back."""
    read_body: Mapping[str, Any] | None = None
    read_path: str = ""
    """Where the value stands in the answer: names with dots between them."""

    def body_of(self, request: int, field: str, value: str | None) -> dict[str, Any]:
        filled: dict[str, Any] = _filled(self.body, {"id": request, "field": field, "value": value or ""})
        return filled

    def reading_of(self, request: int, field: str) -> dict[str, Any]:
        filled: dict[str, Any] = _filled(self.read_body or {}, {"id": request, "field": field, "value": ""})
        return filled

    def value_in(self, answer: Any) -> str | None:
        """Empty and missing are the same."""
        for name in self.read_path.split("."):
            answer = answer.get(name) if isinstance(answer, dict) else None
        told = str(answer).strip() if isinstance(answer, str | int | float) else ""
        return told or None


def _filled(part: Any, values: Mapping[str, Any]) -> Any:
    """A place that is a whole text becomes the value itself, a number for the request's id."""
    if isinstance(part, dict):
        return {_filled_text(str(name), values): _filled(one, values) for name, one in part.items()}
    if isinstance(part, list):
        return [_filled(one, values) for one in part]
    if not isinstance(part, str):
        return part
    whole = _PLACE.fullmatch(part)
    return values[whole[1]] if whole else _filled_text(part, values)


def _filled_text(text: str, values: Mapping[str, Any]) -> str:
    return _PLACE.sub(lambda place: str(values[place[1]]), text)


def from_text(stored: str) -> OwnMethod | None:
    """The option as `parse` left it; None when it is off or cannot be read."""
    try:
        known = json.loads(stored) if stored else None
        return OwnMethod(**known) if isinstance(known, dict) else None
    except (ValueError, TypeError):
        return None


def parse(text: str) -> str:
    """The owner's lines as they are stored; empty: switched off.

    Raises Refused: `template_line` (name) for a missing line, `template_method`, `template_body`,
    `template_fields`, `template_trial`, `template_read`.
    """
    if text.strip().lower() in OFF:
        return ""
    lines = _lines(text)
    for name in ("метод", "тело", "поля", "проверка"):
        if not lines.get(name):
            raise Refused("template_line", name=name)
    method = lines["метод"].lstrip("/")
    if not _PATH.fullmatch(method):
        raise Refused("template_method")
    body = _body(lines["тело"], {"id", "field", "value"}, "template_body")
    if not lines["проверка"].isdecimal() or not 0 < len(lines["проверка"]) < 12:
        raise Refused("template_trial")
    read = _reading(lines.get("чтение", ""))
    made = OwnMethod(method, body, _fields(lines["поля"]), int(lines["проверка"]), *read)
    return json.dumps(asdict(made), ensure_ascii=False)


def _lines(text: str) -> dict[str, str]:
    """By name; a body may be spread over several lines."""
    found: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        head = _LINE.match(line)
        if head is not None:
            told = head[1].lower()
            name, line = _NAMES.get(told, told), line[head.end() :]
        if name:
            found[name] = f"{found.get(name, '')}\n{line}".strip()
    return found


def _body(text: str, needed: set[str], why: str) -> dict[str, Any]:
    """An object with all needed places in it; bare ones (`"id": {id}`) are meant as they look."""
    try:
        parsed = json.loads(_BARE.sub(r'"{\1}"', text))
    except (ValueError, RecursionError):
        raise Refused(why) from None
    if not isinstance(parsed, dict) or not needed <= set(_PLACE.findall(json.dumps(parsed))):
        raise Refused(why)
    return parsed


def _fields(text: str) -> dict[str, str]:
    """`Бюджет = attr_15, Срок`: the name is the id where none is given."""
    found: dict[str, str] = {}
    for part in re.split(r"[,;\n]", text):
        name, _, code = (piece.strip() for piece in part.partition("="))
        if name:
            found[name[:120]] = (code or name)[:120]
    if not found or len(found) > MOST_FIELDS or len(set(found.values())) < len(found):
        raise Refused("template_fields")
    return found


def _reading(text: str) -> tuple[str, dict[str, Any] | None, str]:
    if not text:
        return "", None, ""
    asked, arrow, path = text.rpartition("->")
    method, _, body = asked.strip().lstrip("/").partition(" ")
    is_path = re.fullmatch(r"[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+){0,9}", path.strip())
    if not arrow or not is_path or not _PATH.fullmatch(method):
        raise Refused("template_read")
    return method, _body(body.strip(), {"id", "field"}, "template_read"), path.strip()
