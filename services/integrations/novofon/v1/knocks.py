"""Notifications of the old cabinet: signed forms, each kind over fields of its own."""

from datetime import datetime
from urllib.parse import parse_qsl

from services.integrations.knocking import Knock, Reply
from services.integrations.novofon.alarm import Alarm
from services.integrations.novofon.v1.signature import is_signed

_BEGUN = ("caller_id", "called_did", "call_start")
_OUT = ("internal", "destination", "call_start")
SIGNED = {
    "NOTIFY_START": _BEGUN,
    "NOTIFY_INTERNAL": _BEGUN,
    "NOTIFY_END": _BEGUN,
    "NOTIFY_IVR": _BEGUN,
    "NOTIFY_ANSWER": ("caller_id", "destination", "call_start"),
    "NOTIFY_OUT_START": _OUT,
    "NOTIFY_OUT_END": _OUT,
    "NOTIFY_RECORD": ("pbx_call_id", "call_id_with_rec"),
}
"""Joined without a separator; one that is missing counts as empty."""
ENDED = frozenset({"NOTIFY_END", "NOTIFY_OUT_END", "NOTIFY_RECORD"})
LONGEST_ECHO = 256
REFUSED = Reply(wakes=False, status=403)


def answer(knock: Knock, secret: str, alarm: Alarm, now: datetime) -> Reply:
    """The address is checked by an echo, before anything is signed. Repeated events do no harm."""
    if "zd_echo" in knock.query:
        return Reply(wakes=False, body=knock.query["zd_echo"][:LONGEST_ECHO])
    try:
        told = dict(parse_qsl(knock.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=200))
    except ValueError:
        return REFUSED
    event = told.get("event", "")
    if event not in SIGNED:
        return REFUSED
    signed = "".join(told.get(name, "") for name in SIGNED[event])
    if not is_signed(secret, signed, knock.headers.get("signature", "")):
        return REFUSED
    if event not in ENDED:
        return Reply(wakes=False)
    alarm.ring(now)
    return Reply()
