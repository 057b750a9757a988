"""A connector at work over real HTTP: on the strict installation, and on one that answers whatever a test says."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from sandbox.macrocrm import Installation
from sandbox.serving import Server
from services.domain.call import FoundCall
from services.integrations.base import Check, CheckLine, Cursor
from services.integrations.doors import Doors
from services.integrations.macrocrm import INTEGRATION
from services.integrations.macrocrm.connector import MacroCRM, open_account
from tests.fakes.clock import FakeClock, RemoteClock
from tests.integrations.bench import doors_for, pull_all

SOUND = b"ID3\x04\x00\x00" + bytes(range(256)) * 4


def doors(clock: FakeClock) -> Doors:
    return doors_for(clock, write_timeout=2.0)


@dataclass
class Bench:
    """The strict installation and connectors to it."""

    clock: FakeClock
    installation: Installation
    opened: list[MacroCRM] = field(default_factory=list)

    def open(self, settings: dict[str, Any] | None = None, **secrets: str) -> MacroCRM:
        known = {"base_url": self.installation.base_url, "token": self.installation.key, **secrets}
        self.opened.append(open_account(known, settings or {}, doors(self.clock)))
        return self.opened[-1]

    async def close(self) -> None:
        for one in self.opened:
            await INTEGRATION.close(one)

    async def look(self, connector: MacroCRM, cursor: Cursor) -> tuple[list[FoundCall], Cursor]:
        """Everything that is new, each call once, as the table of calls would keep it."""
        return await pull_all(connector, cursor)

    async def start(self, connector: MacroCRM) -> Cursor:
        cursor = (await connector.pull(None)).cursor
        self.clock.advance(5)
        return cursor

    async def one_call(self, connector: MacroCRM, **made: Any) -> FoundCall:
        """The call as the connector tells it once it is over."""
        cursor = await self.start(connector)
        self.installation.add_call(**made)
        self.clock.advance(700)
        (call,), _ = await self.look(connector, cursor)
        return call


@pytest.fixture
async def bench(clock: FakeClock) -> AsyncIterator[Bench]:
    made = Bench(clock, Installation(clock=RemoteClock(clock)))
    await made.installation.start()
    yield made
    await made.close()
    await made.installation.stop()


class OddInstallation(Server):
    """Answers each method as the test says."""

    def __init__(self) -> None:
        super().__init__()
        self.says: dict[str, Callable[[], Any]] = {}
        self.app.router.add_route("*", "/v2/{method:.*}", self._answer)

    async def _answer(self, request: web.Request) -> web.Response:
        said = self.says[request.match_info["method"]]()
        return said if isinstance(said, web.Response) else web.json_response(said)


@dataclass
class OddBench:
    clock: FakeClock
    installation: OddInstallation
    connector: MacroCRM


@pytest.fixture
async def odd(clock: FakeClock) -> AsyncIterator[OddBench]:
    installation = OddInstallation()
    await installation.start()
    secrets = {"base_url": f"{installation.url}/v2", "token": "macro-key-of-the-company"}
    connector = open_account(secrets, {}, doors(clock))
    yield OddBench(clock, installation, connector)
    await connector.close()
    await installation.stop()


def line_of(check: Check, code: str) -> CheckLine:
    return next(line for line in check.lines if line.code == code)
