"""Notes on a request. Nobody can read them back, so each ends with a mark by which people see a double one."""

import re
from collections.abc import Sequence

from services.clean import without_controls
from services.errors import Blind, Rejected, Unclear
from services.integrations.macrocrm.client import Client
from services.integrations.macrocrm.failures import Body
from services.integrations.parts import broken_off, numbered

ADD = "estateBuy/addNote"
MOST_PARTS = 3
MOST_DOUBLES = 2
"""Of a note whose answer is lost each time, where the owner prefers doubles to a question."""
_TAG = re.compile(r"<(?=[/!?a-zA-Z])")


def plain(text: str) -> str:
    """Whether notes are shown as markup is not known: nothing foreign may be read as a tag."""
    return _TAG.sub("‹", without_controls(text)).strip()


def note_parts(title: str, text: str, marker: str, limit: int) -> Sequence[tuple[str, str]]:
    """(marker, body) of each part, `limit` characters each at most; what three do not hold is cut."""
    head = plain(title).replace("\n", " ")[:200]
    room = limit - len(head) - len(marker) - 20
    pieces = _split(plain(text), max(room, 100))
    return numbered(head, pieces, marker)


def _split(text: str, size: int) -> list[str]:
    pieces: list[str] = []
    while len(text) > size and len(pieces) < MOST_PARTS - 1:
        piece, text = broken_off(text, size)
        pieces.append(piece)
    return [*pieces, text if len(text) <= size else text[: size - 1].rstrip() + "…"]


async def add_note(client: Client, request: str, text: str) -> str:
    """Returns no number: there is none. Raises Unclear when nobody can tell whether it was written."""
    if not request.isdecimal():
        raise Rejected("not the number of a request")
    body = await client.write(ADD, {"id": int(request), "note": text})
    if not _confirms(body):
        raise Unclear(f"{ADD}: no word of success")
    return ""


def _confirms(body: Body) -> bool:
    """`{"success": true}`, bare or within `data`."""
    inner = body.get("data", body) if isinstance(body, dict) else None
    told = inner if isinstance(inner, dict) else {}
    if told.get("success") is False:
        raise Rejected(f"{ADD}: refused")
    return told.get("success") in (True, 1, "true") or told.get("status") == "ok"


def cannot_be_read() -> Blind:
    """No method tells the notes of a request, or takes one away."""
    return Blind("notes can neither be read back nor removed")
