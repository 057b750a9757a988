"""What Disk's refusals mean, by status and by the word in `error`: messages are translated and change."""

import json
from typing import Any

from services.errors import (
    BadAnswer,
    Exhausted,
    Gone,
    RateLimited,
    Rejected,
    RemoteError,
    ScopeMissing,
    Unauthorized,
    Unreachable,
)
from services.integrations.http import Answer

READ, INFO = "cloud_api:disk.read", "cloud_api:disk.info"
"""The two rights we need: to read the Disk, and to be told whose it is."""
SHARED = "/v1/disk/public/"
PASSWORD, QUOTA = "DiskSymlinkPasswordRequiredError", "DiskResourceDownloadLimitExceededError"
"""Of what was given by a link: it has a password, or too many have downloaded it today."""
LOCKED = "DiskResourceLockedError"
"""Another operation works on it: copying a large folder takes hours."""
REST_FIRST = 30.0
REST_LONGEST = 900.0
"""Seconds to keep quiet after 429 without a time: thirty, doubled each time, up to a quarter of an hour."""
REST_LIMIT = 3600.0
"""Seconds; whatever the server wishes, after so long it is asked again."""


def parsed(answer: Answer) -> Any:
    """The body as JSON, None when it is none."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def failure_of(answer: Answer, path: str, refusals: int) -> RemoteError:
    """`path` is what was asked; `refusals` counts the answers 429 in a row before this one.

    A page without JSON may be anybody's on the way: then nothing is known of the file or of our access.
    """
    body = parsed(answer)
    code = str(body.get("error") or "")[:60] if isinstance(body, dict) else ""
    status, text = answer.status, f"status {answer.status} {code}".rstrip()
    if path.startswith(SHARED) and code == QUOTA:
        return Exhausted(text, remote_code=code)
    if status == 401 or (status == 403 and code and path.startswith(SHARED)):
        return Unauthorized(text, remote_code=code)
    if status == 429:
        return RateLimited(text, remote_code=code, retry_after=rest_after(answer, refusals))
    if status >= 500 or status == 423:
        return Unreachable(text, remote_code=code)
    if not code:
        return BadAnswer(text)
    if status == 403:
        return ScopeMissing(INFO if path == "/v1/disk" else READ, text, remote_code=code)
    if status in (404, 410):
        return Gone(text, remote_code=code)
    return Rejected(text, remote_code=code)


def rest_after(answer: Answer, refusals: int) -> float:
    """Seconds of silence that a 429 asks for; `Retry-After` as a number, else the growing rest."""
    try:
        asked = float(answer.headers.get("Retry-After", ""))
    except ValueError:
        asked = 0.0
    if asked > 0:
        return min(asked, REST_LIMIT)
    return float(min(REST_FIRST * 2.0 ** min(refusals, 10), REST_LONGEST))
