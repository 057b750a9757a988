"""The account's webhooks as they were seen: form-encoded, unsigned, in two shapes."""

import json
from urllib.parse import urlencode

from sandbox.amocrm.world import Note

CODES = {"call_in": "10", "call_out": "11", "common": "4"}
ELEMENTS = {"contacts": "1", "leads": "2", "companies": "3"}


def nested(note: Note, account_id: int = 31_000_001) -> bytes:
    """A call's text is JSON with names in capitals, unlike the notes themselves."""
    before = f"{note.place}[note][0][note]"
    params = note.params or {}
    text = {"UNIQ": params.get("uniq"), "LINK": params.get("link"), "DURATION": params.get("duration")}
    told = {
        f"{before}[id]": str(note.id),
        f"{before}[note_type]": CODES.get(note.type, "0"),
        f"{before}[element_type]": ELEMENTS[note.place],
        f"{before}[element_id]": str(note.entity),
        f"{before}[text]": json.dumps(text),
        "account[subdomain]": "demo",
        "account[id]": str(account_id),
    }
    return urlencode(told).encode()


def flat(note: Note, account_id: int = 31_000_001) -> bytes:
    """The same without the inner name; a plain and a nested key of one name stand side by side."""
    before = f"{note.place}[note][0]"
    told = {
        f"{before}[id]": str(note.id),
        f"{before}[note_type]": CODES.get(note.type, "0"),
        f"{before}[type]": "x",
        f"{before}[type][message_uuid]": "y",
        "account[id]": str(account_id),
    }
    return urlencode(told).encode()
