"""Buyers' requests: by number, by contact, by telephone number, and the dictionary of their statuses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.errors import Gone, Rejected
from services.integrations.macrocrm.client import Client
from services.integrations.macrocrm.mapping import Request, Status, request_of, statuses_of
from services.integrations.macrocrm.reading import number, object_of, rows_of, text, value_of
from services.ports import Clock

FRESH = timedelta(minutes=10)
MERGES = 5
"""A request may be merged into one that is merged itself."""


@dataclass(frozen=True)
class Contact:
    id: int
    name: str
    is_mediator: bool
    """An agent: calls with one may be about anybody's request."""


class Requests:
    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._statuses: tuple[datetime, list[Status]] | None = None

    async def statuses(self, *, anew: bool = False) -> Sequence[Status]:
        """Numbers differ between companies: always as this one tells them."""
        now = self._clock.now()
        if self._statuses is None or anew or now - self._statuses[0] > FRESH:
            self._statuses = (now, statuses_of(await self._client.read("estateBuy/statuses", {})))
        return self._statuses[1]

    async def active_of(self, contact: int) -> list[Request]:
        """Requests of a contact that are worked on; refused and postponed ones are left out there."""
        try:
            body = await self._client.read("estateBuy/find", {"contacts_id": contact})
        except Gone:
            return []
        return [found for row in rows_of(body, "buys") if (found := request_of(row)) is not None]

    async def by_id(self, wanted: int, *, follow_merged: bool) -> Request | None:
        """By the list's filter of numbers, which not every installation knows; None: it told other requests.

        A merged request leads to the one it was merged into.
        """
        seen: set[int] = set()
        found = await self._listed(wanted)
        while found is not None and follow_merged and found.merged_into and len(seen) < MERGES:
            seen.add(found.id)
            if found.merged_into in seen:
                break
            into = await self._listed(found.merged_into)
            if into is None:
                break
            found = into
        return found

    async def _listed(self, wanted: int) -> Request | None:
        try:
            body = await self._client.read("estateBuy/list", {"ids": [wanted]})
        except Rejected:
            return None
        rows = (request_of(row) for row in rows_of(body, "buys"))
        return next((row for row in rows if row is not None and row.id == wanted), None)

    async def contact_of(self, phone: str) -> Contact | None:
        """Nobody found is told as a failure, sometimes under a success status."""
        try:
            body = await self._client.read("contacts/find", {"phone": phone})
        except Gone:
            return None
        row = object_of(body, "contact")
        found = number(value_of(row, "id"))
        if found <= 0:
            return None
        mediator = value_of(row, "is_mediator") in (True, 1, "1")
        return Contact(found, text(value_of(row, "name"), 120), mediator)
