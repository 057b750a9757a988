"""The library's way out: our own, with its policy, its bounds and its guard before every write."""

import json
from email.utils import parsedate_to_datetime

import httpx

from services.errors import BadAnswer, Unclear
from services.integrations.amocrm.host import Host
from services.integrations.http import Answer, Http, Kind

KEPT = frozenset({"content-type", "retry-after"})
"""Headers of answers that the library needs. Not the encoding: bodies arrive unpacked."""


class Transport(httpx.AsyncBaseTransport):
    """Raises the failures of `services.errors`; the library lets them through."""

    def __init__(self, http: Http, host: Host) -> None:
        self._http = http
        self._host = host

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        kind: Kind = "read" if request.method == "GET" else "write"
        body = await request.aread()
        await self._host.admit()
        answer = await self._http.request(
            request.method,
            str(request.url),
            kind=kind,
            headers={"Authorization": request.headers["authorization"], "Accept": "application/json"},
            json=json.loads(body) if body else None,
        )
        self._host.note_time(_date(answer))
        _check_shape(answer, kind)
        headers = {name: value for name, value in answer.headers.items() if name.lower() in KEPT}
        return httpx.Response(answer.status, headers=headers, content=answer.body)


def _date(answer: Answer) -> float | None:
    try:
        return parsedate_to_datetime(answer.headers.get("Date", "")).timestamp()
    except (TypeError, ValueError):
        return None


def _check_shape(answer: Answer, kind: Kind) -> None:
    """A success has an object, or no content at all with its own status: the library would take both for empty."""
    if answer.status not in (200, 201) or answer.body.lstrip()[:1] == b"{":
        return
    raise Unclear("no object in the answer") if kind == "write" else BadAnswer("no object in the answer")
