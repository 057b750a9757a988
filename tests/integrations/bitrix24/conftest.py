"""A connector at work over real HTTP: on the strict portal, and on one that answers whatever a test says."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web

from sandbox.bitrix24 import Portal
from sandbox.clock import Clock as SandboxClock
from sandbox.serving import Server
from services.domain.call import FoundCall
from services.integrations.base import Cursor, Doors
from services.integrations.bitrix24.connector import Bitrix24
from services.throttle import LocalThrottle
from tests.fakes.clock import FakeClock


class PortalClock(SandboxClock):
    """The portal lives in the test's time, perhaps some seconds ahead of it."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp() + self._offset


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
    return Doors(
        clock=clock, throttle=LocalThrottle(clock), guard=lambda: None, allow_private_hosts=True, write_timeout=2.0
    )


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
        found: dict[str, FoundCall] = {}
        more = True
        while more:
            page = await self.connector.pull(cursor)
            for call in page.calls:
                found.setdefault(call.external_id, call)
            cursor, more = page.cursor, page.more
        return list(found.values()), cursor


@pytest.fixture
async def bench(clock: FakeClock) -> AsyncIterator[Bench]:
    portal = Portal(clock=PortalClock(clock))
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
