"""What an account's refusals mean. The library has sorted them by status; here they become ours.

A write that was answered with 429 or 5xx may have been carried out all the same: nobody promises otherwise.
"""

from dataclasses import dataclass
from typing import Any

from aioamocrm import AmoCRMError, RateLimitError, ValidationError

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
from services.integrations.amocrm.mapping import fields, text
from services.integrations.http import Kind

FLOOD = "flood"
"""Everything is refused because somebody asked too much; going on only makes it longer."""
FLOOD_SECONDS = 15 * 60.0
UNPAID = "payment_required"
UNPAID_SECONDS = 3600.0
NOT_FROM_HERE = "113"
"""The account lets in some addresses only, and ours is none of them: nobody is let in until people change it."""
RESTS = (FLOOD, UNPAID, NOT_FROM_HERE)
"""What concerns everything at once: the account is left alone for a while, then tried again."""
BUSY_SECONDS = 1.0
"""The least wait after 429."""


@dataclass(frozen=True)
class Issue:
    """What is wrong with one item of a write: a code and the place, `custom_fields_values.0.values.0.enum_id`."""

    code: str
    path: str


class Invalid(Rejected):
    """The whole write was refused for some of its parts."""

    code = "rejected"

    def __init__(self, detail: str, issues: tuple[Issue, ...]) -> None:
        super().__init__(detail, remote_code=issues[0].code if issues else "")
        self.issues = issues


def failure_of(error: AmoCRMError, what: str, kind: Kind) -> RemoteError:
    """Ours for theirs. `what` names the request without its parameters, which may hold a phone number."""
    status, said = error.status_code or 0, f"{what}: {error.status_code}"
    code = _legacy_code(error.body)
    match status:
        case 401:
            return Unauthorized(said, remote_code=code)
        case 402:
            return _resting(Unreachable(said, remote_code=UNPAID), UNPAID_SECONDS)
        case 403:
            return _forbidden(error, said, code)
        case 404 | 204:
            return Gone(said)
        case 400 | 422:
            return Invalid(said, _issues(error))
        case 429 if kind == "read":
            told = error.retry_after if isinstance(error, RateLimitError) else None
            return RateLimited(said, remote_code="429", retry_after=max(told or 0.0, BUSY_SECONDS))
        case 408 | 429:
            return Unclear(said) if kind == "write" else Unreachable(said)
    if status >= 500:
        return Unclear(said) if kind == "write" else Unreachable(said)
    if status < 400:
        return Unclear(said) if kind == "write" else BadAnswer(said)
    return Rejected(said, remote_code=code)


def _resting(failure: Unreachable, seconds: float) -> Unreachable:
    failure.retry_after = seconds
    return failure


def _forbidden(error: AmoCRMError, said: str, code: str) -> RemoteError:
    """A page instead of an answer is the block for flooding; else one thing is not for us."""
    if not isinstance(error.body, dict):
        return RateLimited(said, remote_code=FLOOD, retry_after=FLOOD_SECONDS)
    if code == NOT_FROM_HERE:
        return _resting(Unreachable(said, remote_code=NOT_FROM_HERE), FLOOD_SECONDS)
    if "scope" in f"{error.title} {error.detail}".lower():
        return ScopeMissing("crm", said, remote_code=code)
    return Rejected(said, remote_code=code or "403")


def _issues(error: AmoCRMError) -> tuple[Issue, ...]:
    found = error.errors if isinstance(error, ValidationError) else []
    return tuple(Issue(text(one.code, 40), text(one.path, 200)) for one in found)


def _legacy_code(body: Any) -> str:
    """Old bodies carry a number: 110 and the like for a lost access, 113 for an address that is not let in."""
    told = fields(fields(body).get("response")).get("error_code") or fields(body).get("error_code")
    return text(told, 10)
