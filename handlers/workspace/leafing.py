"""Lists too long for one message."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def leaf(items: Sequence[T], page: int, most: int) -> tuple[Sequence[T], list[tuple[str, int]]]:
    """(what stands on this page, or the last one; its neighbours: what a button says, and the page it opens)."""
    last = max(0, (len(items) - 1) // most)
    page = min(page, last)
    turns = [(f"‹ {page}", page - 1)] if page else []
    turns += [(f"{page + 2} ›", page + 1)] if page < last else []
    return items[page * most : (page + 1) * most], turns
