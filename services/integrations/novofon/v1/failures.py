"""What an answer of API 1.0 means: `status` in the body, and the HTTP status for which kind of failure it is."""

import json
import re
from typing import Any

from services.errors import BadAnswer, Gone, RateLimited, Rejected, RemoteError, Unauthorized, Unreachable
from services.integrations.http import Answer

_EPOCH = 10**6
"""A larger `X-RateLimit-Reset` is a moment, a smaller one is seconds to wait."""
_LIMIT_WAIT = 60.0
_LONGEST_WAIT = 900.0
"""Limits are of a minute; a longer rest would silence the account by one odd header."""
_PLAIN = re.compile(r"[A-Za-z ,.'_-]{1,60}")


def read(answer: Answer, path: str, now: float) -> dict[str, Any]:
    """The body of a success, with broken numbers as text: ids of calls look like them and lose digits.

    `now` is in epoch seconds. Raises the failure of any other answer.
    """
    body = _parse(answer.body)
    if body is not None and body.get("status") == "success" and answer.status < 400:
        return body
    raise _failure(answer, body, path, now)


def reset_in(answer: Answer, now: float) -> float:
    """Seconds until the limit is reset, as far as it is told, a quarter of an hour at most; 60 else."""
    try:
        told = float(answer.headers.get("X-RateLimit-Reset", ""))
    except ValueError:
        return _LIMIT_WAIT
    wait = told - now if told > _EPOCH else told
    return min(wait, _LONGEST_WAIT) if 0 < wait < 24 * 3600 else _LIMIT_WAIT


def _parse(content: bytes) -> dict[str, Any] | None:
    try:
        body = json.loads(content, parse_float=str)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _failure(answer: Answer, body: dict[str, Any] | None, path: str, now: float) -> RemoteError:
    message = _message(body)
    text, status = f"{path}: status {answer.status} {message}".strip(), answer.status
    if status == 429:
        return RateLimited(text, remote_code=message, retry_after=reset_in(answer, now))
    if status == 401 or "not authorized" in message.lower():
        return Unauthorized(text, remote_code=message)
    if status >= 500:
        return Unreachable(text, remote_code=message)
    if body is None or body.get("status") != "error":
        return BadAnswer(f"{path}: status {status} without an answer of this API")
    if status == 403:
        return Unauthorized(text, remote_code=message)
    return Gone(text, remote_code=message) if status == 404 else Rejected(text, remote_code=message)


def _message(body: dict[str, Any] | None) -> str:
    """A text, or inside an object; only plain words of it are kept: numbers may be somebody's."""
    told = (body or {}).get("message")
    told = told.get("error") if isinstance(told, dict) else told
    return told if isinstance(told, str) and _PLAIN.fullmatch(told) else ""
