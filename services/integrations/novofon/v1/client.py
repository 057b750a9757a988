"""Calls API 1.0: signed requests, and two limits that all workers keep together."""

import hashlib
from collections.abc import Mapping
from typing import Any

import structlog
from yarl import URL

from services.errors import BadAnswer, RateLimited, Unreachable
from services.integrations.doors import Doors
from services.integrations.http import Answer, Http
from services.integrations.novofon.v1.failures import read, reset_in
from services.integrations.novofon.v1.signature import authorization, query_of
from services.ports import Rate

log = structlog.get_logger(__name__)

RATE = Rate(per_second=1.2, burst=20)
"""100 requests a minute are allowed: this is never more than 93."""
STATISTICS_RATE = Rate(per_second=1 / 40, burst=2)
"""3 requests a minute are allowed for statistics: two at once, then one each 40 seconds."""
TRIES = 3
PAUSE = 1.0
"""Seconds before a failed read is repeated."""
PATIENCE = 120.0
"""Seconds that a request may wait for a limit; for longer the caller is told to come back."""


class Client:
    def __init__(self, origin: str, key: str, secret: str, doors: Doors) -> None:
        self._origin = origin
        self._key = key
        self._secret = secret
        self._clock = doors.clock
        self._throttle = doors.throttle
        self.account = hashlib.sha256(key.encode()).hexdigest()[:16]
        """Names the account without telling the key."""
        self.http = Http(
            guard=doors.guard,
            allow_private=doors.allow_private_hosts,
            scratch=doors.scratch,
            read_timeout=doors.read_timeout,
            write_timeout=doors.write_timeout,
        )

    def __repr__(self) -> str:
        return f"Client({self.account})"

    async def get(self, path: str, params: Mapping[str, str], *, statistics: bool = False) -> dict[str, Any]:
        """A read; repeated a few times when they are busy, out of reach or talk nonsense."""
        for _ in range(TRIES - 1):
            try:
                return await self._get(path, params, statistics=statistics)
            except RateLimited as failure:
                if failure.retry_after is None or failure.retry_after > PATIENCE:
                    raise
            except (Unreachable, BadAnswer):
                await self._clock.sleep(PAUSE)
        return await self._get(path, params, statistics=statistics)

    async def _get(self, path: str, params: Mapping[str, str], *, statistics: bool) -> dict[str, Any]:
        lane = f"novofon1:{self.account}" + (":statistics" if statistics else "")
        if statistics:
            await self._throttle.acquire(lane, STATISTICS_RATE, patience=PATIENCE)
        await self._throttle.acquire(f"novofon1:{self.account}", RATE, patience=PATIENCE)
        query = query_of({**params, "format": "json"})
        headers = {"Authorization": authorization(self._key, self._secret, path, query)}
        url = URL(f"{self._origin}{path}?{query}", encoded=True)
        answer = await self.http.request("GET", url, kind="read", headers=headers)
        await self._obey(answer, lane)
        body = read(answer, path, self._clock.now().timestamp())
        log.debug("novofon_called", method=path, account=self.account)
        return body

    async def _obey(self, answer: Answer, lane: str) -> None:
        if answer.status == 429 or answer.headers.get("X-RateLimit-Remaining") == "0":
            await self._throttle.block(lane, reset_in(answer, self._clock.now().timestamp()))
