"""Yandex Disk is connected by a code or by a token, and its file names are tried before a pattern is kept."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from sandbox.yandex_disk import Disk
from services.db.models import IntegrationRow
from services.db.unit_of_work import Database
from services.domain.workspace import Role
from services.integrations import bitrix24, yandex_disk
from services.integrations.yandex_disk.access import OAUTH
from services.integrations.yandex_disk.session import API
from tests.fakes.clock import FakeClock
from tests.harness.world import User, World
from tests.integrations.conformance.rig import RemoteClock

pytestmark = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)

NAMES = [f"2026-03-10_09-05-{second:02}_in_7900111223{second}_Ким.mp3" for second in range(6)]


@pytest.fixture
async def world(database: Database, clock: FakeClock) -> AsyncIterator[World]:
    entries = (bitrix24.INTEGRATION, yandex_disk.INTEGRATION)
    async with World(database, clock, {entry.kind: entry for entry in entries}) as opened:
        yield opened


@pytest.fixture
async def owner(world: World) -> User:
    return await world.member(Role.OWNER)


@pytest.fixture
async def disk(world: World, clock: FakeClock) -> AsyncIterator[Disk]:
    stand = Disk(clock=RemoteClock(clock))
    await stand.start()
    world.origins.update({API: stand.url, OAUTH: stand.url})
    for number, name in enumerate(NAMES):
        stand.tree.upload(f"disk:/Записи звонков/{name}", b"ID3" + bytes([number]))
    yield stand
    await stand.stop()


async def stored(world: World) -> IntegrationRow:
    async with world.database.read() as session:
        return (await session.scalars(select(IntegrationRow))).one()


async def connect(owner: User, disk: Disk) -> None:
    await owner.types("/connect")
    await owner.press("Яндекс Диск")
    await owner.press("Токен уже есть")
    await owner.types(disk.token)
    await owner.types("Записи звонков")


async def test_the_way_with_a_code_asks_for_one_value_at_a_time(world: World, owner: User, disk: Disk) -> None:
    await owner.types("/connect")
    await owner.press("Яндекс Диск")
    await owner.press("По коду с подсказками")
    assert "ClientID" in owner.last.text
    await owner.types(disk.tokens.client_id)
    assert "Client secret" in owner.last.text
    await owner.types(disk.tokens.client_secret)
    assert "Яндекс покажет код" in owner.last.text
    code = disk.tokens.new_code()
    await owner.types(code)
    await owner.types(
        "https://disk.yandex.ru/client/disk/%D0%97%D0%B0%D0%BF%D0%B8%D1%81%D0%B8%20%D0%B7%D0%B2%D0%BE%D0%BD%D0%BA%D0%BE%D0%B2"
    )
    said = owner.last.text
    assert "Доступ есть, Диск: sales" in said
    assert "понял 6 из 6" in said
    assert "Подключено" in said
    assert (await stored(world)).account == "sales"


async def test_an_old_code_is_said(owner: User, disk: Disk) -> None:
    await owner.types("/connect")
    await owner.press("Яндекс Диск")
    await owner.press("По коду с подсказками")
    for value in (disk.tokens.client_id, disk.tokens.client_secret, "0000000", "Записи звонков"):
        await owner.types(value)
    assert "Яндекс не принял код" in owner.last.text


async def test_a_folder_that_is_not_there_may_be_named_again(world: World, owner: User, disk: Disk) -> None:
    await owner.types("/connect")
    await owner.press("Яндекс Диск")
    await owner.press("Токен уже есть")
    await owner.types(disk.token)
    await owner.types("Звонки")
    assert "Папки «/Звонки» нет на Диске" in owner.last.text
    await owner.types("Записи звонков")
    assert "Подключено" in owner.last.text


async def test_a_pattern_is_shown_on_the_customers_names_before_it_is_kept(
    world: World, owner: User, disk: Disk
) -> None:
    await connect(owner, disk)
    await owner.types("/integrations")
    await owner.press("Яндекс Диск sales")
    await owner.press("Настройки")
    await owner.press("Имена файлов")
    await owner.types("{phone}-{date}")
    assert "Ни одно имя файла не понял из 6" in owner.last.text
    await owner.types("{date}_{time}_{direction}_{phone}_{manager}")
    said = owner.last.text
    assert "понял 6 из 6" in said
    assert "входящий, +79001112235, Ким" in said
    await owner.press("Сохранить")
    assert (await stored(world)).options == {"pattern": "{date}_{time}_{direction}_{phone}_{manager}"}


async def test_a_pattern_that_cannot_be_is_explained(owner: User, disk: Disk) -> None:
    await connect(owner, disk)
    await owner.types("/integrations")
    await owner.press("Яндекс Диск sales")
    await owner.press("Настройки")
    await owner.press("Имена файлов")
    await owner.types("{кто}_{phone}")
    assert "Такого поля нет" in owner.last.text
