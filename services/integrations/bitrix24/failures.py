"""What the portal's errors mean. Judged by the code in the body: statuses differ between its versions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
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

UNAUTHORIZED = frozenset(
    {
        "no_auth_found",
        "invalid_credentials",
        "expired_token",
        "invalid_token",
        "user_access_error",
        "allowed_only_intranet_user",
        "authorization_error",
        "method_confirm_waiting",
        "method_confirm_denied",
        "portal_deleted",
        "payment_required",
        "overload_limit",
    }
)
GONE = frozenset({"not_found", "error_not_found", "owner_not_found"})
UNCERTAIN = frozenset({"internal_server_error", "error_unexpected_answer"})


@dataclass(frozen=True)
class Envelope:
    """A successful answer. `operating` is the method's used time in seconds, if told."""

    result: Any
    total: int | None
    next: int | None
    operating: float | None
    operating_reset_at: float | None
    server_time: str | None

    @property
    def rows(self) -> list[dict[str, Any]]:
        """A list of objects; raises BadAnswer for anything else, an empty map included among empty lists."""
        if not self.result:
            return []
        if not isinstance(self.result, list) or not all(isinstance(row, dict) for row in self.result):
            raise BadAnswer("no list of rows")
        return self.result

    @property
    def fields(self) -> dict[str, Any]:
        """One object; an empty one travels as `[]`. Raises BadAnswer for anything else."""
        if not self.result:
            return {}
        if not isinstance(self.result, dict):
            raise BadAnswer("no object")
        return self.result

    def listed(self, name: str) -> list[dict[str, Any]]:
        """The list inside an object: `items`, `categories`."""
        rows = self.fields.get(name) or []
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise BadAnswer(f"no list of {name}")
        return rows


def read(answer: Answer, method: str, kind: Kind) -> Envelope:
    """The envelope of an answer, or its failure."""
    body = _parse(answer)
    if body is None:
        raise _without_json(answer, method, kind)
    if body.get("error") is not None:
        raise failure_of(str(body["error"]), str(body.get("error_description") or ""), method, kind)
    if "result" not in body:
        raise Unclear(f"{method}: no result") if kind == "write" else BadAnswer(f"{method}: no result")
    return envelope_of(body)


def envelope_of(body: Mapping[str, Any]) -> Envelope:
    time = body.get("time")
    time = time if isinstance(time, dict) else {}
    return Envelope(
        result=body["result"],
        total=_number(body.get("total"), int),
        next=_number(body.get("next"), int),
        operating=_number(time.get("operating"), float),
        operating_reset_at=_number(time.get("operating_reset_at"), float),
        server_time=time.get("date_start") if isinstance(time.get("date_start"), str) else None,
    )


def _number(value: Any, kind: type[Any]) -> Any:
    try:
        return None if value is None else kind(value)
    except (TypeError, ValueError):
        return None


def _parse(answer: Answer) -> dict[str, Any] | None:
    try:
        body = json.loads(answer.body)
    except (ValueError, UnicodeDecodeError):
        return None
    return body if isinstance(body, dict) else None


def _without_json(answer: Answer, method: str, kind: Kind) -> RemoteError:
    text = f"{method}: status {answer.status} without JSON"
    if kind == "write":
        return Unclear(text)
    if answer.status == 401:  # a page with 403 may be a balancer's: access is only lost when the portal says so
        return Unauthorized(text)
    return Unreachable(text) if answer.status >= 500 else BadAnswer(text)


def failure_of(code: str, description: str, method: str, kind: Kind) -> RemoteError:
    known = code.lower()
    text = f"{method}: {code or '(no code)'} {description[:120]}"
    if known == "query_limit_exceeded":
        return RateLimited(text, remote_code=code, retry_after=2.0)
    if known == "operation_time_limit":
        return RateLimited(text, remote_code=code, retry_after=60.0)
    if known == "insufficient_scope":
        return ScopeMissing(_scope_of(method), text, remote_code=code)
    if known == "error_method_not_found":
        return ScopeMissing(_scope_of(method), text, remote_code=code)
    if known in UNAUTHORIZED:
        return Unauthorized(text, remote_code=code)
    if known in UNCERTAIN:
        return Unclear(text, remote_code=code) if kind == "write" else Unreachable(text, remote_code=code)
    if known in GONE or (not code and description.lower().startswith(("not found", "activity is not found"))):
        return Gone(text, remote_code=code)
    if known == "access_denied" and method.startswith("lists.") and _is_plan(description):
        return ScopeMissing("lists", text, remote_code=code)
    if known == "access_denied" and _is_plan(description):
        return Unauthorized(text, remote_code=code)
    return Rejected(text, remote_code=code)


def _is_plan(description: str) -> bool:
    """REST is a matter of the tariff: then nothing works, not just this object."""
    lowered = description.lower()
    return any(word in lowered for word in ("commercial", "subscription", "plan", "тариф", "подписк"))


def _scope_of(method: str) -> str:
    first = method.split(".", 1)[0]
    return {"voximplant": "telephony", "telephony": "telephony"}.get(first, first)
