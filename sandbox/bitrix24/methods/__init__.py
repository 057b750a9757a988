"""The methods of a portal, by their name in lower case, with the scope each one needs."""

from collections.abc import Callable
from typing import Any

from sandbox.bitrix24.builder import Builder
from sandbox.bitrix24.methods import activities, common, duplicates, fields, items, lists, telephony, timeline
from sandbox.bitrix24.methods.context import Context

Method = Callable[[Context, dict[str, Any]], dict[str, Any]]
"""(context, parameters) -> the envelope without `time`."""

METHODS: dict[str, tuple[str | None, Method]] = {
    **common.METHODS,
    **items.METHODS,
    **duplicates.METHODS,
    **fields.METHODS,
    **lists.METHODS,
    **activities.METHODS,
    **telephony.METHODS,
    **timeline.METHODS,
}

__all__ = ["METHODS", "Builder", "Context", "Method"]
