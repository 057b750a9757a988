"""A connector at work over real HTTP: on the strict Disk, and on one that answers whatever a test says."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web

from sandbox.serving import Server
from sandbox.yandex_disk import Disk
from services.domain.call import FoundCall
from services.integrations.base import Cursor
from services.integrations.doors import Doors
from services.integrations.yandex_disk.access import OAUTH
from services.integrations.yandex_disk.connector import YandexDisk
from services.integrations.yandex_disk.session import API
from tests.fakes.clock import FakeClock, RemoteClock
from tests.integrations.bench import doors_for

FOLDER = "disk:/Звонки"


def doors(clock: FakeClock, url: str) -> Doors:
    return doors_for(
        clock,
        read_timeout=5.0,
        write_timeout=2.0,
        origins={API: url, OAUTH: url},
    )


@dataclass
class Bench:
    """The strict Disk and a connector to it."""

    clock: FakeClock
    disk: Disk
    settings: dict[str, str] = field(default_factory=lambda: {"folders": FOLDER})
    opened: list[YandexDisk] = field(default_factory=list)
    largest: int = 0
    """Most calls that ever came in one pull."""

    def open(self, secrets: Mapping[str, str] | None = None, **changes: Any) -> YandexDisk:
        given = {"token": self.disk.token} if secrets is None else secrets
        connector = YandexDisk(given, self.settings, replace(doors(self.clock, self.disk.url), **changes))
        self.opened.append(connector)
        return connector

    @property
    def connector(self) -> YandexDisk:
        return self.opened[-1] if self.opened else self.open()

    async def start(self) -> Cursor:
        """Connects now, and reads through what is there; a few seconds later the files of the test come in."""
        cursor = (await self.connector.pull(None)).cursor
        found, cursor = await self.tick(cursor)
        assert found == []
        self.clock.advance(5)
        return cursor

    async def tick(self, cursor: Cursor) -> tuple[list[FoundCall], Cursor]:
        """Everything that is new, as one job of the product takes it; each call once."""
        found: dict[str, FoundCall] = {}
        more = True
        while more:
            page = await self.connector.pull(cursor)
            self.largest = max(self.largest, len(page.calls))
            for call in page.calls:
                found.setdefault(call.external_id, call)
            cursor, more = page.cursor, page.more
        return list(found.values()), cursor

    async def gather(self, cursor: Cursor, minutes: int = 3) -> tuple[list[FoundCall], Cursor]:
        """The ticks of some minutes: files have settled by then."""
        found: dict[str, FoundCall] = {}
        for _ in range(minutes):
            calls, cursor = await self.tick(cursor)
            found |= {call.external_id: call for call in calls}
            self.clock.advance(60)
        return list(found.values()), cursor


@pytest.fixture
async def bench(clock: FakeClock) -> AsyncIterator[Bench]:
    disk = Disk(clock=RemoteClock(clock))
    disk.tree.folder(FOLDER)
    await disk.start()
    made = Bench(clock, disk)
    yield made
    for connector in made.opened:
        await connector.close()
    await disk.stop()


Said = Any


class OddDisk(Server):
    """Answers each path as the test says; remembers what was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.says: dict[str, Callable[[Mapping[str, str]], Said]] = {}
        self.asked: list[str] = []
        self.app.router.add_route("*", "/{path:.*}", self._answer)

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        self.asked.append(path)
        said = self.says[path](request.query)
        return said if isinstance(said, web.Response) else web.json_response(said)


@dataclass
class OddBench:
    clock: FakeClock
    disk: OddDisk
    connector: YandexDisk


@pytest.fixture
async def odd(clock: FakeClock) -> AsyncIterator[OddBench]:
    disk = OddDisk()
    await disk.start()
    connector = YandexDisk({"token": "t" * 40}, {"folders": FOLDER}, doors(clock, disk.url))
    yield OddBench(clock, disk, connector)
    await connector.close()
    await disk.stop()


def paths(calls: list[FoundCall]) -> list[str]:
    return sorted(call.refs["path"] for call in calls)
