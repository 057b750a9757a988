"""What the answers mean. There is no common envelope: errors come as 4xx, as 500, and under 200 as well."""

import json
from typing import Any

from services.errors import (
    BadAnswer,
    Gone,
    RateLimited,
    Rejected,
    RemoteError,
    ScopeMissing,
    Unauthorized,
    Unclear,
    Unreachable,
)
from services.integrations.http import Answer, Kind

PAUSE = 60.0
"""Seconds to keep still after a refusal that does not say how long."""
LONGEST_PAUSE = 600.0

Body = dict[str, Any] | list[Any]


def read(answer: Answer, method: str, kind: Kind) -> Body:
    """The JSON of a success, or its failure. `remote_code` is the HTTP status."""
    body = _parse(answer)
    if answer.status == 429:
        raise _too_many(answer, method, kind, told=body is not None)
    if answer.status >= 500:
        raise _broken(answer, method, kind)
    if body is None:
        raise _without_json(answer, method, kind)
    if answer.status // 100 == 2 and not _says_error(body):
        return body
    raise _refusal(answer, body, method)


def _parse(answer: Answer) -> Body | None:
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict | list) else None


def _says_error(body: Body) -> bool:
    """A refusal may travel under a success status."""
    return isinstance(body, dict) and (bool(body.get("error")) or body.get("success") is False)


def _too_many(answer: Answer, method: str, kind: Kind, *, told: bool) -> RemoteError:
    """Told as JSON it is the application's own word that nothing was done; a page may be anybody's."""
    text = f"{method}: too many requests"
    if kind == "write" and not told:
        return Unclear(text, remote_code="429")
    return RateLimited(text, remote_code="429", retry_after=pause_of(answer))


def pause_of(answer: Answer) -> float:
    """Seconds until the next request, as a refusal asks for."""
    try:
        asked = float(answer.headers.get("Retry-After", PAUSE))
    except ValueError:
        asked = PAUSE
    return min(max(asked, 1.0), LONGEST_PAUSE) if asked == asked else PAUSE


def _broken(answer: Answer, method: str, kind: Kind) -> RemoteError:
    """A write may have been done before it broke, whatever the body says."""
    text, code = f"{method}: status {answer.status}", str(answer.status)
    return Unclear(text, remote_code=code) if kind == "write" else Unreachable(text, remote_code=code)


def _without_json(answer: Answer, method: str, kind: Kind) -> RemoteError:
    text, code = f"{method}: status {answer.status} without JSON", str(answer.status)
    if kind == "write":
        return Unclear(text, remote_code=code)
    return Unauthorized(text, remote_code=code) if answer.status == 401 else BadAnswer(text, remote_code=code)


def _refusal(answer: Answer, body: Body, method: str) -> RemoteError:
    """The message is looked at, never repeated: it may quote a client's number.

    Rights are given for each method, so a 403 closes this method, whatever it says: a key that is bad is refused
    everywhere, and that is found out where calls are looked for.
    """
    message = _message(body)
    text, code = f"{method}: refused with status {answer.status}", str(answer.status)
    if answer.status == 401:
        return Unauthorized(text, remote_code=code)
    if answer.status == 403:
        return ScopeMissing(method, text, remote_code=code)
    if answer.status in (404, 410) or _is_nothing(message):
        return Gone(text, remote_code=code)
    return Rejected(text, remote_code=code)


def _message(body: Body) -> str:
    if not isinstance(body, dict):
        return ""
    return " ".join(str(body.get(name) or "") for name in ("message", "error")).lower()


def _is_nothing(message: str) -> bool:
    """`No contacts found`, `not found`."""
    return "not found" in message or ("no " in message and "found" in message) or "не найден" in message
