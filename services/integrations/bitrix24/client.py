"""Calls a portal through its incoming webhook: one limiter, one error table, no repeated writes."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import structlog

from services.errors import RateLimited, Unreachable
from services.integrations.base import Doors
from services.integrations.bitrix24.failures import Envelope, read
from services.integrations.http import Http, Kind

log = structlog.get_logger(__name__)

PAGE = 50
READ_TRIES = 3
BUSY_SECONDS = 2.0
OPERATING_LIMIT = 400.0
"""Seconds of a method per ten minutes; the portal blocks it at 480."""


class Client:
    """`webhook` ends with a slash and is a password."""

    def __init__(self, webhook: str, doors: Doors) -> None:
        self._webhook = webhook
        self._doors = doors
        self.host = urlsplit(webhook).hostname or ""
        self.http = Http(
            guard=doors.guard,
            allow_private=doors.allow_private_hosts,
            scratch=doors.scratch,
            write_timeout=doors.write_timeout,
        )
        self._resting: dict[str, float] = {}
        """Method -> epoch second until which it is left alone."""

    def __repr__(self) -> str:
        return f"Client({self.host})"

    @property
    def origin(self) -> str:
        """`https://portal`, for links."""
        parts = urlsplit(self._webhook)
        return f"{parts.scheme}://{parts.netloc}"

    async def read(self, method: str, params: Mapping[str, Any] | None = None) -> Envelope:
        """A read; repeated a few times when the portal is busy or out of reach."""
        for last in (*[False] * (READ_TRIES - 1), True):
            try:
                return await self._call(method, params or {}, "read")
            except RateLimited:
                if last:
                    raise
            except Unreachable:
                if last:
                    raise
                await self._doors.clock.sleep(1.0)
        raise AssertionError("unreachable")

    async def write(self, method: str, params: Mapping[str, Any]) -> Envelope:
        """A write, sent once."""
        return await self._call(method, params, "write")

    async def rows(
        self, method: str, params: Mapping[str, Any], *, after: int, most: int = 10_000
    ) -> AsyncIterator[dict[str, Any]]:
        """Rows with `ID` above `after`, in pages by id: offsets over changing data lose rows."""
        seen = 0
        upper = "FILTER" in params
        key = "FILTER" if upper else "filter"
        while seen < most:
            page = {**params, key: {**params[key], ">ID": after}, "start": -1}
            rows = (await self.read(method, page)).result or []
            for row in rows:
                number = int(row["ID"])
                if number > after:  # a filter that was not understood is dropped without an error
                    after = number
                    seen += 1
                    yield row
            if len(rows) < PAGE:
                return

    async def _call(self, method: str, params: Mapping[str, Any], kind: Kind) -> Envelope:
        self._check_rest(method)
        await self._doors.throttle.acquire(self.host)
        answer = await self.http.post(f"{self._webhook}{method}", dict(params), kind=kind)
        if answer.status in (301, 302, 307, 308) and answer.location:
            self._move(answer.location)
            answer = await self.http.post(f"{self._webhook}{method}", dict(params), kind=kind)
        try:
            envelope = read(answer, method, kind)
        except RateLimited as failure:
            await self._slow_down(method, failure)
            raise
        self._note_operating(method, envelope)
        log.debug("bitrix24_called", method=method, host=self.host)
        return envelope

    def _move(self, location: str) -> None:
        """The portal was renamed: the same webhook on the new host. The request goes on as a POST."""
        new = urlsplit(location)
        if not new.hostname:
            return
        old = urlsplit(self._webhook)
        self._webhook = urlunsplit((new.scheme or old.scheme, new.netloc, old.path, "", ""))
        log.warning("bitrix24_portal_moved", host=new.hostname)

    def _check_rest(self, method: str) -> None:
        now = self._doors.clock.now().timestamp()
        until = self._resting.get(method, 0.0)
        if until > now:
            raise RateLimited(f"{method} rests", retry_after=until - now)

    async def _slow_down(self, method: str, failure: RateLimited) -> None:
        if failure.remote_code.upper() == "OPERATION_TIME_LIMIT":
            self._resting[method] = self._doors.clock.now().timestamp() + (failure.retry_after or 60.0)
        else:
            await self._doors.throttle.block(self.host, BUSY_SECONDS)

    def _note_operating(self, method: str, envelope: Envelope) -> None:
        if envelope.operating is not None and envelope.operating > OPERATING_LIMIT:
            now = self._doors.clock.now().timestamp()
            self._resting[method] = envelope.operating_reset_at or now + 60.0
