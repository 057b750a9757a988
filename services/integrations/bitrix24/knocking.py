"""The portal's outgoing webhook: a form with PHP brackets in its names, of which only the kind of event is read.

It carries an `application_token`, but the address itself is unguessable and what the event says is not believed:
calls are read from the portal. Events come once, late or never, so the polling goes on as it is.
"""

from urllib.parse import parse_qsl

from services.integrations.knocking import Knock, Reply

EVENTS = frozenset({"onvoximplantcallend", "oncrmactivityadd", "oncrmactivityupdate"})
"""A call ended, or its activity (which brings the deal and the recording) came or changed."""
FIELDS = 200
"""Far more than an event has."""


def answer(knock: Knock) -> Reply:
    """An event of another kind, or none at all, is heard and forgotten: the portal must not switch us off."""
    try:
        fields = dict(parse_qsl(knock.body.decode(errors="replace"), max_num_fields=FIELDS))
    except ValueError:
        return Reply(wakes=False)
    return Reply(wakes=knock.method == "POST" and fields.get("event", "").lower() in EVENTS)
