"""The errors a portal answers with, and the HTTP statuses of the two generations of its documentation."""

from typing import Literal

Profile = Literal["docs-2026-08", "docs-2026-09"]

STATUSES: dict[str, tuple[int, int]] = {
    "QUERY_LIMIT_EXCEEDED": (503, 503),
    "OPERATION_TIME_LIMIT": (429, 429),
    "OVERLOAD_LIMIT": (503, 401),
    "expired_token": (401, 401),
    "NO_AUTH_FOUND": (401, 401),
    "INVALID_CREDENTIALS": (403, 401),
    "insufficient_scope": (403, 401),
    "user_access_error": (403, 401),
    "INVALID_REQUEST": (400, 401),
    "ERROR_METHOD_NOT_FOUND": (404, 404),
    "WRONG_AUTH_TYPE": (403, 403),
    "INTERNAL_SERVER_ERROR": (500, 500),
}


class PortalError(Exception):
    """An error answer. `status` overrides the table: a method's own section wins."""

    def __init__(self, code: str | int, description: str, status: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self._status = status

    def status(self, profile: Profile) -> int:
        if self._status is not None:
            return self._status
        return STATUSES.get(str(self.code), (400, 400))[0 if profile == "docs-2026-08" else 1]


def not_found(description: str = "Not found.") -> PortalError:
    """How classic CRM methods say it: with an empty code."""
    return PortalError("", description, 400)


def element_not_found() -> PortalError:
    return PortalError("NOT_FOUND", "Element not found", 400)


def access_denied(status: int = 400) -> PortalError:
    return PortalError("ACCESS_DENIED", "Access denied!", status)


def bad_argument(name: str) -> PortalError:
    return PortalError("100", f"Could not find value for parameter {{{name}}}", 400)
