"""Notifications of the present platform. Their wording is the administrator's own and nothing signs them.

So they are a hint and no more: which session it was is not even used, the next poll finds it.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from services.integrations.knocking import Knock, Reply
from services.integrations.novofon.alarm import Alarm
from services.integrations.novofon.values import identity

NAMES = frozenset({"call_session_id", "communication_id"})


def answer(knock: Knock, alarm: Alarm, now: datetime) -> Reply:
    """Wakes for whatever names a session; everything else is heard out politely."""
    names_session = any(name in NAMES and identity(value) for name, value in _told(knock))
    if names_session:
        alarm.ring(now)
    return Reply(wakes=names_session)


def _told(knock: Knock) -> Iterator[tuple[str, Any]]:
    yield from knock.query.items()
    try:
        body = json.loads(knock.body) if knock.body.lstrip()[:1] == b"{" else None
    except (ValueError, RecursionError):
        return
    if isinstance(body, dict):
        yield from body.items()
        return
    try:
        yield from parse_qsl(knock.body.decode("utf-8", "replace"), max_num_fields=200)
    except ValueError:
        return
