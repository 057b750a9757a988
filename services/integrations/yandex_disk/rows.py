"""Disk's JSON as the library takes it: it refuses a whole page for one value of a wrong type.

It also reads only times that end in an offset like `+00:00`: `Z` costs it a digit of the seconds, silently.
So each row is made anew from the keys we use, what does not fit is left out, and rows that are none go.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

MOST = 2**53
"""Numbers above are no sizes and no times."""


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and len(value) <= 40_000 else None


def _number(value: Any) -> int | None:
    """Numbers come as texts, too."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        found = int(value)
    except ValueError:
        return None
    return found if 0 <= found <= MOST else None


def _moment(value: Any) -> str | None:
    try:
        moment = datetime.fromisoformat(value)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00") if moment.year >= 1970 else None
    except (ValueError, TypeError, OverflowError):
        return None


def _person(value: Any) -> dict[str, Any] | None:
    return _kept(value, {"login": _text, "uid": _text, "display_name": _text}) if isinstance(value, dict) else None


Reader = Callable[[Any], Any]

ROW: Mapping[str, Reader] = {
    "type": _text,
    "name": _text,
    "path": _text,
    "size": _number,
    "md5": _text,
    "sha256": _text,
    "mime_type": _text,
    "media_type": _text,
    "antivirus_status": _text,
    "created": _moment,
    "modified": _moment,
    "resource_id": _text,
    "revision": _number,
    "href": _text,
    "method": _text,
    "user": _person,
    "public_key": _text,
}
LIST: Mapping[str, Reader] = {"path": _text, "total": _number, "limit": _number, "offset": _number}


def _kept(row: Mapping[Any, Any], readers: Mapping[str, Reader]) -> dict[str, Any]:
    read = {key: reader(row.get(key)) for key, reader in readers.items() if key in row}
    return {key: value for key, value in read.items() if value is not None}


def _items(value: Any) -> list[dict[str, Any]]:
    return [_kept(row, ROW) for row in value if isinstance(row, dict)]


def tidy(body: Any) -> Any:
    """An answer as the library takes it; what is no object stays as it is and is refused there."""
    if not isinstance(body, dict):
        return body
    kept = _kept(body, ROW)
    if isinstance(body.get("items"), list):
        kept["items"] = _items(body["items"])
    embedded = body.get("_embedded")
    if isinstance(embedded, dict):
        kept["_embedded"] = _kept(embedded, LIST)
        if isinstance(embedded.get("items"), list):
            kept["_embedded"]["items"] = _items(embedded["items"])
    return kept
