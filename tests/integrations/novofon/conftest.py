"""Connectors at work over real HTTP: on the strict stand-ins, and on one that answers whatever a test says."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web

from sandbox.novofon import Cabinet, LegacyCabinet
from sandbox.serving import Server
from services.domain.call import FoundCall
from services.integrations.base import CallPage, Cursor
from services.integrations.doors import Doors
from services.integrations.novofon.connector import Novofon
from services.throttle import LocalThrottle
from tests.fakes.clock import FakeClock, RemoteClock
from tests.integrations.bench import doors_for
from tests.integrations.conformance.conftest import desk, doors, lines

__all__ = ["desk", "doors", "lines"]

TOKEN: Mapping[str, str] = {"cabinet": "novofon", "access": "token", "access_token": "token-of-the-cabinet"}
LEGACY: Mapping[str, str] = {
    "cabinet": "legacy",
    "key": "key-of-the-cabinet",
    "secret": "secret-of-the-cabinet",
}
ORIGINS = ("https://dataapi-jsonrpc.novofon.ru", "https://app.novofon.ru", "https://api.novofon.com")


def doors_to(url: str, clock: FakeClock, throttle: LocalThrottle | None = None) -> Doors:
    return doors_for(
        clock,
        throttle=throttle or LocalThrottle(clock),
        read_timeout=5.0,
        origins=dict.fromkeys(ORIGINS, url),
    )


@dataclass
class Bench:
    """A connector, and whatever stands on the other side."""

    clock: FakeClock
    url: str
    connectors: list[Novofon]

    def open(self, secrets: Mapping[str, str], **settings: Any) -> Novofon:
        opened = Novofon(secrets, settings, doors_to(self.url, self.clock))
        self.connectors.append(opened)
        return opened

    async def start(self, connector: Novofon) -> Cursor:
        """Connects now; some seconds later the calls of the test come in."""
        cursor = (await connector.pull(None)).cursor
        self.clock.advance(5)
        return cursor

    async def pull_all(self, connector: Novofon, cursor: Cursor) -> tuple[list[FoundCall], Cursor, int]:
        """Everything that is new, each call once, and in how many portions."""
        found: dict[str, FoundCall] = {}
        page, pulls = CallPage((), cursor, more=True), 0
        while page.more:
            page, pulls = await connector.pull(page.cursor), pulls + 1
            for call in page.calls:
                found.setdefault(call.external_id, call)
            assert pulls < 1000, "the pulls never end"
        return list(found.values()), page.cursor, pulls

    async def close(self) -> None:
        for one in self.connectors:
            await one.close()


@pytest.fixture
async def cabinet(clock: FakeClock) -> AsyncIterator[Cabinet]:
    stand_in = Cabinet(clock=RemoteClock(clock))
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
async def bench(clock: FakeClock, cabinet: Cabinet) -> AsyncIterator[Bench]:
    opened = Bench(clock, cabinet.url, [])
    yield opened
    await opened.close()


@pytest.fixture
def connector(bench: Bench) -> Novofon:
    return bench.open(TOKEN)


@pytest.fixture
async def old_cabinet(clock: FakeClock) -> AsyncIterator[LegacyCabinet]:
    stand_in = LegacyCabinet(clock=RemoteClock(clock))
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
async def old_bench(clock: FakeClock, old_cabinet: LegacyCabinet) -> AsyncIterator[Bench]:
    opened = Bench(clock, old_cabinet.url, [])
    yield opened
    await opened.close()


@pytest.fixture
def old(old_bench: Bench) -> Novofon:
    return old_bench.open(LEGACY)


Says = Callable[[str, Mapping[str, Any]], web.Response]
"""(method, params) -> the whole answer."""


class Odd(Server):
    """Answers as the test says; remembers the methods that were asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self.says: Says = lambda method, params: rows([])
        self.number: Any = None
        self.app.router.add_post("/v2.0", self._answer)

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.number = body["id"]
        self.asked.append((body["method"], body["params"]))
        response = self.says(body["method"], body["params"])
        if isinstance(response.text, str):
            response.text = response.text.replace('"ECHO"', f'"{self.number}"')
        return response


def rows(data: Any, **metadata: Any) -> web.Response:
    """A good envelope around any data."""
    return web.json_response({"jsonrpc": "2.0", "id": "ECHO", "result": {"metadata": metadata, "data": data}})


def error(mnemonic: Any, **more: Any) -> web.Response:
    body = {"code": more.pop("code", -32602), "message": "", "data": {"mnemonic": mnemonic, **more}}
    return web.json_response({"jsonrpc": "2.0", "id": "ECHO", "error": body})


@pytest.fixture
async def odd() -> AsyncIterator[Odd]:
    server = Odd()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def odd_bench(clock: FakeClock, odd: Odd) -> AsyncIterator[Bench]:
    opened = Bench(clock, odd.url, [])
    yield opened
    await opened.close()
