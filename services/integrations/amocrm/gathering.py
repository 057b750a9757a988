"""Notes of leads, contacts and companies together, made into conversations: each stands on one card or on two."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from services.domain.call import FoundCall
from services.errors import Rejected
from services.integrations.amocrm.client import Client
from services.integrations.amocrm.notes import PLACES, Memory, Note, as_call, grouped
from services.integrations.amocrm.partners import partners_of
from services.integrations.amocrm.reading import Reader

log = structlog.get_logger(__name__)

MARGIN = 30
"""Seconds within which both notes of a call are changed: a portion is not cut between them."""
SETTLE = 90
"""Seconds a call is held back, until its second note would be there."""
LATEST = 600
"""Seconds after the end of a call; a note that is changed later than that is not waited for."""
NEEDED = ("leads", "contacts")
"""Calls stand there; the check of an account asks for them. A mark that went on without them would lose calls."""
AHEAD = 60
"""Seconds a note may be dated ahead and still wait to settle."""


@dataclass
class Slice:
    """Notes of all places up to `edge`, a second; None: to the end. `highest` is the latest change seen."""

    notes: list[Note] = field(default_factory=list)
    edge: int | None = None
    highest: int = 0


class Gathering:
    """`born` is the second before which a call is history."""

    def __init__(self, client: Client, born: int) -> None:
        self._client = client
        self._reader = Reader(client, born)

    async def slice(self, since: int, done: int) -> Slice:
        """A portion of each place, cut where the first of them ends; `done` is where the former one ended.

        Companies that are closed to our user are left out; raises Rejected when the others are.
        """
        found, horizons = Slice(), []
        for place in PLACES:
            try:
                portion = await self._reader.portion(place, since, max(done, since) + MARGIN)
            except Rejected:
                log.warning("amocrm_notes_closed", place=place, account=self._client.account)
                if place in NEEDED:
                    raise
                continue
            found.notes += portion.notes
            found.highest = max(found.highest, portion.highest)
            horizons += [portion.horizon] if portion.horizon is not None else []
        known = {note.key for note in found.notes}
        partners = await partners_of(self._client, found.notes)
        found.notes += [note for note in partners if note.key not in known]
        if horizons:
            found.edge = min(horizons) - MARGIN
        return found

    def calls(self, found: Slice, done: int, memory: Memory) -> list[FoundCall]:
        """Conversations whose first note lies between what is done and the edge, once they have settled."""
        told = []
        for group in grouped(found.notes):
            first = min(note.updated.timestamp() for note in group)
            is_next = found.edge is not None and first >= found.edge
            if first >= done and not is_next and self._has_settled(group):
                told.append(as_call(group[0], group[1:], memory.name(group)))
        return told

    def _has_settled(self, group: Iterable[Note]) -> bool:
        """A note that is dated back, to the beginning of a long call, has come only now."""
        now = self._client.account_now()
        return not any(_is_fresh(now, note) for note in group)


def _is_fresh(now: datetime, note: Note) -> bool:
    made, changed = ((now - at).total_seconds() for at in (note.created, note.updated))
    after_end = made - (note.duration or 0)
    return -AHEAD <= made < SETTLE or (-AHEAD <= changed < SETTLE and 0 <= after_end < LATEST)
