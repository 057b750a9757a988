"""What an answer of the data API means. Judged by the mnemonic in the body: numbers are shared, statuses vary.

The body of an error repeats the value that was wrong, which may be the access token: nothing of it but the
mnemonic goes into an exception.
"""

import ipaddress
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.errors import BadAnswer, RateLimited, Rejected, RemoteError, Unauthorized, Unreachable
from services.integrations.http import Answer
from services.integrations.novofon import values

TOKEN_LOST = frozenset({"access_token_invalid", "access_token_expired"})
INTERVAL_TOO_LONG = "date_interval_limit_reached"
UNAUTHORIZED = TOKEN_LOST | {"auth_error", "access_token_blocked", "account_inactive"}
NOT_ALLOWED = frozenset({"forbidden", "method_component_disabled"})
FIELDS = frozenset({"parameter_component_disabled", "unexpected_parameters"})
"""The tariff lacks an option that a field needs, or this brand does not know the field."""
_BY_NUMBER = {-32001: "auth_error", -32003: "forbidden", -32029: "limit_exceeded", -32603: "internal_error"}
_WORD = re.compile(r"[a-z_]+")
_LIMIT_WAIT = 60.0


@dataclass(frozen=True)
class Result:
    """Rows of a successful answer. `total` counts them before paging; None when it was not told."""

    rows: list[dict[str, Any]]
    total: int | None


class FieldsRefused(Rejected):
    """Some of the fields that were asked for are not to be had; `names` are words of the answer."""

    def __init__(self, names: frozenset[str], detail: str, *, remote_code: str) -> None:
        super().__init__(detail, remote_code=remote_code)
        self.names = names


class NotAllowed(Unauthorized):
    """The access is good, but not for this: rights, the tariff, or the list of addresses. See `remote_code`."""


class AddressNotListed(NotAllowed):
    """Our server's address is not among those the cabinet lets in; `seen` is that address if it was told."""

    def __init__(self, seen: str, detail: str, *, remote_code: str) -> None:
        super().__init__(detail, remote_code=remote_code)
        self.seen = seen


def read(answer: Answer, method: str, asked: str) -> tuple[Result | RemoteError, Mapping[str, Any]]:
    """The result or the failure, and the state of the limits, which comes with both."""
    body = _parse(answer.body)
    if body is None:
        return _without_json(answer, method), {}
    error = body.get("error")
    if isinstance(error, dict):
        data = _map(error.get("data"))
        metadata = _map(data.get("metadata"))
        limits = _map(metadata.get("limits")) or metadata
        return _failure(error, data, limits, method), limits
    result = body.get("result")
    if not isinstance(result, dict) or str(body.get("id")) != asked:
        return BadAnswer(f"{method}: no result of this request"), {}
    metadata = _map(result.get("metadata")) or _map(result.get("meta_data"))
    limits = _map(metadata.get("limits"))
    return _result(result, metadata, method), limits


def _result(result: Mapping[str, Any], metadata: Mapping[str, Any], method: str) -> Result | BadAnswer:
    data = result.get("data")
    data = [data] if isinstance(data, dict) else data
    if not isinstance(data, list):
        return BadAnswer(f"{method}: no rows")
    total = metadata.get("total_items")
    is_told = isinstance(total, int) and not isinstance(total, bool)
    return Result(values.rows(data), values.number(total) if is_told else None)


def _parse(body: bytes) -> dict[str, Any] | None:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _map(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _without_json(answer: Answer, method: str) -> RemoteError:
    text = f"{method}: status {answer.status} without JSON"
    if answer.status == 429:
        return RateLimited(text, retry_after=_LIMIT_WAIT)
    return Unreachable(text) if answer.status >= 500 else BadAnswer(text)


def _failure(
    error: Mapping[str, Any], data: Mapping[str, Any], limits: Mapping[str, Any], method: str
) -> RemoteError:
    told = data.get("mnemonic")
    named = told if isinstance(told, str) and _WORD.fullmatch(told) else ""
    number = error.get("code")
    mnemonic = named or (_BY_NUMBER.get(number, "") if isinstance(number, int) else "")
    text = f"{method}: {mnemonic or 'error without a name'}"
    if mnemonic in UNAUTHORIZED:
        return Unauthorized(text, remote_code=mnemonic)
    if mnemonic == "ip_not_whitelisted":
        return AddressNotListed(_address(data), text, remote_code=mnemonic)
    if mnemonic in NOT_ALLOWED:
        return NotAllowed(text, remote_code=mnemonic)
    if mnemonic in FIELDS:
        words = frozenset(_WORD.findall(json.dumps([error.get("message"), data], default=str)))
        return FieldsRefused(words, text, remote_code=mnemonic)
    if mnemonic == "limit_exceeded":
        return RateLimited(text, remote_code=mnemonic, retry_after=_wait(data, limits))
    if mnemonic == "internal_error":
        return Unreachable(text, remote_code=mnemonic)
    return Rejected(text, remote_code=mnemonic)


def _wait(data: Mapping[str, Any], limits: Mapping[str, Any]) -> float:
    """Seconds until the limit that was exceeded is reset; which one it was may be told, or only be seen."""
    kind = str(_map(data.get("params")).get("limit_type"))
    is_day = "day" in kind or ("minute" not in kind and limits.get("day_remaining") == 0)
    return float(values.number(limits.get("day_reset" if is_day else "minute_reset"))) or _LIMIT_WAIT


def _address(data: Mapping[str, Any]) -> str:
    for value in (data.get("value"), *_map(data.get("params")).values()):
        try:
            if isinstance(value, str):
                return str(ipaddress.ip_address(value))
        except ValueError:
            continue
    return ""
