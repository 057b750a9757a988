"""Windows overlap by hours: most of what a poll reads was given out before and need not be stored again."""

from collections.abc import Container

from services.integrations.base import CallPage, Cursor

MOST = 20_000
"""Calls remembered; forgotten ones are given out again, which does no harm."""


class Given:
    """A page was stored when its cursor comes back. Any other cursor: nothing is known of what was stored."""

    def __init__(self) -> None:
        self._stored: dict[str, None] = {}
        self._pending: tuple[str, ...] = ()
        self._cursor: Cursor | None = None

    def before(self, cursor: Cursor) -> Container[str]:
        """External ids of calls that were given out by this connector and stored."""
        if self._cursor == cursor:
            self._stored |= dict.fromkeys(self._pending)
        else:
            self._stored = {}
        self._pending = ()
        for old in list(self._stored)[: max(0, len(self._stored) - MOST)]:
            del self._stored[old]
        return self._stored

    def give(self, cursor: Cursor, page: CallPage) -> CallPage:
        """`cursor` is the one before the page; should they be the same, its return would prove nothing."""
        is_proof = page.cursor != cursor
        self._pending = tuple(call.external_id for call in page.calls) if is_proof else ()
        self._cursor = page.cursor
        return page
