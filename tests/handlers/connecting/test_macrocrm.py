"""MacroCRM through the dialogue: the report of its check, what it cannot do and why, what the owner may set."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from sandbox.macrocrm import Installation
from services.db.models import IntegrationRow
from services.db.unit_of_work import Database
from services.domain.workspace import Role
from services.integrations import bitrix24, macrocrm
from tests.fakes.clock import FakeClock, RemoteClock
from tests.harness.world import User, World

pytestmark = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)

SOUND = b"ID3\x04\x00\x00" + bytes(512)
METHOD = """метод: estateBuy/setAttribute
тело: {"id": {id}, "attr": "{field}", "value": "{value}"}
поля: Бюджет = attr_15
проверка: %s
чтение: estateBuy/getAttribute {"id": {id}, "attr": "{field}"} -> attribute.value"""
REASON = "Поля заявок не заполняю"


@pytest.fixture
async def world(database: Database, clock: FakeClock) -> AsyncIterator[World]:
    entries = (bitrix24.INTEGRATION, macrocrm.INTEGRATION)
    async with World(database, clock, {entry.kind: entry for entry in entries}) as opened:
        yield opened


@pytest.fixture
async def owner(world: World) -> User:
    return await world.member(Role.OWNER)


@pytest.fixture
async def installation(clock: FakeClock) -> AsyncIterator[Installation]:
    stand = Installation(clock=RemoteClock(clock))
    stand.add_call(started=stand.clock.datetime() - timedelta(hours=2), recording=SOUND, recorded_after=-3600)
    await stand.start()
    yield stand
    await stand.stop()


async def connect(owner: User, installation: Installation) -> None:
    await owner.types("/connect")
    await owner.press("MacroCRM")
    await owner.types(installation.base_url)
    await owner.types(installation.key)
    await owner.press("Пропустить")


async def stored(world: World) -> IntegrationRow:
    async with world.database.read() as session:
        return (await session.scalars(select(IntegrationRow))).one()


async def open_option(owner: User, name: str) -> None:
    await owner.types("/integrations")
    await owner.press("127.0.0.1")
    await owner.press("Настройки")
    await owner.press(name)


async def test_the_report_says_what_is_confirmed_and_what_was_not_tried(
    world: World, owner: User, installation: Installation
) -> None:
    await connect(owner, installation)
    report = owner.last.text
    for told in (
        "Статусы заявок: 7",
        "Звонки видны: 1 за 1 день",
        "Запись разговора скачалась: mp3",
        "Не проверял: заметки",
    ):
        assert told in report
    assert REASON in report
    assert re.search(r"Последний звонок: \d\d\.\d\d\.\d{4} \d\d:\d\d, тел\.", report), "as people write a moment"
    assert "+7••••••••11" in report
    assert "9000000011" not in report
    assert installation.key not in str([message.text for message in world.telegram.messages(owner.chat)])
    assert (await stored(world)).settings["dialect"] == "d1"


async def test_a_check_that_fails_connects_nothing_and_may_be_repeated(
    world: World, owner: User, installation: Installation
) -> None:
    installation.settings.granted.discard("calls/getRecord")
    await connect(owner, installation)
    assert "❌ У ключа закрыт метод calls/getRecord" in owner.last.text
    async with world.database.read() as session:
        assert (await session.scalars(select(IntegrationRow))).all() == []
    installation.settings.granted.add("calls/getRecord")
    await owner.press("Проверить ещё раз")
    assert (await stored(world)).name


@pytest.mark.parametrize(
    ("typed", "told"),
    [("привет", "не похоже на адрес"), ("http://", "не похоже на адрес")],
)
async def test_nonsense_is_refused_with_an_example(
    world: World, owner: User, installation: Installation, typed: str, told: str
) -> None:
    await owner.types("/connect")
    await owner.press("MacroCRM")
    await owner.types(typed)
    assert told in owner.last.text


async def test_every_setting_can_be_opened_and_says_what_holds(
    world: World, owner: User, installation: Installation
) -> None:
    await connect(owner, installation)
    for step in macrocrm.INTEGRATION.options:
        title = {"fields": "Поля заявки", "delivery": "Если ответ CRM потерялся", "timezone": "Часовой пояс"}
        if step.field in title:
            await open_option(owner, title[step.field])
            assert "Сейчас:" in owner.last.text
    await open_option(owner, "Если ответ CRM потерялся")
    await owner.press("Записать ещё раз")
    assert (await stored(world)).options == {"delivery": "at_least_once"}
    await open_option(owner, "Длина заметки")
    await owner.types("много")
    assert "целое число" in owner.last.text
    await owner.types("1000")
    assert (await stored(world)).options["note_limit"] == "1000"


async def choose_destination(owner: User) -> None:
    await owner.types("/new")
    await owner.press("Заявки")
    await owner.press("Недозвон")


async def test_why_no_fields_are_offered_is_said_until_the_owner_switches_them_on(
    world: World, owner: User, installation: Installation
) -> None:
    await connect(owner, installation)
    await choose_destination(owner)
    assert REASON in owner.last.text
    assert not any("ол" in button and "заявк" in button for button in owner.last.buttons)
    before = set(owner.last.buttons)
    installation.settings.granted |= {"estateBuy/setAttribute", "estateBuy/getAttribute"}
    installation.attribute_names.add("attr_15")
    request = installation.add_request(installation.add_contact("Проба", "79000000012"))
    await open_option(owner, "Поля заявки")
    assert "по-настоящему запишу" in owner.last.text
    await owner.types(METHOD % request.id)
    assert "Прочитал его обратно и вернул как было" in owner.last.text
    assert request.attributes == {"attr_15": ""}
    await owner.press("Сохранить")
    assert "fields" in (await stored(world)).options
    await choose_destination(owner)
    assert REASON not in owner.last.text
    assert len(set(owner.last.buttons) - before) == 1
    await open_option(owner, "Поля заявки")
    await owner.types("нет")
    await choose_destination(owner)
    assert REASON in owner.last.text


@pytest.mark.parametrize("is_told", [True, False], ids=["company told", "company not told"])
async def test_a_new_key_renews_the_account_and_its_settings_stay(
    world: World, owner: User, installation: Installation, is_told: bool
) -> None:
    """Where no request tells whose company it is, a new key may be another company's: it is asked."""
    if is_told:
        installation.add_request(installation.add_contact("Анна", "79000000011"))
    await connect(owner, installation)
    await open_option(owner, "Если ответ CRM потерялся")
    await owner.press("Записать ещё раз")
    installation.key = "macro-second-key"
    await owner.types("/integrations")
    await owner.press("127.0.0.1")
    await owner.press("Обновить доступ")
    await owner.types(installation.key)
    if any("Пропустить" in button for button in owner.last.buttons):
        await owner.press("Пропустить")
    assert ("Это другой аккаунт" in owner.last.text) is not is_told
    if not is_told:
        await owner.press("Перевести")
    row = await stored(world)
    assert row.options == {"delivery": "at_least_once"}
    assert row.account.endswith("/77") is is_told


async def test_a_number_out_of_range_is_told_the_range(
    world: World, owner: User, installation: Installation
) -> None:
    await connect(owner, installation)
    await open_option(owner, "Короткие разговоры")
    await owner.types("0")
    assert "от 1 до 600" in owner.last.text


async def test_the_line_that_is_missing_is_named(world: World, owner: User, installation: Installation) -> None:
    await connect(owner, installation)
    await open_option(owner, "Поля заявки")
    await owner.types("метод: a/b")
    assert "«тело»" in owner.last.text


async def test_one_way_of_asking_that_fails_is_not_said_to_be_all_of_them(
    world: World, owner: User, installation: Installation
) -> None:
    await connect(owner, installation)
    await open_option(owner, "Как спрашивать")
    await owner.press("GET в адресе")
    assert "Таким способом" in owner.last.text
    assert "ни одним" not in owner.last.text
