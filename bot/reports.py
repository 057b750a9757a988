"""Reports of what broke, without what people said and without secrets.

A report holds the kind of failure and the places it went through. Local variables, requests and log lines
would hold transcripts and webhooks.
"""

from collections.abc import Mapping
from typing import Any, cast

import sentry_sdk
from sentry_sdk.transport import Transport
from sentry_sdk.types import Event, Hint

from bot.logs import mask

OWN = ("bot", "handlers", "services")
"""Packages whose failures tell nothing but what we have written ourselves."""


def set_up_reports(dsn: str, transport: Transport | None = None) -> None:
    sentry_sdk.init(
        dsn,
        transport=transport,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        before_send=_without_secrets,
        before_breadcrumb=lambda _crumb, _hint: None,
    )


def _without_secrets(event: Event, hint: Hint) -> Event | None:
    event.pop("breadcrumbs", None)
    event.pop("request", None)
    for failure in event.get("exception", {}).get("values", ()):
        if not str(failure.get("module")).startswith(OWN):
            failure.pop("value", None)  # what a library says of a failure quotes what it was given
    if "logentry" in event:
        event["logentry"] = {"message": _message(hint.get("log_record"))}
    event.pop("extra", None)
    return cast("Event", _masked(event))


def _message(record: Any) -> str:
    """What was said without what it was said of: a traceback as text ends in the words of the failure."""
    told = getattr(record, "msg", "")
    if not isinstance(told, Mapping):
        return str(told)
    return str({name: value for name, value in told.items() if name != "exception" and not name.startswith("_")})


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: _masked(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(one) for one in value]
    return value
