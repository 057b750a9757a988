"""Brackets of PHP in queries, and the envelope of lists."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sandbox.amocrm.problems import Problem

PAGE, LARGEST = 50, 250


def unflatten(query: str) -> dict[str, Any]:
    """`filter[id][]=1&filter[updated_at][from]=5` as nested values; `[0]` and `[]` are lists alike."""
    result: dict[str, Any] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        path = name.replace("]", "").split("[")
        here: Any = result
        for part, after in itertools.pairwise(path):
            default: Any = [] if after == "" or after.isdigit() else {}
            here = here.setdefault(part, default) if isinstance(here, dict) else here
        if isinstance(here, list):
            here.append(value)
        else:
            here[path[-1]] = value
    return result


def listed(value: Any) -> list[str]:
    """A list in brackets, or words between commas."""
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else str(value).split(",")


def numbers(value: Any) -> set[int]:
    return {int(one) for one in listed(value)}


def envelope(
    origin: str, path: str, query: str, params: Mapping[str, Any], name: str, found: Sequence[Any]
) -> Any:
    """A page; None when nothing is on it: that is 204. The link to a next one says that there is one."""
    limit, page = int(params.get("limit", PAGE)), int(params.get("page", 1))
    if not 1 <= limit <= LARGEST or page < 1:
        raise Problem(400, "Bad Request", "limit or page out of range")
    rows = list(itertools.islice(found, (page - 1) * limit, page * limit))
    if not rows:
        return None
    links = {"self": {"href": _href(origin, path, query, page)}}
    if page * limit < len(found):
        links["next"] = {"href": _href(origin, path, query, page + 1)}
    return {"_page": page, "_links": links, "_embedded": {name: rows}}


def _href(origin: str, path: str, query: str, page: int) -> str:
    kept = [(name, value) for name, value in parse_qsl(query) if name != "page"]
    return f"{origin}/api/v4/{path}?{urlencode([*kept, ('page', str(page))])}"


def whole(origin: str, path: str, name: str, rows: Sequence[Any]) -> Any:
    """A list that has no pages."""
    links = {"self": {"href": f"{origin}/api/v4/{path}"}}
    return {"_total_items": len(rows), "_links": links, "_embedded": {name: list(rows)}}


def in_range(value: Any, at: int, *, includes: bool = True) -> bool:
    """A bare number means that very second."""
    if value is None:
        return True
    if not isinstance(value, dict):
        return at == int(value)
    low, high = value.get("from"), value.get("to")
    above = low is None or at > int(low) or (includes and at == int(low))
    return above and (high is None or at <= int(high))


def unknown_keys(item: Mapping[str, Any], known: Iterable[str]) -> list[tuple[str, str]]:
    return [("FieldNotExpected", key) for key in item if key not in set(known)]
