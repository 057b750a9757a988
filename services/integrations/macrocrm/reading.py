"""Answers of both dialects taken apart: what is wrapped is unwrapped, and names are known in both spellings."""

import re
from collections.abc import Mapping
from typing import Any

from services.errors import BadAnswer
from services.integrations.macrocrm.failures import Body

Row = Mapping[str, Any]


def camel(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name)


def snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda match: f"_{match[1].lower()}", name)


def value_of(row: Row, *names: str) -> Any:
    """The first of the names that the row has, in whatever spelling; None when there is none."""
    for name in names:
        for spelling in (name, camel(name), snake(name)):
            if row.get(spelling) is not None:
                return row[spelling]
    return None


MOST = 10**18
"""A larger number is no id, and no column takes it."""


def number(value: Any) -> int:
    """0 for null, empty and nonsense; ids come as numbers and as texts."""
    if isinstance(value, bool):
        return 0
    try:
        found = int(value)
    except (TypeError, ValueError, OverflowError):
        return 0
    return found if abs(found) < MOST else 0


def text(value: Any, limit: int = 200) -> str:
    """Empty for what is no plain value."""
    return str(value)[:limit] if isinstance(value, str | int) and not isinstance(value, bool) else ""


def rows_of(body: Body, name: str) -> list[Row]:
    """The list that the second dialect puts into `data`, or sends bare. Odd rows are left out.

    Raises BadAnswer when there is no list at all: it is no empty page.
    """
    found: Any = body
    for _ in range(3):
        if not isinstance(found, dict):
            break
        inner = value_of(found, name)
        found = found.get("data") if inner is None else inner
    if not isinstance(found, list):
        raise BadAnswer(f"no list of {name}")
    rows: list[Row] = [row for row in found if isinstance(row, dict)]
    if found is body and found and not rows:
        raise BadAnswer(f"no rows of {name}")
    return rows


def object_of(body: Body, name: str) -> Row:
    """An object inside the answer, or in `data` without a name of its own; empty when it is not there."""
    if not isinstance(body, dict):
        return {}
    data = body.get("data")
    for outer in (body, data if isinstance(data, dict) else {}):
        found = value_of(outer, name)
        if isinstance(found, dict):
            return found
    return data if isinstance(data, dict) else {}


def next_of(body: Body) -> int | str | None:
    """Where the following page starts: at the top, or under `meta`. None: this was the last."""
    if not isinstance(body, dict):
        return None
    meta = body.get("meta")
    found = body.get("next") or (meta.get("next") if isinstance(meta, dict) else None)
    if isinstance(found, bool) or not isinstance(found, int | str):
        return None
    return found if len(str(found)) <= 100 else None
