"""Our notes on deals: plain text, found again by their last line. The account offers no way to take one back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.clean import without_controls
from services.domain.call import ObjectRef
from services.errors import Unclear
from services.integrations.amocrm.client import Client
from services.integrations.amocrm.mapping import embedded, fields, number
from services.integrations.parts import broken_off, last_line, numbered
from services.ports import Clock

LIMIT = 15_000
"""Characters of one note; 20,000 were accepted once."""
MOST_PARTS = 3
LOOK_BACK = timedelta(minutes=10)
APART = 1.1
"""Seconds between two notes on one deal: of those made in the same second the page shows only one."""


class Timeline:
    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._written: dict[str, datetime] = {}
        """Deals written to a moment ago."""

    async def add(self, target: ObjectRef, body: str) -> str:
        """One note in one request, so that one answer settles it. Automation of the account is not set off."""
        await self._keep_apart(target.id)
        note = {
            "note_type": "common",
            "params": {"text": body},
            "is_need_to_trigger_digital_pipeline": False,
            "request_id": last_line(body),
        }
        try:
            answer = await self._client.write("POST", f"leads/{int(target.id)}/notes", [note])
        finally:
            self._written[target.id] = self._clock.now()
        written = next((number(row.get("id")) for row in embedded(answer, "notes")), 0)
        if not written:
            raise Unclear("no id of the note in the answer")
        return str(written)

    async def _keep_apart(self, lead: str) -> None:
        last = self._written.get(lead)
        if last is not None:
            wait = APART - (self._clock.now() - last).total_seconds()
            if wait > 0:
                await self._clock.sleep(wait)
        now = self._clock.now()
        self._written = {one: at for one, at in self._written.items() if (now - at).total_seconds() < APART}

    async def find(self, target: ObjectRef, marker: str, since: datetime) -> str | None:
        """`since` is by our clock; the account's own may differ."""
        ahead = self._client.account_now() - self._clock.now()
        asked = {
            "filter": {
                "note_type": ["common"],
                "updated_at": {"from": int((since + ahead - LOOK_BACK).timestamp())},
            },
            "order": {"updated_at": "asc"},
        }
        async for row in self._client.all(f"leads/{int(target.id)}/notes", "notes", asked):
            said = fields(row.get("params")).get("text")
            if isinstance(said, str) and last_line(said) == marker:
                return str(number(row.get("id")))
        return None


def comment_parts(title: str, told: str, marker: str) -> Sequence[tuple[str, str]]:
    """(marker, body) of each part: a title, the text, and the marker as the whole last line; three at most."""
    head = without_controls(title).replace("\n", " ").strip()
    pieces = _split(without_controls(told).strip(), LIMIT - len(head) - len(marker) - 60)
    return numbered(head, pieces, marker)


def _split(told: str, size: int) -> list[str]:
    pieces: list[str] = []
    while len(told) > size:
        piece, told = broken_off(told, size)
        pieces.append(piece)
        if len(pieces) == MOST_PARTS:
            return [*pieces[:-1], f"{pieces[-1][: size - 1]}…"]
    return [*pieces, told]
