"""Requests to a cabinet: its rate, one at a time, and what its statuses mean. All of them are reads.

The bodies of errors are not documented, so statuses decide. A page of HTML may be a balancer's: with a 403 it
is no lost access yet.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from yarl import URL

from services.errors import BadAnswer, Gone, RateLimited, Rejected, RemoteError, Unauthorized, Unreachable
from services.integrations.doors import Doors
from services.integrations.http import Answer, Http
from services.integrations.mts import tls
from services.integrations.mts.access import Key
from services.ports import Rate

READ_TRIES = 3
BUSY_SECONDS = 10.0
"""Rest after "too many requests" that names no time."""
REST_LIMIT = 3600.0
PATIENCE = 60.0
"""Seconds a request waits for its turn. Whoever asks us to rest for longer is asked again by a later poll: a
wait in here would keep a place that other accounts need.
"""
CLOCK_LIMIT = timedelta(minutes=30)
"""A clock that differs by more is none to go by: an old answer of some cache, or local time."""


@dataclass(frozen=True)
class Place:
    """Where a cabinet's interface lives and how fast it may be asked."""

    origin: str
    path: str
    rate: Rate


class Client:
    """`headers` carry the key: they go to the cabinet's own host only."""

    def __init__(self, place: Place, key: Key, headers: Mapping[str, str], weak_tls: bool, doors: Doors) -> None:
        self._base = doors.origin(place.origin) + place.path
        self._rate = place.rate
        self._headers = {"Accept": "application/json", "Cache-Control": "no-cache", **headers}
        self._account = f"mts:{key.fingerprint}"
        self._doors = doors
        self._one_at_a_time = asyncio.Lock()
        self._ahead = timedelta(0)
        self.http = Http(
            guard=doors.guard,
            allow_private=doors.allow_private_hosts,
            scratch=doors.scratch,
            read_timeout=doors.read_timeout,
            write_timeout=doors.write_timeout,
            tls=tls.lowered() if weak_tls else None,
        )

    def now(self) -> datetime:
        """The time by the cabinet's clock, as far as its answers told it: calls are marked with that one."""
        return self._doors.clock.now() + self._ahead

    def address(self, *parts: str, query: Mapping[str, str] | None = None) -> URL:
        """Colons of ids and times are sent encoded, byte for byte as they are written here."""
        path = "/".join(quote(part, safe="") for part in parts)
        text = f"?{urlencode(query)}" if query else ""
        return URL(f"{self._base}/{path}{text}", encoded=True)

    async def read(self, address: URL, body: Any = None) -> Any:
        """The JSON of an answer, None for "no data" (204); with a `body` it is asked by POST.

        Repeated a few times when the system is busy, out of reach or talks nonsense.
        """
        for _ in range(READ_TRIES - 1):
            try:
                return await self._once(address, body)
            except RateLimited as failure:
                if (failure.retry_after or 0.0) > PATIENCE:
                    raise
            except (Unreachable, BadAnswer) as failure:
                if failure.remote_code in ("tls", "certificate"):
                    raise
                await self._doors.clock.sleep(1.0)
        return await self._once(address, body)

    async def _once(self, address: URL, body: Any) -> Any:
        async with self._one_at_a_time:
            await self._doors.throttle.acquire(self._account, self._rate, patience=PATIENCE)
            method = "GET" if body is None else "POST"
            answer = await self.http.request(method, address, kind="read", headers=self._headers, json=body)
        self._note_time(answer)
        if answer.status == 204:
            return None
        if answer.status == 200:
            return _parsed(answer)
        failure = failure_of(answer)
        if isinstance(failure, RateLimited):
            await self._doors.throttle.block(self._account, failure.retry_after or BUSY_SECONDS)
        raise failure

    @asynccontextmanager
    async def download(self, address: URL, *, suffix: str = "") -> AsyncIterator[Path]:
        """A file; other hosts, redirects to them too, never see the key. Fails as `Http.download` does."""
        own = self._headers if address.origin() == URL(self._base).origin() else {}
        download = self.http.download(address, headers={**own, "Accept": "audio/*, */*;q=0.5"}, suffix=suffix)
        async with AsyncExitStack() as stack:
            async with self._one_at_a_time:
                await self._doors.throttle.acquire(self._account, self._rate, patience=PATIENCE)
                path = await self._entered(download, stack)
            yield path

    async def _entered(self, download: AbstractAsyncContextManager[Path], stack: AsyncExitStack) -> Path:
        try:
            return await stack.enter_async_context(download)
        except RateLimited as failure:
            await self._doors.throttle.block(self._account, failure.retry_after or BUSY_SECONDS)
            raise

    def _note_time(self, answer: Answer) -> None:
        try:
            ahead = parsedate_to_datetime(answer.headers.get("Date", "")) - self._doors.clock.now()
        except (ValueError, TypeError):  # none, nonsense, or without a zone
            return
        self._ahead = ahead if abs(ahead) <= CLOCK_LIMIT else timedelta(0)


def _parsed(answer: Answer) -> Any:
    """Never None: that stands for an answer without data."""
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise BadAnswer("no JSON") from None
    if told is None:
        raise BadAnswer("null")
    return told


def failure_of(answer: Answer) -> RemoteError:
    """What a status that is no success means."""
    status = answer.status
    text = f"status {status}"
    if status == 429:
        return RateLimited(text, remote_code="429", retry_after=_seconds(answer.headers.get("Retry-After")))
    if status != 401 and answer.headers.get("Content-Type", "").startswith("text/html"):
        return Unreachable(f"{text} with a page")
    if status in (401, 403):
        return Unauthorized(text, remote_code=str(status))
    if status in (404, 405, 501):
        return Gone(text)
    if status >= 500:
        return Unreachable(text)
    return Rejected(text, remote_code=str(status)) if status >= 400 else BadAnswer(text)


def _seconds(text: str | None) -> float | None:
    try:
        return min(max(float(text or ""), 1.0), REST_LIMIT)
    except ValueError:
        return None
