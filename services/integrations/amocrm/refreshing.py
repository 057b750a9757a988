"""Calls as they stand in the account now: a recording may be added to its note hours later."""

from collections.abc import Iterable, Sequence

from services.domain.call import FoundCall
from services.integrations.amocrm.client import Client
from services.integrations.amocrm.mapping import number
from services.integrations.amocrm.notes import PLACES, Note, as_call, as_seen_before, from_row


async def refresh(client: Client, calls: Sequence[FoundCall]) -> Sequence[FoundCall]:
    """Those whose note is still there. A note's twin is looked at as well: the recording may be on that card."""
    notes = await _notes(client, {key for call in calls for key in _keys(call)})
    fresh = []
    for call in calls:
        own, *twins = [notes.get(key) for key in _keys(call)]
        if own is not None:
            now = as_call(own, [one for one in twins if one is not None], call.external_id)
            fresh.append(as_seen_before(now, call))
    return fresh


def _keys(call: FoundCall) -> tuple[str, ...]:
    own = f"{call.refs.get('place', '')}:{call.refs.get('note', '')}"
    return (own, call.refs["twin"]) if "twin" in call.refs else (own,)


async def _notes(client: Client, keys: Iterable[str]) -> dict[str, Note]:
    asked: dict[str, list[int]] = {}
    for key in keys:
        place, _, told = key.partition(":")
        if place in PLACES and (note_id := number(told)):
            asked.setdefault(place, []).append(note_id)
    found: dict[str, Note] = {}
    for place, ids in asked.items():
        for row in await client.by_ids(f"{place}/notes", "notes", ids):
            note = from_row(row, place)
            if note is not None:
                found[note.key] = note
    return found
