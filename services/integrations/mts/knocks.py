"""What the cabinets send to our address. Their bodies are not documented: a knock is a reason to look, no more."""

import hmac
import json
from typing import Any

from services.integrations.knocking import Knock, Reply

ALIVE = b"CHECK_ALIVE"
"""The virtual exchange asks whether our address answers before it uses it."""


def answer_vpbx(knock: Knock, token: str) -> Reply:
    """Always 200, else the exchange stops. A client key that is none of ours wakes nobody."""
    if ALIVE in knock.body or ALIVE.decode() in knock.query.values():
        return Reply(wakes=False)
    told = _client_key(knock)
    return Reply(wakes=not told or hmac.compare_digest(told.encode(), token.encode()))


def _client_key(knock: Knock) -> str:
    """Where it comes, if it does, is not documented either: header, address or body."""
    names = ("clientapikey", "x-client-api-key", "x-auth-token")
    sources: list[dict[str, Any]] = [dict(knock.headers), dict(knock.query), _body(knock.body)]
    for source in sources:
        for name, value in source.items():
            if str(name).lower() in names and isinstance(value, str):
                return value
    return ""


def _body(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
