"""Reports of what broke, without what people said and without secrets.

A report holds the kind of failure and the places it went through. Local variables, requests and log lines
would hold transcripts and webhooks.
"""

from typing import Any, cast

import sentry_sdk
from sentry_sdk.transport import Transport
from sentry_sdk.types import Event, Hint

from bot.logs import mask


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


def _without_secrets(event: Event, _hint: Hint) -> Event | None:
    event.pop("breadcrumbs", None)
    event.pop("request", None)
    return cast("Event", _masked(event))


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: _masked(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(one) for one in value]
    return value
