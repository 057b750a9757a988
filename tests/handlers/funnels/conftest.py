"""A bot with a telephony connected, and calls that it has told of."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from services.db.models import IntegrationRow
from services.db.repositories.calls import add_call
from services.db.unit_of_work import Database
from services.domain.integration import IntegrationState, Kind
from services.domain.workspace import Member, Role
from services.integrations.catalogue import CATALOGUE
from services.ownfunnels.funnels import OwnFunnels
from services.ownfunnels.rulebook import RuleBook
from services.ownfunnels.rules import Rule
from services.secrets import Vault
from tests.fakes.clock import FakeClock
from tests.fakes.rows import TEST_KEYS
from tests.fakes.telephony import Exchange
from tests.harness.world import User, World
from tests.ownfunnels.calls import call

LINE, OTHER = "+74951110000", "+74952220000"


@dataclass
class Hall:
    """`anna` is an editor; `telephony` is our number of the integration."""

    world: World
    anna: User
    telephony: int
    own: OwnFunnels
    book: RuleBook

    @property
    def member(self) -> Member:
        assert self.anna.member is not None
        return self.anna.member

    async def calls(self, line: str, count: int, *, manager: tuple[str, str] = ("7", "Ирина")) -> None:
        """Of the last hours."""
        now = self.world.clock.now()
        async with self.world.database.write() as session:
            for number in range(count):
                key, at = f"{line}:{number}", now - timedelta(minutes=number + 1)
                found = call(line=line, manager=manager, key=key, at=at)
                assert await add_call(session, 1, self.telephony, found, now) is not None

    async def names(self) -> list[str]:
        return [one.name for one in await self.own.of(self.member, self.telephony)]

    async def rules(self) -> tuple[Rule, ...]:
        return (await self.book.of(self.member, self.telephony)).rules

    async def make_funnel(self, name: str) -> None:
        await self.anna.types("/funnels")
        await self.anna.press("Новая воронка")
        await self.anna.types(name)

    async def make_rule(self, funnel: str, line: str = LINE) -> None:
        """From the window of a funnel without stages, by a line that was seen."""
        await self.anna.types("/funnels")
        await self.anna.press(funnel)
        await self.anna.press("Какие звонки сюда")
        await self.anna.press("Наш номер")
        await self.anna.press(line)
        await self.anna.press("Дальше")


async def add_telephony(world: World, name: str, account: str) -> int:
    async with world.database.write() as session:
        row = IntegrationRow(
            workspace_id=1,
            kind=Kind.NOVOFON,
            name=name,
            account=account,
            secrets=Vault(TEST_KEYS).close({"token": "t"}),
            settings={},
            state=IntegrationState.ACTIVE,
            created_at=world.clock.now(),
        )
        session.add(row)
        await session.flush()
        return row.id


@pytest.fixture
async def world(database: Database, clock: FakeClock, tmp_path: Path) -> AsyncIterator[World]:
    catalogue = {**CATALOGUE, Kind.NOVOFON: Exchange(tmp_path).entry()}
    async with World(database, clock, catalogue) as opened:
        yield opened


@pytest.fixture
async def hall(world: World) -> Hall:
    number = await add_telephony(world, "Телефония", "phones.test")
    anna = await world.member(Role.EDITOR, "Анна")
    own = OwnFunnels(world.database, world.catalogue, world.clock)
    book = RuleBook(world.database, world.catalogue, world.clock)
    return Hall(world, anna, number, own, book)
