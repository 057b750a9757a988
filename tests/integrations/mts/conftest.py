"""The three cabinets at work over real HTTP, and a site that answers whatever a test says."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import pytest
from aiohttp import web

from sandbox.mts import Ac20, Exolve, Vpbx
from sandbox.mts.serving import Cabinet
from sandbox.serving import Server
from services.domain.call import FoundCall
from services.integrations.base import Cursor
from services.integrations.mts import ac20, exolve, vpbx
from services.integrations.mts.connector import Mts
from tests.fakes.clock import FakeClock, RemoteClock
from tests.integrations.bench import doors_for, pull_all

ORIGINS = {"vpbx": vpbx.PLACE.origin, "ac20": ac20.PLACE.origin, "exolve": exolve.PLACE.origin}
FIELDS = {"vpbx": "vpbx_token", "ac20": "ac20_token", "exolve": "exolve_key"}
HOUR = 3600


Stand = TypeVar("Stand", bound=Server)


@dataclass
class Bench(Generic[Stand]):
    """A stand-in and a connector to it."""

    clock: FakeClock
    stand: Stand
    connector: Mts
    open: Callable[[Mapping[str, str]], Mts]
    """The same account with these options."""
    cursor: Cursor = field(default_factory=dict)

    async def start(self) -> None:
        """Connects now; a few seconds later the calls of the test come in."""
        self.cursor = (await self.connector.pull(None)).cursor
        self.clock.advance(5)

    async def look(self) -> list[FoundCall]:
        """One tick: whatever is given out, each call once, as the table of calls would keep it."""
        calls, self.cursor = await pull_all(self.connector, self.cursor)
        return calls

    async def later(self, seconds: float) -> list[FoundCall]:
        self.clock.advance(seconds)
        return await self.look()

    async def heard(self, call: FoundCall) -> bytes | None:
        async with self.connector.recording(call) as path:
            return None if path is None else path.read_bytes()


@asynccontextmanager
async def bench_of(clock: FakeClock, cabinet: str, stand: Stand, key: str) -> AsyncIterator[Bench[Stand]]:
    await stand.start()
    opened: list[Mts] = []
    doors = doors_for(
        clock,
        read_timeout=5.0,
        origins={ORIGINS[cabinet]: stand.url},
    )

    def open_with(options: Mapping[str, str]) -> Mts:
        opened.append(Mts({"cabinet": cabinet, FIELDS[cabinet]: key}, options, doors))
        return opened[-1]

    try:
        yield Bench(clock, stand, open_with({}), open_with)
    finally:
        for one in opened:
            await one.close()
        await stand.stop()


@pytest.fixture
async def exchange(clock: FakeClock) -> AsyncIterator[Bench[Vpbx]]:
    stand = Vpbx(clock=RemoteClock(clock), limits=True)
    async with bench_of(clock, "vpbx", stand, stand.token) as bench:
        yield bench


@pytest.fixture
async def secretary(clock: FakeClock) -> AsyncIterator[Bench[Ac20]]:
    stand = Ac20(clock=RemoteClock(clock), limits=True)
    async with bench_of(clock, "ac20", stand, stand.token) as bench:
        yield bench


@pytest.fixture
async def platform(clock: FakeClock) -> AsyncIterator[Bench[Exolve]]:
    stand = Exolve(clock=RemoteClock(clock))
    async with bench_of(clock, "exolve", stand, stand.key) as bench:
        yield bench


class Odd(Server):
    """Answers every request as the test says."""

    def __init__(self) -> None:
        super().__init__()
        self.says: Any = None
        self.asked: list[str] = []
        self.app.router.add_route("*", "/{anything:.*}", self._answer)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.raw_path)
        said = self.says(request) if callable(self.says) else self.says
        return said if isinstance(said, web.StreamResponse) else web.json_response(said)


def codes(lines: Any) -> dict[str, bool]:
    return {line.code: line.ok for line in lines}


def names(asked: Cabinet) -> list[str]:
    return [one.name for one in asked.journal]
