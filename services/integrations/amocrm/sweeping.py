"""Every six hours the last two days again: notes that were dated back lie behind the mark.

Then the account's own history of calls: it knows notes by the moment they were really made.
"""

from collections.abc import Mapping
from typing import Any

from services.domain.call import FoundCall
from services.errors import Rejected, ScopeMissing
from services.integrations.amocrm.client import Client
from services.integrations.amocrm.gathering import MARGIN, Gathering, Slice
from services.integrations.amocrm.mapping import Row, embedded, fields, has_next, number, rows
from services.integrations.amocrm.notes import Memory, Note, from_row

EVERY = 6 * 3600
AGAIN = 3600
BACK = 48 * 3600
EVENTS = 100
"""On a page: the vendor's two sites name different limits, this is the smaller one."""
EVENT_PAGES = 200
ENTITIES = {"lead": "leads", "contact": "contacts", "company": "companies"}

Step = tuple[list[FoundCall], dict[str, Any], bool]
"""Calls, what changes in the cursor, and whether there is more at once."""


class Sweep:
    """Goes on one portion a pull; the cursor says how far it has come, under `sweep`."""

    def __init__(self, client: Client, gathering: Gathering, memory: Memory) -> None:
        self._client = client
        self._gathering = gathering
        self._memory = memory

    def is_due(self, cursor: Mapping[str, Any]) -> bool:
        return bool(fields(cursor.get("sweep"))) or self._now() - number(cursor.get("swept")) >= EVERY

    def _now(self) -> int:
        return int(self._client.account_now().timestamp())

    def put_off(self) -> dict[str, Any]:
        """What changes in the cursor when it failed: it begins anew an hour later."""
        return {"sweep": {}, "swept": self._now() - EVERY + AGAIN}

    async def step(self, cursor: Mapping[str, Any]) -> Step:
        now, start = self._now(), number(cursor["start"])
        state = fields(cursor.get("sweep")) or {"from": max(now - BACK, start), "to": now}
        if "page" in state:
            return await self._events(state, start)
        return await self._notes(state)

    async def _notes(self, state: Mapping[str, Any]) -> Step:
        walked = number(state.get("walk"))
        since = walked - MARGIN if walked else number(state["from"])
        found = await self._gathering.slice(since, walked)
        calls = self._gathering.calls(found, walked, self._memory)
        if found.edge is not None and found.edge < number(state["to"]):
            return calls, {"sweep": {**state, "walk": found.edge}}, True
        return calls, {"sweep": {**state, "page": 1}}, True

    async def _events(self, state: Mapping[str, Any], start: int) -> Step:
        """Notes that events tell of. A user who may not see events is content with the walk."""
        page = number(state["page"])
        asked = {
            "filter": {
                "type": ["incoming_call", "outgoing_call"],
                "created_at": {"from": state["from"], "to": state["to"]},
            },
            "limit": EVENTS,
            "page": page,
        }
        ended: dict[str, Any] = {"sweep": {}, "swept": state["to"]}
        try:
            answer = await self._client.read("events", asked)
            notes = await self._named(embedded(answer, "events"), start)
        except (Rejected, ScopeMissing):
            return [], ended, False
        calls = self._gathering.calls(Slice(notes), 0, self._memory)
        if has_next(answer) and page < EVENT_PAGES:
            return calls, {"sweep": {**state, "page": page + 1}}, True
        return calls, ended, False

    async def _named(self, events: list[Row], start: int) -> list[Note]:
        """The notes that these events are about, on whatever kind of card."""
        asked: dict[str, list[int]] = {}
        for event in events:
            place = ENTITIES.get(str(event.get("entity_type")))
            ids = [number(fields(after.get("note")).get("id")) for after in rows(event.get("value_after"))]
            if place is not None:
                asked.setdefault(place, []).extend(note_id for note_id in ids if note_id)
        found = []
        for place, numbers in asked.items():
            for row in await self._client.by_ids(f"{place}/notes", "notes", numbers):
                note = from_row(row, place)
                if note is not None and note.created.timestamp() >= start:
                    found.append(note)
        return found
