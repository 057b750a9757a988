"""Notes of leads, contacts and companies together, made into conversations: each stands on one card or on two."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import structlog

from services.domain.call import FoundCall
from services.errors import Rejected
from services.integrations.amocrm.client import Client
from services.integrations.amocrm.notes import PLACES, Memory, Note, as_call, grouped
from services.integrations.amocrm.reading import Reader

log = structlog.get_logger(__name__)

MARGIN = 30
"""Seconds within which both notes of a call are changed: a portion is not cut between them."""
SETTLE = 90
"""Seconds a call is held back, until its second note would be there."""
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

        A place that is closed to our user is left out; raises Rejected when all are.
        """
        found, horizons, refused = Slice(), [], []
        for place in PLACES:
            try:
                portion = await self._reader.portion(place, since, max(done, since) + MARGIN)
            except Rejected as failure:
                log.warning("amocrm_notes_closed", place=place, account=self._client.account)
                refused.append(failure)
                continue
            found.notes += portion.notes
            found.highest = max(found.highest, portion.highest)
            horizons += [portion.horizon] if portion.horizon is not None else []
        if len(refused) == len(PLACES):
            raise refused[0]
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
        now = self._client.account_now()
        ages = [(now - note.created).total_seconds() for note in group]
        return not any(-AHEAD <= age < SETTLE for age in ages)
