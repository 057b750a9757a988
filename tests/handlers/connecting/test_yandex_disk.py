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
from tests.fakes.clock import FakeClock, RemoteClock
from tests.harness.world import User, World

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


async def by_code(owner: User, disk: Disk, code: str, folder: str) -> None:
    await owner.types("/connect")
    await owner.press("Яндекс Диск")
    await owner.press("По коду с подсказками")
    for value in (disk.tokens.client_id, disk.tokens.client_secret, code, folder):
        await owner.types(value)


async def test_an_old_code_is_said_and_only_the_code_is_asked_again(owner: User, disk: Disk) -> None:
    await by_code(owner, disk, "0000000", "Записи звонков")
    assert "Яндекс не принял код" in owner.last.text
    await owner.press("Ввести заново")
    assert "Яндекс покажет код" in owner.last.text
    await owner.types(disk.tokens.new_code())
    assert "Подключено" in owner.last.text


async def test_a_new_code_may_follow_at_once_and_leaves_the_chat(owner: User, disk: Disk) -> None:
    await by_code(owner, disk, "0000000", "Записи звонков")
    code = disk.tokens.new_code()
    await owner.types(code)
    assert "Подключено" in owner.last.text
    assert not any(code in one.text for one in owner.world.telegram.messages(owner.chat))


async def test_an_unknown_application_is_asked_for_again(owner: User, disk: Disk) -> None:
    await owner.types("/connect")
    await owner.press("Яндекс Диск")
    await owner.press("По коду с подсказками")
    for value in (disk.tokens.client_id, "e" * 32, disk.tokens.new_code(), "Записи звонков"):
        await owner.types(value)
    assert "Яндекс не узнал приложение" in owner.last.text
    for value in (disk.tokens.client_id, disk.tokens.client_secret, disk.tokens.new_code()):
        await owner.types(value)
    assert "Подключено" in owner.last.text


async def test_a_wrong_folder_does_not_cost_the_code(world: World, owner: User, disk: Disk) -> None:
    """It works once: the tokens made of it are kept while the folder is named again."""
    await by_code(owner, disk, disk.tokens.new_code(), "записи звонков")
    assert "Может быть, «Записи звонков»?" in owner.last.text
    await owner.types("Записи звонков")
    assert "Подключено" in owner.last.text
    assert disk.tokens.granted == 1


async def test_a_link_for_others_is_no_folder_of_ones_own(owner: User, disk: Disk) -> None:
    await owner.types("/connect")
    await owner.press("Яндекс Диск")
    await owner.press("Токен уже есть")
    await owner.types(disk.token)
    for link in ("https://disk.yandex.ru/d/abcDEF", "https://yadi.sk/d/abcDEF"):
        await owner.types(link)
        assert "ссылка для других" in owner.last.text


async def by_link(owner: User, link: str) -> None:
    await owner.types("/connect")
    await owner.press("Яндекс Диск")
    await owner.press("Есть ссылка на папку")
    await owner.types(link)


async def test_a_link_to_somebody_elses_folder_is_enough(world: World, owner: User, disk: Disk) -> None:
    """Whoever has the link hears everything: it leaves the chat as any other access."""
    link = disk.shares.publish(disk.tree.find("disk:/Записи звонков")).link
    await by_link(owner, link)
    said = owner.last.text
    assert "Папка по ссылке открыта: Записи звонков" in said
    assert "понял 6 из 6" in said
    assert "Подключено" in said
    row = await stored(world)
    assert row.name == "Яндекс Диск «Записи звонков»"
    assert link not in f"{row.secrets}{row.settings}{row.account}"
    assert not any(link in one.text for one in owner.world.telegram.messages(owner.chat))
    await by_link(owner, link)
    assert "Доступ обновлён" in owner.last.text


