"""MTS is connected by the cabinet that the customer opens, and set where MTS leaves something open."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from sandbox.mts import Ac20, Vpbx
from services.db.models import IntegrationRow
from services.db.unit_of_work import Database
from services.domain.workspace import Role
from services.integrations import bitrix24, mts
from services.integrations.mts import ac20, vpbx
from tests.fakes.clock import FakeClock, RemoteClock
from tests.harness.world import User, World

pytestmark = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)


@pytest.fixture
async def world(database: Database, clock: FakeClock) -> AsyncIterator[World]:
    entries = (bitrix24.INTEGRATION, mts.INTEGRATION)
    async with World(database, clock, {entry.kind: entry for entry in entries}) as opened:
        yield opened


@pytest.fixture
async def owner(world: World) -> User:
    return await world.member(Role.OWNER)


@pytest.fixture
async def exchange(world: World, clock: FakeClock) -> AsyncIterator[Vpbx]:
    stand = Vpbx(clock=RemoteClock(clock))
    await stand.start()
    world.origins[vpbx.PLACE.origin] = stand.url
    yield stand
    await stand.stop()


@pytest.fixture
async def secretary(world: World, clock: FakeClock) -> AsyncIterator[Ac20]:
    stand = Ac20(clock=RemoteClock(clock))
    await stand.start()
    world.origins[ac20.PLACE.origin] = stand.url
    yield stand
    await stand.stop()


async def connect(owner: User, cabinet: str, key: str) -> None:
    await owner.types("/connect")
    await owner.press("МТС")
    assert "Какой кабинет" in owner.last.text
    await owner.press(cabinet)
    await owner.types(key)


async def stored(world: World) -> IntegrationRow:
    async with world.database.read() as session:
        return (await session.scalars(select(IntegrationRow))).one()


async def test_the_exchange_is_connected_by_its_token(world: World, owner: User, exchange: Vpbx) -> None:
    await connect(owner, "vpbx.mts.ru", exchange.token)
    said = owner.last.text
    assert "Сотрудников в справочнике: 2" in said
    assert "Подключено" in said
    assert exchange.token not in said
    row = await stored(world)
    assert (row.account, row.settings["cabinet"]) == ("vpbx.mts.ru/101", "vpbx")


async def test_a_wrong_token_is_told_and_another_one_may_follow(world: World, owner: User, exchange: Vpbx) -> None:
    await connect(owner, "vpbx.mts.ru", "wrong-token-of-somebody")
    assert "МТС не принимает ключ" in owner.last.text
    await owner.types(exchange.token)
    assert "Подключено" in owner.last.text


async def test_a_key_of_another_cabinet_is_refused_in_words(world: World, owner: User, secretary: Ac20) -> None:
    await connect(owner, "aa.mts.ru", "api-key-of-the-older-one")
    assert "не ключ Автосекретаря 2.0" in owner.last.text
    await owner.types(secretary.token)
    assert "Подключено" in owner.last.text


async def test_a_shift_of_time_is_tried_before_it_is_saved(
    world: World, owner: User, clock: FakeClock, secretary: Ac20
) -> None:
    secretary.add_call()
    clock.advance(3600)
    await connect(owner, "aa.mts.ru", secretary.token)
    await owner.types("/integrations")
    await owner.press("firma.example")
    await owner.press("Настройки")
    assert "Сдвиг времени: как в Москве" in owner.last.text
    assert "Названия полей" not in owner.last.text
    await owner.press("Сдвиг времени")
    await owner.types("-3")
    assert "сдвиг другой" in owner.last.text
    await owner.types("+1")
    assert "начался 2 ч назад" in owner.last.text
    await owner.press("Сохранить")
    assert (await stored(world)).options == {"time_shift": "+1"}
