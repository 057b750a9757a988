"""Call notes in the order in which they were changed, in bounded portions.

Pages are cut by key, not by number: whoever edits a note while we read moves it to the end and all behind it one
place up. Only within a single second pages are counted.
"""

from dataclasses import dataclass

import structlog

from services.errors import BadAnswer
from services.integrations.amocrm.client import MOST_PAGES, PAGE, Client
from services.integrations.amocrm.mapping import Row, embedded, has_next, number
from services.integrations.amocrm.notes import CALL_TYPES, Note, from_row

log = structlog.get_logger(__name__)

PORTION = PAGE
"""Rows after which a portion may end."""


@dataclass(frozen=True)
class Portion:
    """`horizon` is the second from which on there is more, None: this was all. `highest` is the latest change."""

    notes: tuple[Note, ...]
    horizon: int | None
    highest: int


class Reader:
    """`born` is the second before which a call is history."""

    def __init__(self, client: Client, born: int) -> None:
        self._client = client
        self._born = born

    async def portion(self, place: str, since: int, beyond: int) -> Portion:
        """Notes changed at `since` or later; it reaches beyond the second `beyond`, or to the end.

        Raises BadAnswer when the account does not obey the filter.
        """
        kept: dict[int, Note] = {}
        start, page, seen, highest = since, 1, 0, 0
        for _ in range(MOST_PAGES):
            answer = await self._page(place, start, page)
            rows = embedded(answer, "notes")
            changed = [at for row in rows if (at := number(row.get("updated_at")))]
            self._keep(kept, rows, place)
            highest = max([highest, *changed])
            if not has_next(answer):
                return Portion(tuple(kept.values()), None, highest)
            _check_filter(changed, start)
            if changed != sorted(changed):
                log.warning("amocrm_order_not_obeyed", place=place, account=self._client.account)
                return await self._unordered(place, since)
            seen, last = seen + len(rows), max(changed, default=start)
            if seen >= PORTION and last > beyond:
                return Portion(tuple(kept.values()), last, highest)
            is_one_second = bool(changed) and changed[0] == last
            start, page = (last, 1) if last > start and not (is_one_second and page == 1) else (last, page + 1)
        raise BadAnswer(f"{place}/notes: a list without end")

    async def _unordered(self, place: str, since: int) -> Portion:
        """Where the order is not obeyed the window is read page by page to its end."""
        kept: dict[int, Note] = {}
        highest = 0
        for page in range(1, MOST_PAGES + 1):
            answer = await self._page(place, since, page)
            rows = embedded(answer, "notes")
            self._keep(kept, rows, place)
            highest = max([highest, *(number(row.get("updated_at")) for row in rows)])
            if not has_next(answer):
                return Portion(tuple(kept.values()), None, highest)
        raise BadAnswer(f"{place}/notes: a list without end")

    async def _page(self, place: str, start: int, page: int) -> object:
        """A second is added below: whether the filter includes its own bound is not known."""
        asked = {
            "filter": {"note_type": list(CALL_TYPES), "updated_at": {"from": start - 1}},
            "order": {"updated_at": "asc"},
            "limit": PAGE,
            "page": page,
        }
        return await self._client.read(f"{place}/notes", asked)

    def _keep(self, kept: dict[int, Note], rows: list[Row], place: str) -> None:
        """The latest state of each; history is dropped before it takes room."""
        for row in rows:
            note = from_row(row, place)
            if note is not None and note.created.timestamp() >= self._born:
                kept[note.id] = note


def _check_filter(changed: list[int], start: int) -> None:
    """One odd row is nothing; a page of old ones would be read for ever."""
    older = sum(at < start - 1 for at in changed)
    if older > len(changed) // 2:
        raise BadAnswer("notes: filter not obeyed")