async def test_what_is_wrong_with_a_link_is_said_and_another_may_follow(owner: User, disk: Disk) -> None:
    share = disk.shares.publish(disk.tree.find("disk:/Записи звонков"))
    file = disk.shares.publish(disk.tree.find(f"disk:/Записи звонков/{NAMES[0]}"))
    await by_link(owner, "Записи звонков")
    assert "не похоже на ссылку" in owner.last.text
    await owner.types("https://disk.yandex.ru/client/disk/Calls")
    assert "только у владельца" in owner.last.text
    await owner.types("https://disk.yandex.ru/d/nothing-here")
    assert "Папка по ссылке не открывается" in owner.last.text
    await owner.types(file.link)
    assert "ссылка на один файл" in owner.last.text
    share.password = True
    await owner.types(share.link)
    assert "Папка по ссылке закрыта паролем. Попросите владельца убрать пароль" in owner.last.text
    share.password, share.forbidden = False, True
    await owner.types(share.link)
    assert "Скачивать по ссылке нельзя" in owner.last.text
    share.forbidden, share.quota_status, share.quota_hits_lists = False, 429, True
    await owner.types(share.link)
    assert "Дневной лимит скачиваний по ссылке исчерпан" in owner.last.text
    share.quota_status = 0
    await owner.types(share.link)
    assert "Подключено" in owner.last.text


async def test_a_missing_right_has_the_name_of_the_page_where_it_is_given(owner: User, disk: Disk) -> None:
    disk.tokens.scopes.discard("cloud_api:disk.info")
    await connect(owner, disk)
    assert "«Доступ к информации о Диске»" in owner.last.text


async def test_a_zone_is_shown_as_it_was_written(owner: User, disk: Disk) -> None:
    """The names of fixed offsets have their sign the other way round."""
    await connect(owner, disk)
    await owner.press("Настройки")
    await owner.press("Часовой пояс")
    await owner.types("МСК+4")
    assert "Часовой пояс: UTC+7" in owner.last.text


async def test_a_folder_that_is_not_there_may_be_named_again(world: World, owner: User, disk: Disk) -> None:
    await owner.types("/connect")
    await owner.press("Яндекс Диск")
    await owner.press("Токен уже есть")
    await owner.types(disk.token)
    await owner.types("Звонки")
    assert "Папки «Звонки» нет на Диске" in owner.last.text
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


async def test_a_renewed_access_keeps_the_folder_that_was_set_since(world: World, owner: User, disk: Disk) -> None:
    """The one that was connected first may be gone for long."""
    await connect(owner, disk)
    disk.tree.move(disk.tree.find("disk:/Записи звонков"), "disk:/Записи 2026")
    await owner.press("Настройки")
    await owner.press("Папки")
    await owner.types("Записи 2026")
    await owner.press("Сохранить")
    await owner.types("/integrations")
    await owner.press("Яндекс Диск sales")
    await owner.press("Обновить доступ")
    await owner.types(disk.token)
    assert "Доступ обновлён" in owner.last.text
    row = await stored(world)
    assert {**row.settings, **row.options}["folders"] == "disk:/Записи 2026"


async def test_a_folder_named_at_a_renewal_takes_the_place_of_the_one_that_was_set(
    world: World, owner: User, disk: Disk
) -> None:
    await connect(owner, disk)
    await owner.press("Настройки")
    await owner.press("Папки")
    await owner.types("/")
    await owner.press("Сохранить")
    await owner.types("/connect")
    await owner.press("Яндекс Диск")
    await owner.press("Токен уже есть")
    await owner.types(disk.token)
    await owner.types("Записи звонков")
    assert "Доступ обновлён" in owner.last.text
    row = await stored(world)
    assert {**row.settings, **row.options}["folders"] == "disk:/Записи звонков"


async def test_a_pattern_that_cannot_be_is_explained(owner: User, disk: Disk) -> None:
    await connect(owner, disk)
    await owner.types("/integrations")
    await owner.press("Яндекс Диск sales")
    await owner.press("Настройки")
    await owner.press("Имена файлов")
    await owner.types("{кто}_{phone}")
    assert "Такого поля нет" in owner.last.text
