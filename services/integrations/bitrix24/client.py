"""Calls a portal through its incoming webhook: one limiter, one error table, no repeated writes."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import structlog

from services.errors import BadAnswer, RateLimited, Unreachable
from services.integrations.bitrix24 import batches
from services.integrations.bitrix24.batches import Command
from services.integrations.bitrix24.failures import Envelope, read
from services.integrations.bitrix24.mapping import moment, number
from services.integrations.doors import Doors
from services.integrations.http import Answer, Http, Kind
from services.ports import Rate

log = structlog.get_logger(__name__)

PAGE = 50
RATE = Rate(per_second=2.0, burst=40)
"""Counted per portal and address; 10 of the portal's burst are left to the customer's other integrations."""
READ_TRIES = 3
IN_FLIGHT = 4
"""Requests at once to one portal."""
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
            read_timeout=doors.read_timeout,
            write_timeout=doors.write_timeout,
        )
        self._resting: dict[str, float] = {}
        """Method -> epoch second until which it is left alone."""
        self._in_flight = asyncio.Semaphore(IN_FLIGHT)
        self._ahead = timedelta(0)
        self._stored = webhook

    def __repr__(self) -> str:
        return f"Client({self.host})"

    @property
    def origin(self) -> str:
        """`https://portal`, for links."""
        parts = urlsplit(self._webhook)
        return f"{parts.scheme}://{parts.netloc}"

    def portal_now(self) -> datetime:
        """The time by the portal's clock, as far as its answers told it."""
        return self._doors.clock.now() + self._ahead

    async def read(self, method: str, params: Mapping[str, Any] | None = None) -> Envelope:
        """A read; repeated a few times when the portal is busy, out of reach or talks nonsense."""
        for _ in range(READ_TRIES - 1):
            try:
                return await self._call(method, params or {}, "read")
            except RateLimited:
                self._check_rest(method)  # the limiter waits by itself before the next try
            except (Unreachable, BadAnswer):
                await self._doors.clock.sleep(1.0)
        return await self._call(method, params or {}, "read")

    async def write(self, method: str, params: Mapping[str, Any]) -> Envelope:
        """A write, sent once."""
        return await self._call(method, params, "write")

    async def batch(self, asked: Mapping[str, Command]) -> dict[str, Envelope | None]:
        """Several reads, in as few requests as they fit into; None for what is refused, gone or hidden.

        Only numbers of ours may be among the parameters: the portal replaces `$result[...]` in any text.
        """
        told: dict[str, Envelope | None] = {}
        names = list(asked)
        for start in range(0, len(names), PAGE):
            some = {name: asked[name] for name in names[start : start + PAGE]}
            for method in {method for method, _ in some.values()}:
                self._check_rest(method)
            answer = await self.read("batch", {"halt": 0, "cmd": batches.written(some)})
            for name, envelope in batches.told(answer, some).items():
                told[name] = envelope
                if envelope is not None:
                    self._note_operating(some[name][0], envelope)
        return told

    async def rows(
        self, method: str, params: Mapping[str, Any], *, after: int, most: int = 10_000
    ) -> AsyncIterator[dict[str, Any]]:
        """Rows with `ID` above `after`, in pages by id: offsets over changing data lose rows.

        `most` is rounded up to whole pages. Raises BadAnswer when filter or order were not obeyed, which a
        portal does without an error: going on would lose rows or never end.
        """
        key = "FILTER" if "FILTER" in params else "filter"
        for _ in range(-(-most // PAGE)):
            page = {**params, key: {**params[key], ">ID": after}, "start": -1}
            rows = (await self.read(method, page)).rows
            fresh = _above(after, rows, method)
            for found, row in fresh:
                after = found
                yield row
            if len(rows) < PAGE:
                return

    async def _call(self, method: str, params: Mapping[str, Any], kind: Kind) -> Envelope:
        self._check_rest(method)
        async with self._in_flight:
            answer, base = await self._send(method, params, kind)
        try:
            envelope = read(answer, method, kind)
        except RateLimited as failure:
            await self._slow_down(method, failure)
            raise
        if base != self._webhook:
            self._settle(base)
        if kind == "read" and self._webhook != self._stored:
            await self._store()
        self._note_operating(method, envelope)
        self._note_time(envelope)
        log.debug("bitrix24_called", method=method, host=self.host)
        return envelope

    async def _send(self, method: str, params: Mapping[str, Any], kind: Kind) -> tuple[Answer, str]:
        """The answer and the webhook that gave it: a renamed portal is followed, the request stays a POST."""
        await self._doors.throttle.acquire(self.host, RATE)
        answer = await self.http.post(f"{self._webhook}{method}", dict(params), kind=kind)
        base = self._renamed(answer)
        if base is None:
            return answer, self._webhook
        await self._doors.throttle.acquire(self.host, RATE)
        return await self.http.post(f"{base}{method}", dict(params), kind=kind), base

    def _renamed(self, answer: Answer) -> str | None:
        """The same webhook on the host a redirect names; None when it leads elsewhere or out of https."""
        if answer.status not in (301, 302, 307, 308) or not answer.location:
            return None
        old, new = urlsplit(self._webhook), urlsplit(answer.location)
        secure = new.scheme == "https" or new.scheme == old.scheme
        if not new.hostname or not secure or not new.path.startswith(old.path):
            return None
        return urlunsplit((new.scheme, new.netloc, old.path, "", ""))

    def _settle(self, base: str) -> None:
        """The new host has answered as a portal does: from now on it is asked directly."""
        self._webhook = base
        self.host = urlsplit(base).hostname or ""
        log.warning("bitrix24_portal_moved", host=self.host)

    async def _store(self) -> None:
        """The old host may be given up any day. Only after a read: a write's outcome must not hang on it.

        An access that somebody has renewed meanwhile is left alone.
        """
        if self._doors.safe is not None:
            async with self._doors.safe.renew() as renewal:
                if renewal.secrets.get("webhook_url") == self._stored:
                    await renewal.save({**renewal.secrets, "webhook_url": self._webhook}, account=self.host)
        self._stored = self._webhook

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

    def _note_time(self, envelope: Envelope) -> None:
        told = moment(envelope.server_time) if envelope.server_time else None
        if told is not None:
            self._ahead = told - self._doors.clock.now()


def _above(after: int, rows: list[dict[str, Any]], method: str) -> list[tuple[int, dict[str, Any]]]:
    """Rows of a page above `after`, by id. An unfinished page must be in order, and must lead on."""
    numbered = [(number(row.get("ID")), row) for row in rows]
    numbers = [found for found, _ in numbered]
    orderly = numbers == sorted(numbers) and numbers[-1:] > [after]
    if 0 in numbers or (len(rows) >= PAGE and not orderly):
        raise BadAnswer(f"{method}: filter or order not obeyed")
    return sorted(((found, row) for found, row in numbered if found > after), key=lambda one: one[0])
