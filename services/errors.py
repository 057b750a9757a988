"""Expected failures, one tree.

CallpromptError
├── Refused                 the user asked for something that cannot be (a `code` and values for the words)
├── NotFound                gone or never was
├── Conflict                somebody changed it meanwhile
├── BadAudio                a recording that cannot be heard
└── RemoteError             another system did not do what we asked
    ├── Unreachable         try later; nothing was done there
    │   └── RateLimited     try later, not before `retry_after`
    │       └── Exhausted   one thing has been asked for too often today; the rest goes on
    ├── Unclear             a write may or may not have happened: look before repeating
    ├── Unauthorized        access is gone: stop asking, tell the owners
    │   └── ScopeMissing    one right is missing: `scope` names it
    ├── Rejected            it will never do this
    │   ├── Gone            the object does not exist or is hidden
    │   ├── Blind           it shows nobody what was asked for
    │   └── Ambiguous       several fit, and nobody can tell which one is meant
    └── BadAnswer           it answered something that cannot be understood; try later

The words for people are made in `handlers` from `code` and the fields; the text here is for the log.
"""

from typing import ClassVar


class CallpromptError(Exception):
    """Something expected went wrong."""

    code: ClassVar[str] = "error"


class Refused(CallpromptError):
    """The wish cannot be fulfilled. `why` is a stable code that the face turns into words."""

    code = "refused"

    def __init__(self, why: str, **values: object) -> None:
        super().__init__(why)
        self.why = why
        self.values = values


class NotFound(CallpromptError):
    """The thing is gone or never was."""

    code = "not_found"


class Conflict(CallpromptError):
    """Somebody changed it meanwhile."""

    code = "conflict"


class RemoteError(CallpromptError):
    """Another system did not do what was asked. `detail` carries no secrets."""

    code = "remote_error"

    def __init__(self, detail: str = "", *, remote_code: str = "") -> None:
        super().__init__(detail or (type(self).__doc__ or "").strip())
        self.detail = detail
        self.remote_code = remote_code


class Unreachable(RemoteError):
    """Not reached, or it is down; nothing was done there."""

    code = "unreachable"
    retry_after: float | None = None


class RateLimited(Unreachable):
    """Too many requests; nothing was done there."""

    code = "rate_limited"

    def __init__(self, detail: str = "", *, remote_code: str = "", retry_after: float | None = None) -> None:
        super().__init__(detail, remote_code=remote_code)
        self.retry_after = retry_after


class Exhausted(RateLimited):
    """What is allowed in a day is used up for one thing; the others are not concerned."""

    code = "exhausted"


class Unclear(RemoteError):
    """The answer was lost: a write may or may not have happened."""

    code = "unclear"


class Unauthorized(RemoteError):
    """Access is expired or revoked."""

    code = "unauthorized"


class ScopeMissing(Unauthorized):
    """One right is missing."""

    code = "scope_missing"

    def __init__(self, scope: str, detail: str = "", *, remote_code: str = "") -> None:
        super().__init__(detail or f"missing right: {scope}", remote_code=remote_code)
        self.scope = scope


class Rejected(RemoteError):
    """The remote system will never do this."""

    code = "rejected"


class Gone(Rejected):
    """The object does not exist there or is hidden from us."""

    code = "gone"


class Blind(Rejected):
    """What was written there can never be looked up."""

    code = "blind"


class Ambiguous(Rejected):
    """Several fit, and nobody can tell which one is meant. It may become clear later."""

    code = "ambiguous"


class BadAnswer(RemoteError):
    """The answer cannot be understood."""

    code = "bad_answer"


class BadAudio(CallpromptError):
    """The file is damaged or is no audio."""

    code = "bad_audio"
