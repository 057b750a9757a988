"""How a portal reads parameters and writes values: strings here, numbers there."""

import itertools
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl

from sandbox.bitrix24.errors import bad_argument

PAGE = 50


def moment(value: datetime, zone: timezone) -> str:
    """ISO 8601 with the portal's offset and no fractions."""
    return value.astimezone(zone).isoformat(timespec="seconds")


def offset_zone(hours: int) -> timezone:
    return timezone(timedelta(hours=hours))


def unflatten(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """`filter[>id]=5&select[]=id` as nested values."""
    result: dict[str, Any] = {}
    for name, value in pairs:
        path = name.replace("]", "").split("[")
        here: Any = result
        for part, after in itertools.pairwise(path):
            default: Any = [] if after == "" or after.isdigit() else {}
            here = here.setdefault(part, default) if isinstance(here, dict) else here
        last = path[-1]
        if isinstance(here, list):
            here.append(value)
        else:
            here[last] = value
    return result


def parse_query(text: str) -> dict[str, Any]:
    return unflatten(parse_qsl(text, keep_blank_values=True))


def required(params: dict[str, Any], name: str) -> Any:
    if params.get(name) in (None, ""):
        raise bad_argument(name)
    return params[name]


def whole(value: Any, name: str = "id") -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise bad_argument(name) from None


def page_of(rows: list[Any], start: int) -> dict[str, Any]:
    """Rows with `total` and `next`; a negative start switches the counting off."""
    if start < 0:
        return {"result": rows[:PAGE]}
    answer: dict[str, Any] = {"result": rows[start : start + PAGE], "total": len(rows)}
    if start + PAGE < len(rows):
        answer["next"] = start + PAGE
    return answer


OPERATORS: list[tuple[str, Callable[[Any, Any], bool]]] = [
    (">=", lambda have, want: have >= want),
    ("<=", lambda have, want: have <= want),
    ("!=", lambda have, want: have != want),
    (">", lambda have, want: have > want),
    ("<", lambda have, want: have < want),
    ("!", lambda have, want: have != want),
    ("=", lambda have, want: have == want),
]


def split_operator(key: str) -> tuple[str, Callable[[Any, Any], bool]]:
    """`>=DATE` as the field and its comparison; no sign means equality, and a list means one of."""
    for sign, compare in OPERATORS:
        if key.startswith(sign):
            return key[len(sign) :], compare
    return key.lstrip("@"), lambda have, want: have in want if isinstance(want, list) else have == want


def comparable(have: Any, want: Any) -> Any:
    """The wanted value in the type of the one that is there."""
    if isinstance(want, list):
        return [comparable(have, one) for one in want]
    if isinstance(have, datetime):
        return datetime.fromisoformat(str(want))
    if isinstance(have, int) and not isinstance(have, bool):
        return int(want)
    return str(want)
