"""Calls the data API: one address, the token inside the parameters, the limits of each answer obeyed."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import structlog

from services.errors import BadAnswer, RateLimited, RemoteError, Unauthorized, Unreachable
from services.integrations.doors import Doors
from services.integrations.http import Answer, Http
from services.integrations.novofon.v2.access import Access
from services.integrations.novofon.v2.failures import TOKEN_LOST, Result, read
from services.integrations.novofon.v2.limits import PATIENCE, Limits

log = structlog.get_logger(__name__)

TRIES = 3
PAUSE = 1.0
"""Seconds before a failed read is repeated."""
SKEW = timedelta(hours=1)
"""A clock that is further off says nothing."""
HEADERS = {"Content-Type": "application/json; charset=UTF-8"}


class Client:
    """`account` names the account for the throttle, without secrets."""

    def __init__(self, url: str, account: str, access: Access, doors: Doors) -> None:
        self._url = url
        self._account = account
        self._access = access
        self._clock = doors.clock
        self.limits = Limits(account, doors.throttle, doors.clock)
        self.http = Http(
            guard=doors.guard,
            allow_private=doors.allow_private_hosts,
            scratch=doors.scratch,
            read_timeout=doors.read_timeout,
            write_timeout=doors.write_timeout,
        )
        self._ahead = timedelta()

    def __repr__(self) -> str:
        return f"Client({self._account})"

    def now(self) -> datetime:
        """The time by their clock, as far as an answer has told it; start times are compared with it."""
        return self._clock.now() + self._ahead

    async def call(self, method: str, params: Mapping[str, Any]) -> Result:
        """A read; repeated a few times when they are busy, out of reach or talk nonsense."""
        for _ in range(TRIES - 1):
            try:
                return await self._call(method, params)
            except RateLimited as failure:
                if failure.retry_after is None or failure.retry_after > PATIENCE:
                    raise
            except (Unreachable, BadAnswer):
                await self._clock.sleep(PAUSE)
        return await self._call(method, params)

    async def _call(self, method: str, params: Mapping[str, Any]) -> Result:
        """A session that has ended meanwhile is begun again once."""
        token = await self._access.token(self._send)
        try:
            return await self._send(method, {"access_token": token, **params})
        except Unauthorized as failure:
            if failure.remote_code not in TOKEN_LOST or not self._access.forget(token):
                raise
        token = await self._access.token(self._send)
        return await self._send(method, {"access_token": token, **params})

    async def _send(self, method: str, params: Mapping[str, Any]) -> Result:
        await self.limits.acquire()
        number = uuid.uuid4().hex
        body = {"jsonrpc": "2.0", "id": number, "method": method, "params": dict(params)}
        answer = await self.http.request("POST", self._url, kind="read", headers=HEADERS, json=body)
        found, limits = read(answer, method, number)
        await self.limits.note(limits)
        if isinstance(found, RemoteError):
            if isinstance(found, RateLimited):
                await self.limits.rest(found.retry_after or 0.0)
            raise found
        self._note_time(answer)
        log.debug("novofon_called", method=method, account=self._account)
        return found

    def _note_time(self, answer: Answer) -> None:
        """The answer's own date is all that tells their clock."""
        try:
            ahead = parsedate_to_datetime(answer.headers.get("Date", "")) - self._clock.now()
        except (ValueError, TypeError):
            return
        if abs(ahead) <= SKEW:
            self._ahead = ahead
