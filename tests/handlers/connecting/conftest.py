"""A world with Bitrix24 and two small systems of the tests' own, reachable from outside."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.returns import Returns
from bot.web import OwnServer
from handlers.connecting.systems import SYSTEMS
from services.db.unit_of_work import Database
from services.domain.integration import Kind
from services.domain.workspace import Role
from services.integrations import bitrix24
from services.integrations.entry import CatalogueEntry
from tests.fakes.clock import FakeClock
from tests.fakes.systems import Cabinet, FullWords, Showing, Words, crm_with_login, telephony
from tests.harness.world import User, World

PUBLIC = "https://bot.example.test"


@pytest.fixture
def cabinet() -> Cabinet:
    return Cabinet()


@pytest.fixture
def catalogue(cabinet: Cabinet, monkeypatch: pytest.MonkeyPatch) -> dict[Kind, CatalogueEntry]:
    monkeypatch.setitem(SYSTEMS, Kind.NOVOFON, FullWords("Кабинет"))
    monkeypatch.setitem(SYSTEMS, Kind.AMOCRM, Words("ЦРМ"))
    entries = (telephony(cabinet, Showing), bitrix24.INTEGRATION, crm_with_login(cabinet))
    return {entry.kind: entry for entry in entries}


@pytest.fixture
def public_url() -> str:
    return PUBLIC


@pytest.fixture
async def world(
    database: Database, clock: FakeClock, catalogue: dict[Kind, CatalogueEntry], public_url: str
) -> AsyncIterator[World]:
    async with World(database, clock, catalogue, public_url) as opened:
        yield opened


@pytest.fixture
async def owner(world: World) -> User:
    return await world.member(Role.OWNER)


class Outside:
    """Our HTTP server as the world sees it."""

    def __init__(self, world: World, session: aiohttp.ClientSession) -> None:
        self.server = OwnServer("127.0.0.1", 0, world.database)
        self.server.take_knocks(world.knocks)
        self.server.take_returns(
            Returns(world.dispatcher, world.bot, world.i18n, world.integrations, world.permits)
        )
        self._session = session

    async def asks(self, path: str, method: str = "GET", **more: Any) -> tuple[int, str]:
        url = f"http://127.0.0.1:{self.server.port}{path.removeprefix(PUBLIC)}"
        async with self._session.request(method, url, **more) as answer:
            return answer.status, await answer.text()

    async def settle(self) -> None:
        """What goes on after an answer has come to its end."""
        await self.server.nursery.stop(grace_seconds=5)


@pytest.fixture
async def outside(world: World) -> AsyncIterator[Outside]:
    async with aiohttp.ClientSession() as session:
        opened = Outside(world, session)
        await opened.server.start()
        yield opened
        await opened.server.stop()


async def connect_cabinet(user: User, key: str = "key-one") -> None:
    await user.types("/connect")
    await user.press("Кабинет")
    await user.press("выбрать new")
    await user.types(key)
    await user.press("Пропустить")
