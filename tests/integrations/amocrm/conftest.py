"""A connector at work over real HTTP on the strict account, with a safe for its tokens."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from sandbox.amocrm import Account
from services.domain.call import FoundCall
from services.integrations.amocrm.connector import AmoCrm
from services.integrations.base import Cursor
from services.integrations.doors import Doors
from tests.fakes.clock import FakeClock, RemoteClock
from tests.integrations.bench import doors_for, pull_all

SETTLED = 95
"""Seconds after which a call is given out."""
BACK = "https://bot.example.org/oauth/amocrm"


def doors(clock: FakeClock) -> Doors:
    return doors_for(
        clock,
        write_timeout=2.0,
        public_url="https://bot.example.org",
    )


@dataclass
class Renewal:
    safe: "Safe"

    @property
    def secrets(self) -> Mapping[str, str]:
        return self.safe.secrets

    async def save(self, secrets: Mapping[str, str], *, account: str | None = None) -> None:
        if self.safe.breaks > 0:
            self.safe.breaks -= 1
            raise OSError("the disk is full")
        self.safe.secrets = dict(secrets)
        self.safe.account = account or self.safe.account
        self.safe.saved.append(dict(secrets))


@dataclass
class Safe:
    """Implements `SecretSafe` in memory; several connectors share it as processes do."""

    secrets: dict[str, str]
    account: str = ""
    saved: list[dict[str, str]] = field(default_factory=list)
    breaks: int = 0
    """So many savings fail."""

    def __post_init__(self) -> None:
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def renew(self) -> AsyncIterator[Renewal]:
        async with self._turn:
            yield Renewal(self)


@dataclass
class Bench:
    clock: FakeClock
    account: Account
    token: str
    opened: list[AmoCrm] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.doors = doors(self.clock)
        self.connector = self.open()

    @property
    def secrets(self) -> dict[str, str]:
        return {"way": "token", "address": self.account.url, "token": self.token}

    def open(self, secrets: Mapping[str, str] | None = None, **changes: Any) -> AmoCrm:
        made = AmoCrm(secrets or self.secrets, self.settings, replace(self.doors, **changes))
        self.opened.append(made)
        return made

    async def start(self) -> Cursor:
        """Connects now; a few seconds later the calls of the test come in."""
        cursor = (await self.connector.pull(None)).cursor
        self.clock.advance(5)
        return cursor

    async def pull_all(self, cursor: Cursor) -> tuple[list[FoundCall], Cursor]:
        """Everything there is, each call once, as the table of calls would keep it."""
        return await pull_all(self.connector, cursor)

    async def settled(self, cursor: Cursor) -> tuple[list[FoundCall], Cursor]:
        self.clock.advance(SETTLED)
        return await self.pull_all(cursor)

    async def only_call(self, cursor: Cursor) -> FoundCall:
        (call,), _ = await self.settled(cursor)
        return call


@pytest.fixture
async def bench(clock: FakeClock) -> AsyncIterator[Bench]:
    account = Account(clock=RemoteClock(clock))
    for server in account.servers:
        await server.start()
    made = Bench(clock, account, account.access.long_lived())
    yield made
    for one in made.opened:
        await one.close()
    for server in account.servers:
        await server.stop()
