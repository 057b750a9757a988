"""Foreign words without what no store, portal or chat can take: NUL, other controls, lone surrogates."""

import re
from collections.abc import Mapping
from typing import Any

_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def without_controls(text: str) -> str:
    """Lines and tabs stay; marks that turn the direction of writing go too."""
    return _CONTROL.sub("", _LINE_END.sub("\n", text))


def storable(data: Mapping[str, Any]) -> dict[str, Any]:
    """However deep: each character that no database takes becomes a mark of the same length."""
    copy = dict(data)
    left: list[dict[Any, Any] | list[Any]] = [copy]
    while left:
        node = left.pop()
        for key, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
            if isinstance(value, str):
                node[key] = _UNSTORABLE.sub("\ufffd", value)
            elif isinstance(value, dict | list):
                node[key] = inner = value.copy()
                left.append(inner)
    return copy
