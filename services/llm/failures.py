"""What a failed request means. The order matters: "too large" may hide under 429, a format under 500."""

import json
import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import openai

from services.ports import ModelFailure

TOO_LONG = (
    "context length",
    "context_length",
    "maximum context",
    "maximum model length",
    "request too large",
    "input_too_large",
)
FORMAT_SIGNS = ("response_format", "json_schema")
"""Servers name the parameter, or what stands in it; a bare "schema" is looked at last."""
LONGEST_WAIT = 86_400.0
"""Seconds; nobody is waited for longer, whatever was asked."""
TRANSIENT_STATUSES = frozenset({408, 409, 425})


class FormatRefused(Exception):
    """The server does not take this `response_format`: step down."""


class ParameterRefused(Exception):
    """The server does not know a parameter: leave it out."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


OPTIONAL = ("prompt_cache_key", "store", "max_completion_tokens")


def understand(error: Exception) -> Exception:
    """ModelFailure, FormatRefused or ParameterRefused. Texts of providers stay out: they may echo a key."""
    if isinstance(error, openai.APIStatusError):
        return _by_status(error)
    if isinstance(error, openai.APITimeoutError | TimeoutError):
        return ModelFailure("transient", "timeout")
    if isinstance(error, openai.APIConnectionError):
        return ModelFailure("transient", "no connection")
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return ModelFailure("transient", "broken answer")
    return ModelFailure("transient", type(error).__name__)


def _by_status(error: openai.APIStatusError) -> Exception:
    status = error.status_code
    body = error.body if isinstance(error.body, dict) else {}
    code, kind, param = (str(body.get(name) or "") for name in ("code", "type", "param"))
    text = f"{body.get('message') or error.message} {code}".lower()
    retry_after = _retry_after(error)
    if status == 413 or any(sign in text for sign in TOO_LONG):
        return ModelFailure("too_long", f"status {status}")
    if status in (400, 422, 500) and any(sign in f"{text} {param}" for sign in FORMAT_SIGNS):
        return FormatRefused(code)
    if status in (400, 422):
        for name in OPTIONAL:
            if name == param or re.search(rf"\b{name}\b", text):
                return ParameterRefused(name)
        if "schema" in f"{text} {param}":
            return FormatRefused(code)
    if status == 402 or "insufficient_quota" in (code, kind):
        return ModelFailure("paused", f"status {status}: no money")
    if status in (401, 403):
        return ModelFailure("paused", f"status {status}: no access")
    if status == 404 or status // 100 == 3:  # sent on elsewhere: the address is not the right one
        return ModelFailure("not_found", "model or address not found")
    if status == 429:
        return ModelFailure("busy", "status 429", retry_after)
    if status in TRANSIENT_STATUSES or status >= 500:
        return ModelFailure("transient", f"status {status}", retry_after)
    return ModelFailure("rejected", f"status {status} {code}")


def _retry_after(error: openai.APIStatusError) -> float | None:
    """Seconds; both header forms, numbers and dates."""
    headers: Any = error.response.headers
    try:
        if headers.get("retry-after-ms"):
            return _wait(float(headers["retry-after-ms"]) / 1000)
        value = headers.get("retry-after")
        return _wait(_seconds(value, headers.get("date"))) if value else None
    except (ValueError, TypeError, OverflowError):
        return None


def _seconds(value: str, sent_at: str | None) -> float:
    """A date is compared with the server's own clock: ours may go wrong."""
    try:
        return float(value)
    except ValueError:
        now = parsedate_to_datetime(sent_at) if sent_at else datetime.now(UTC)
        return (parsedate_to_datetime(value) - now).total_seconds()


def _wait(seconds: float) -> float | None:
    return min(max(0.0, seconds), LONGEST_WAIT) if math.isfinite(seconds) else None
