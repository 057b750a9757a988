"""Calls an installation: one limiter for its key, both dialects, reads repeated and writes never."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

import structlog

from services.errors import BadAnswer, RateLimited, Rejected, Unreachable
from services.integrations.doors import Doors
from services.integrations.http import Answer, Http, Kind
from services.integrations.macrocrm.failures import Body, pause_of, read
from services.integrations.macrocrm.reading import camel
from services.ports import Rate

log = structlog.get_logger(__name__)

RETRIES = (1.0, 4.0, 15.0)
"""Seconds before a read is repeated."""
DICTIONARIES = frozenset({"estateBuy/statuses", "company/getUsers", "company/getDepartments"})
"""Asked with GET in the first dialect; everything else goes by POST, and the calls by a way of their own."""
PER_MINUTE = 85
"""The installation allows 100 in any minute; the rest is left to the company's other programs."""
PATIENCE = 120.0
"""Seconds that a request may wait for its turn: for longer, others would wait behind it."""
MOST_AT_ONCE = 9
NEARLY = 5.0
"""Seconds to keep still when nothing of the minute's requests is left."""

Dialect = Literal["d1", "d2"]
Transport = Literal["get_body", "get_query", "post_body"]


@dataclass(frozen=True)
class Way:
    """How this installation wants to be asked, as the check found it."""

    base: str
    """Without a slash at the end."""
    dialect: Dialect = "d1"
    calls: Transport = "get_body"
    camel: bool = False
    """Names of parameters in the second dialect."""


@dataclass(frozen=True)
class Key:
    """`token` is a password. `app_id` is empty for newer keys: the header is then not sent at all."""

    token: str = field(repr=False)
    app_id: str = ""

    @property
    def headers(self) -> dict[str, str]:
        sent = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        return {**sent, "AppId": self.app_id} if self.app_id else sent

    @property
    def mark(self) -> str:
        """Tells keys apart without telling them."""
        return hashlib.sha256(self.token.encode()).hexdigest()[:12]


class Client:
    def __init__(self, key: Key, way: Way, doors: Doors, *, per_minute: int = PER_MINUTE) -> None:
        self.key = key
        self.way = way
        self._doors = doors
        self._rate = Rate(per_second=per_minute / 60, burst=max(1, min(MOST_AT_ONCE, per_minute // 9)))
        self.told_limit: int | None = None
        """Requests in a minute, as the answers' own headers say."""
        self.http = Http(
            guard=doors.guard,
            allow_private=doors.allow_private_hosts,
            scratch=doors.scratch,
            read_timeout=doors.read_timeout,
            write_timeout=doors.write_timeout,
        )

    def __repr__(self) -> str:
        return f"Client({self.host})"

    @property
    def host(self) -> str:
        return urlsplit(self.way.base).netloc

    @property
    def account(self) -> str:
        """The limit is counted for each key."""
        return f"{self.host}/{self.key.mark}"

    def go(self, **changes: Any) -> None:
        """From now on by another way."""
        self.way = replace(self.way, **changes)

    async def read(self, method: str, params: Mapping[str, Any], *, tries: int = len(RETRIES) + 1) -> Body:
        """A read, repeated a few times when the installation is busy, out of reach or talks nonsense."""
        for pause in RETRIES[: tries - 1]:
            try:
                return await self._spelt(method, params)
            except RateLimited as failure:
                if (failure.retry_after or 0.0) > PATIENCE:
                    raise  # else the limiter waits by itself before the next try
            except (Unreachable, BadAnswer) as failure:
                log.debug("macrocrm_read_again", method=method, failure=failure.code)
                await self._doors.clock.sleep(pause)
        return await self._spelt(method, params)

    async def write(self, method: str, params: Mapping[str, Any]) -> Body:
        """A write, sent once."""
        return await self._ask("POST", method, params, "write", in_query=False)

    async def _spelt(self, method: str, params: Mapping[str, Any]) -> Body:
        """In the second dialect names may have to be in camel case too: a refusal is asked once more so."""
        try:
            return await self._read_once(method, params)
        except Rejected as failure:
            other = {camel(name): value for name, value in params.items()}
            wrong_names = failure.remote_code == "400" and self.way.dialect == "d2" and not self.way.camel
            if not wrong_names or other == dict(params):
                raise
            self.go(camel=True)
            try:
                return await self._read_once(method, params)
            except Rejected:
                self.go(camel=False)
                raise

    async def _read_once(self, method: str, params: Mapping[str, Any]) -> Body:
        way = self.way
        sent = {camel(name): value for name, value in params.items()} if way.camel else params
        if way.dialect == "d2":
            return await self._ask("POST", method, sent, "read", in_query=False)
        if method.startswith("calls/"):
            verb = "POST" if way.calls == "post_body" else "GET"
            return await self._ask(verb, method, sent, "read", in_query=way.calls == "get_query")
        verb = "GET" if method in DICTIONARIES else "POST"
        return await self._ask(verb, method, sent, "read", in_query=False)

    async def _ask(self, verb: str, method: str, params: Mapping[str, Any], kind: Kind, *, in_query: bool) -> Body:
        address = self.address(method, params if in_query else {})
        body = None if in_query or (verb == "GET" and not params) else dict(params)
        await self.turn()
        answer = await self.http.request(verb, address, kind=kind, headers=self.key.headers, json=body)
        await self._mind_limit(answer)
        return read(answer, method, kind)

    def address(self, method: str, query: Mapping[str, Any]) -> str:
        told = urlencode({name: value for name, value in query.items() if value is not None})
        return f"{self.way.base}/{method}{'?' + told if told else ''}"

    async def turn(self) -> None:
        """Returns when one more request with this key is allowed. Raises RateLimited when that is far off."""
        await self._doors.throttle.acquire(self.account, self._rate, patience=PATIENCE)

    async def rest(self, seconds: float) -> None:
        """No request with this key for so long."""
        await self._doors.throttle.block(self.account, seconds)

    async def _mind_limit(self, answer: Answer) -> None:
        """Other programs may use the same key: what is left of the minute is told with each answer."""
        limit, left = (answer.headers.get(f"X-RateLimit-{name}", "") for name in ("Limit", "Remaining"))
        if limit.isdecimal() and len(limit) < 6:
            self.told_limit = int(limit)
        if answer.status == 429:
            await self.rest(pause_of(answer))
        elif left == "0":
            await self.rest(NEARLY)
