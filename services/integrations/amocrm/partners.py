"""The deal's note of a call whose other note was edited long after it.

A telephony that does not number its calls leaves two notes that know nothing of each other. Both at once are one
conversation; but one of them, edited hours later, comes alone, and would be taken for another call.
"""

from collections.abc import Iterable

from services.errors import Rejected
from services.integrations.amocrm.cards import Cards
from services.integrations.amocrm.client import IDS, Client
from services.integrations.amocrm.notes import CALL_TYPES, Note, from_row

LATE = 900
"""Seconds after which an edited note is no more looked at together with its partner."""


async def partners_of(client: Client, notes: Iterable[Note]) -> list[Note]:
    """Those on deals: the call was given out under their name. What is closed to our user has none."""
    lonely = [note for note in notes if not note.uniq and note.place != "leads" and _is_late(note)]
    found = []
    for place in ("contacts", "companies"):
        here = [note for note in lonely if note.place == place]
        if not here:
            continue
        try:
            rows = await client.by_ids(place, place, sorted({note.entity for note in here}), {"with": "leads"})
            found += await _of_deals(client, sorted({lead for row in rows for lead in Cards.leads_of(row)}))
        except Rejected:
            continue
    return [one for one in found if any(note.is_twin_of(one) for note in lonely)]


def _is_late(note: Note) -> bool:
    return (note.updated - note.created).total_seconds() > LATE


async def _of_deals(client: Client, leads: list[int]) -> list[Note]:
    found = []
    for start in range(0, len(leads), IDS):
        asked = {"filter": {"note_type": list(CALL_TYPES), "entity_id": leads[start : start + IDS]}}
        async for row in client.all("leads/notes", "notes", asked):
            note = from_row(row, "leads")
            found += [note] if note is not None else []
    return found
