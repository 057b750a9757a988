"""A connector at work over real HTTP: on the strict portal, and on one that answers whatever a test says."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web

from sandbox.bitrix24 import Portal
from sandbox.serving import Server
from services.domain.call import FoundCall
from services.integrations.base import Cursor
from services.integrations.bitrix24.connector import Bitrix24
from services.integrations.doors import Doors
from tests.fakes.clock import FakeClock, RemoteClock
from tests.integrations.bench import doors_for, pull_all

Said = dict[str, Any] | web.Response


class OddPortal(Server):
    """Answers each method as the test says; remembers what was asked, with the host's path."""

    def __init__(self) -> None:
        super().__init__()
        self.says: dict[str, Callable[[dict[str, Any]], Said]] = {}
        self.asked: list[str] = []
        self.app.router.add_post("/rest/{user}/{secret}/{method}", self._answer)

    @property
    def webhook_url(self) -> str:
        return f"{self.url}/rest/1/portal-secret/"

    async def _answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.asked.append(method)
        said = self.says[method](await request.json())
        return said if isinstance(said, web.Response) else web.json_response(said)


def doors(clock: FakeClock) -> Doors:
    return doors_for(clock, write_timeout=2.0)


@dataclass
class Bench:
    """The strict portal and a connector to it."""

    clock: FakeClock
    portal: Portal
    connector: Bitrix24

    async def start(self) -> Cursor:
        """Connects now; a few seconds later the calls of the test come in."""
        cursor = (await self.connector.pull(None)).cursor
        self.clock.advance(5)
        return cursor

    async def pull_all(self, cursor: Cursor) -> tuple[list[FoundCall], Cursor]:
        """Everything that is new, each call once, as the table of calls would keep it."""
        return await pull_all(self.connector, cursor)


@pytest.fixture
async def bench(clock: FakeClock) -> AsyncIterator[Bench]:
    portal = Portal(clock=RemoteClock(clock))
    await portal.start()
    connector = Bitrix24({"webhook_url": portal.webhook_url}, {}, doors(clock))
    yield Bench(clock, portal, connector)
    await connector.close()
    await portal.stop()


@dataclass
class OddBench:
    clock: FakeClock
    portal: OddPortal
    connector: Bitrix24


@pytest.fixture
async def odd(clock: FakeClock) -> AsyncIterator[OddBench]:
    portal = OddPortal()
    await portal.start()
    connector = Bitrix24({"webhook_url": portal.webhook_url}, {}, doors(clock))
    yield OddBench(clock, portal, connector)
    await connector.close()
    await portal.stop()
