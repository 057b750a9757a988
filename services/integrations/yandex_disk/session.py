"""The way out for the `yadisk` library: our policy, our limits, our failures.

The library builds requests and reads answers; it repeats nothing (`n_retries=0`) and opens no connection.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from yadisk import AsyncResponse, AsyncSession

from services.errors import Exhausted, RateLimited
from services.integrations.doors import Doors
from services.integrations.http import Answer, Http
from services.integrations.yandex_disk.failures import failure_of, parsed
from services.integrations.yandex_disk.rows import tidy
from services.ports import Rate

RATE = Rate(per_second=4.0, burst=0)
"""Limits are not published; under five requests a second for a token nobody has been refused."""
PATIENCE = 60.0
"""Seconds a request waits for its turn; a longer rest is left to a later poll, that others do not wait for us."""
API = "https://cloud-api.yandex.net"

logging.getLogger("yadisk").setLevel(logging.WARNING)  # it tells each request


class _Response(AsyncResponse):
    def __init__(self, status: int, body: Any) -> None:
        super().__init__()
        self.status = status
        self._body = body

    async def json(self) -> Any:
        return tidy(self._body)

    async def close(self) -> None:
        """The answer was read whole."""


class PolicySession(AsyncSession):
    """`account` names the access for the throttle: its rate is counted for each token."""

    def __init__(self, http: Http, doors: Doors, account: str) -> None:
        self._http = http
        self._doors = doors
        self._account = account
        self._refusals = 0
        self._ahead = timedelta(0)

    @property
    def ahead(self) -> timedelta:
        """How much further Disk's clock is than ours, by its latest answer."""
        return self._ahead

    async def send_request(
        self,
        method: Any,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        data: Any = None,
        timeout: Any = None,
        headers: Any = None,
        stream: bool = False,
        **_others: Any,
    ) -> AsyncResponse:
        """Raises the failures of `services.errors` for everything but 200."""
        parts = urlsplit(url)
        address = f"{self._doors.origin(API)}{parts.path}?{urlencode(params or {})}"
        await self._doors.throttle.acquire(self._account, RATE, patience=PATIENCE)
        answer = await self._http.request(method, address, kind="read", headers=_kept(headers))
        if answer.status == 200:
            self._refusals = 0
            body = parsed(answer)
            if isinstance(body, dict):
                self._note_time(answer)
            return _Response(answer.status, body)
        failure = failure_of(answer, parts.path, self._refusals)
        if isinstance(failure, RateLimited) and not isinstance(failure, Exhausted):
            self._refusals += 1
            await self._doors.throttle.block(self._account, failure.retry_after or 0.0)
        raise failure

    def _note_time(self, answer: Answer) -> None:
        """A clock that is days away is nobody's: something between us keeps old answers."""
        try:
            told = parsedate_to_datetime(answer.headers.get("Date", ""))
        except (ValueError, TypeError):
            return
        if told.tzinfo is not None and abs(told - self._doors.clock.now()) < timedelta(days=1):
            self._ahead = told - self._doors.clock.now()

    async def close(self) -> None:
        await self._http.close()


def _kept(headers: Mapping[str, str] | None) -> dict[str, str]:
    """Reads carry no body, so no type of one; without a token there is nothing to authorize with."""
    return {name: value for name, value in (headers or {}).items() if value and name.lower() != "content-type"}
