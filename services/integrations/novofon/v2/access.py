"""The token that goes with every request: a permanent one, or one of a session that lasts an hour."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from services.errors import BadAnswer
from services.integrations.novofon.v2.failures import Result
from services.ports import Clock

Send = Callable[[str, Mapping[str, Any]], Awaitable[Result]]
"""(method, params) -> its result, one request."""

LIFE = timedelta(hours=1)
EARLY = timedelta(minutes=1)
"""A session about to end is replaced before it is refused."""


class Access(Protocol):
    async def token(self, send: Send) -> str: ...

    def forget(self, token: str) -> bool:
        """The token was refused; is it worth asking for another one?"""
        ...


class ApiKey:
    def __init__(self, key: str) -> None:
        self._key = key

    async def token(self, send: Send) -> str:
        return self._key

    def forget(self, token: str) -> bool:
        return False


class Session:
    def __init__(self, login: str, password: str, clock: Clock) -> None:
        self._login = login
        self._password = password
        self._clock = clock
        self._token = ""
        self._until = datetime.min.replace(tzinfo=UTC)
        self._turn = asyncio.Lock()

    async def token(self, send: Send) -> str:
        """Raises Unauthorized when login or password are wrong."""
        async with self._turn:
            if not self._token or self._clock.now() >= self._until - EARLY:
                await self._log_in(send)
            return self._token

    async def _log_in(self, send: Send) -> None:
        rows = (await send("login.user", {"login": self._login, "password": self._password})).rows
        told = rows[0] if rows else {}
        token = told.get("access_token")
        if not isinstance(token, str) or not token:
            raise BadAnswer("login.user: no token")
        self._token, self._until = token, self._clock.now() + LIFE
        ends = told.get("expire_at", told.get("expire"))  # their table and their sample differ in the name
        if isinstance(ends, int) and not isinstance(ends, bool):
            left = timedelta(seconds=max(0.0, ends - self._clock.now().timestamp()))
            self._until = self._clock.now() + min(left, LIFE) if left > 2 * EARLY else self._until

    def forget(self, token: str) -> bool:
        if token == self._token:
            self._token = ""
        return True
