"""Several reads in one request: how they are written into a batch, and what its answer says of each."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from services.errors import BadAnswer, Rejected
from services.integrations.bitrix24.failures import Envelope, envelope_of, failure_of

Command = tuple[str, Mapping[str, Any]]
"""A method and its parameters."""


def written(asked: Mapping[str, Command]) -> dict[str, str]:
    """Names must not be numbers: the portal would answer with a list and leave out the gaps."""
    return {name: f"{method}?{urlencode(list(_flat(params)))}" for name, (method, params) in asked.items()}


def _flat(params: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    for name, value in params.items():
        key = f"{within}[{name}]" if within else name
        if isinstance(value, Mapping):
            yield from _flat(value, key)
        elif isinstance(value, list):
            yield from ((f"{key}[]", str(one)) for one in value)
        else:
            yield key, str(value)


def told(answer: Envelope, asked: Mapping[str, Command]) -> dict[str, Envelope | None]:
    """None for what the portal refuses for good; any other failure, or a missing answer, is raised."""
    results, errors, times = (_part(answer, name) for name in ("result", "result_error", "result_time"))
    return {name: _one(name, method, results, errors, times) for name, (method, _) in asked.items()}


def _part(answer: Envelope, name: str) -> Mapping[str, Any]:
    """An empty one travels as a list."""
    part = answer.fields.get(name)
    return part if isinstance(part, dict) else {}


def _one(
    name: str, method: str, results: Mapping[str, Any], errors: Mapping[str, Any], times: Mapping[str, Any]
) -> Envelope | None:
    if name in errors:
        told = errors[name] if isinstance(errors[name], dict) else {}
        failure = failure_of(str(told.get("error", "")), str(told.get("error_description") or ""), method, "read")
        if isinstance(failure, Rejected):
            return None
        raise failure
    if name not in results:
        raise BadAnswer(f"{method}: no answer in the batch")
    return envelope_of({"result": results[name], "time": times.get(name)})
