"""Requests to one account through the client library, which is held to our own rules.

It neither repeats nor paces anything by itself: reads are repeated here, writes never, and the rate is shared by
all processes. Answers are taken as raw JSON: the library's models would refuse a whole page for one odd row.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx
import structlog
from aioamocrm import AmoCRMClient, AmoCRMError, RateLimitError, RetryPolicy

from services.errors import BadAnswer, Gone, RateLimited, RemoteError, Unauthorized, Unclear, Unreachable
from services.integrations.amocrm.address import account_of
from services.integrations.amocrm.failures import BUSY_SECONDS, FLOOD, FLOOD_SECONDS, RESTS, failure_of
from services.integrations.amocrm.host import Host
from services.integrations.amocrm.mapping import Row, embedded, fields, has_next
from services.integrations.amocrm.tokens import Tokens
from services.integrations.amocrm.transport import Transport
from services.integrations.doors import Doors
from services.integrations.http import Http, Kind

log = structlog.get_logger(__name__)

PAGE = 250
"""The most rows the vendor gives at once."""
IDS = 100
"""Asked for by their numbers at once: the address of a request with more is too long for some servers."""
READ_TRIES = 3
MOST_PAGES = 200
LONGEST = 30.0
"""Seconds for a request; the vendor's own clients give up after 20."""

Params = Mapping[str, Any]


class Client:
    def __init__(self, secrets: Mapping[str, str], doors: Doors) -> None:
        self._doors = doors
        self.http = Http(
            guard=doors.guard,
            allow_private=doors.allow_private_hosts,
            scratch=doors.scratch,
            read_timeout=min(doors.read_timeout, LONGEST),
            write_timeout=min(doors.write_timeout, LONGEST),
        )
        self._host = Host(account_of(secrets["address"]), doors)
        self.tokens = Tokens(secrets, doors, self.http, self._host)
        self._library = httpx.AsyncClient(transport=Transport(self.http, self._host), trust_env=False)
        self._amo = self._open()

    def __repr__(self) -> str:
        return f"Client({self.account})"

    @property
    def account(self) -> str:
        return account_of(self.tokens.address)

    @property
    def origin(self) -> str:
        """`https://demo.amocrm.ru`, for links."""
        return self.tokens.address

    def account_now(self) -> datetime:
        return self._host.now()

    async def close(self) -> None:
        await self._library.aclose()
        await self.http.close()

    def _open(self) -> AmoCRMClient:
        self._host.account = account_of(self.tokens.address)
        return AmoCRMClient(
            auth=self.tokens,
            base_url=self.tokens.address,
            http=self._library,
            rate_limit=None,
            retry=RetryPolicy(max_attempts=1),
        )

    async def read(self, path: str, params: Params | None = None) -> Any:
        """An object, or None for an empty list. Repeated a few times when the account is busy or out of reach.

        Raises Gone, Rejected, Unauthorized, RateLimited, Unreachable, BadAnswer.
        """
        for _ in range(READ_TRIES - 1):
            try:
                return await self._send("GET", path, params=params)
            except (Unreachable, BadAnswer) as failure:
                if failure.remote_code in RESTS:
                    raise
                if not isinstance(failure, RateLimited):  # else the limiter waits before the next try
                    await self._doors.clock.sleep(1.0)
        return await self._send("GET", path, params=params)

    async def one(self, path: str, params: Params | None = None) -> Row:
        """A single object. Raises Gone when there is none: some accounts say so with an empty answer."""
        told = await self.read(path, params)
        if told is None:
            raise Gone(f"GET {path}: no content")
        return fields(told)

    async def write(self, method: str, path: str, body: Any) -> Any:
        """A write, sent once. Raises Unclear when nobody knows whether it was carried out."""
        return await self._send(method, path, body=body)

    async def all(self, path: str, name: str, params: Params, *, limit: int = PAGE) -> AsyncIterator[Row]:
        """Rows of a list to its end, for lists that hardly change while they are read."""
        for page in range(1, MOST_PAGES + 1):
            answer = await self.read(path, {**params, "limit": limit, "page": page})
            for row in embedded(answer, name):
                yield row
            if not has_next(answer):
                return

    async def by_ids(self, path: str, name: str, ids: Sequence[int], params: Params | None = None) -> list[Row]:
        """Those of a list with these ids; unknown ones are simply missing."""
        found: list[Row] = []
        for start in range(0, len(ids), IDS):
            asked = {"filter": {"id": list(ids[start : start + IDS])}, **(params or {})}
            found += [row async for row in self.all(path, name, asked)]
        return found

    async def _send(self, method: str, path: str, *, params: Params | None = None, body: Any = None) -> Any:
        kind: Kind = "read" if method == "GET" else "write"
        await self.tokens.get_token()
        address = self.tokens.address
        try:
            return await self._once(method, path, params, body, kind)
        except Unauthorized:
            if self.tokens.address == address:
                raise
        return await self._once(method, path, params, body, kind)  # a 401 has found the account at a new address

    async def _once(self, method: str, path: str, params: Params | None, body: Any, kind: Kind) -> Any:
        if self._amo.base_url != self.tokens.address:
            self._amo = self._open()
        try:
            told = await self._amo.request(method, path, params=params, json=body, retry=False)
        except AmoCRMError as error:
            raise await self._noted(error, f"{method} {path}", kind) from None
        except RecursionError:
            lost = "an answer without end"
            raise (Unclear(lost) if kind == "write" else BadAnswer(lost)) from None
        log.debug("amocrm_called", method=method, path=path, account=self.account)
        return told

    async def _noted(self, error: AmoCRMError, what: str, kind: Kind) -> RemoteError:
        failure = failure_of(error, what, kind)
        if isinstance(error, RateLimitError):
            await self._host.slow_down(max(error.retry_after or 0.0, BUSY_SECONDS))
        if isinstance(failure, Unreachable) and failure.remote_code in RESTS:
            self._host.rest(failure)
            if failure.remote_code == FLOOD:
                await self._host.slow_down(FLOOD_SECONDS)
        return failure
