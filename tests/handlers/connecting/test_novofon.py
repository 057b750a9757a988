"""Novofon is connected by its cabinet's own values, and what the cabinet forbids is said in words."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram.utils.i18n import I18n
from sqlalchemy import select

from bot.i18n import load_languages
from handlers.connecting.systems import novofon as words
from sandbox.novofon import Cabinet, LegacyCabinet
from services.db.models import IntegrationRow
from services.db.unit_of_work import Database
from services.domain.workspace import Role
from services.errors import Gone, Unauthorized
from services.integrations import bitrix24, novofon
from services.integrations.base import CheckLine
from tests.fakes.clock import FakeClock, RemoteClock
from tests.harness.world import User, World

pytestmark = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)


@pytest.fixture
async def world(database: Database, clock: FakeClock) -> AsyncIterator[World]:
    entries = (bitrix24.INTEGRATION, novofon.INTEGRATION)
    async with World(database, clock, {entry.kind: entry for entry in entries}) as opened:
        yield opened


@pytest.fixture
async def owner(world: World) -> User:
    return await world.member(Role.OWNER)


@pytest.fixture
async def cabinet(world: World, clock: FakeClock) -> AsyncIterator[Cabinet]:
    stand = Cabinet(clock=RemoteClock(clock))
    await stand.start()
    usual = ("https://dataapi-jsonrpc.novofon.ru", "https://app.novofon.ru")
    world.origins.update(dict.fromkeys(usual, stand.url))
    yield stand
    await stand.stop()


@pytest.fixture
async def old_cabinet(world: World, clock: FakeClock) -> AsyncIterator[LegacyCabinet]:
    stand = LegacyCabinet(clock=RemoteClock(clock))
    await stand.start()
    world.origins["https://api.novofon.com"] = stand.url
    yield stand
    await stand.stop()


async def stored(world: World) -> IntegrationRow:
    async with world.database.read() as session:
        return (await session.scalars(select(IntegrationRow))).one()


async def begin(owner: User, *presses: str) -> None:
    await owner.types("/connect")
    for press in ("Новофон", *presses):
        await owner.press(press)


async def test_the_new_cabinet_is_connected_by_its_key(world: World, owner: User, cabinet: Cabinet) -> None:
    await begin(owner, "Новый кабинет", "Ключом API")
    assert "Использовать API-ключ" in owner.last.text
    await owner.types(cabinet.token)
    assert "Доступ есть: ООО Ромашка" in owner.last.text
    assert "Подключено" in owner.last.text
    row = await stored(world)
    assert (row.account, row.name) == ("novofon 1234", "ООО Ромашка")
    assert cabinet.token not in row.secrets


async def test_login_and_password_are_asked_for_one_by_one(world: World, owner: User, cabinet: Cabinet) -> None:
    await begin(owner, "Новый кабинет", "Логином и паролем")
    await owner.types(cabinet.login)
    assert "пароль" in owner.last.text
    await owner.types("forgotten")
    assert "Логин или пароль не подходят" in owner.last.text
    await owner.types(cabinet.password)
    assert "Подключено" in owner.last.text


async def test_the_old_cabinet_is_connected_by_key_and_secret(
    world: World, owner: User, old_cabinet: LegacyCabinet
) -> None:
    await begin(owner, "Старый кабинет")
    await owner.types(old_cabinet.key)
    await owner.types(old_cabinet.secret)
    assert "Ключ и секрет подходят" in owner.last.text
    assert "Подключено" in owner.last.text


async def test_a_cabinet_that_does_not_let_us_in_is_explained(owner: User, cabinet: Cabinet) -> None:
    cabinet.listed = False
    await begin(owner, "Новый кабинет", "Ключом API")
    await owner.types(cabinet.token)
    said = owner.last.text
    assert "не пускает мой адрес 203.0.113.7" in said
    assert "Правила безопасности" in said
    assert "Подключено" not in said
    cabinet.listed = True
    await owner.press("Проверить ещё раз")
    assert "Подключено" in owner.last.text


async def test_missing_rights_are_explained(owner: User, cabinet: Cabinet) -> None:
    cabinet.forbidden.add("get.calls_report")
    await begin(owner, "Новый кабинет", "Ключом API")
    await owner.types(cabinet.token)
    assert "нет прав на отчёты о звонках" in owner.last.text
    assert "Подключено" not in owner.last.text


async def test_a_zone_is_shown_by_its_clock_before_it_is_kept(world: World, owner: User, cabinet: Cabinet) -> None:
    await begin(owner, "Новый кабинет", "Ключом API")
    await owner.types(cabinet.token)
    await owner.types("/integrations")
    await owner.press("ООО Ромашка")
    await owner.press("Настройки")
    assert "как в кабинете" in owner.last.text
    await owner.press("Часовой пояс")
    await owner.types("Луна")
    assert "Не знаю такого пояса" in owner.last.text
    await owner.types("Asia/Vladivostok")
    assert "Сейчас там 19:0" in owner.last.text
    await owner.press("Сохранить")
    assert (await stored(world)).options == {"zone": "Asia/Vladivostok"}


@pytest.fixture(params=["ru", "en"])
def speaking(request: pytest.FixtureRequest, database_address: Path) -> I18n:
    i18n = load_languages()
    i18n.ctx_locale.set(request.param)
    return i18n


LINES = [
    CheckLine("address", ok=False),
    CheckLine("address", ok=False, values={"address": "203.0.113.7"}),
    *(CheckLine(code, ok=ok) for code in ("account", "key", "zone", "zone_now", "calls") for ok in (True, False)),
    *(CheckLine(code, ok=ok) for code in ("records", "people") for ok in (True, False)),
    *(CheckLine("calls", ok=False, values={"why": why}) for why in ("forbidden", "method_component_disabled", "")),
]


def test_everything_has_its_words(speaking: I18n) -> None:
    with speaking.context():
        said = [words.line(line) for line in LINES]
        for step in novofon.INTEGRATION.steps:
            said += [words.ask(step.field, {}).as_html(), *(words.choice(step.field, one) for one in step.choices)]
        for option in novofon.INTEGRATION.options:
            said += [words.option_title(option.field), words.option_value(option.field, "")]
            said.append(words.ask_option(option.field, {}).as_html())
        for code in ("ip_not_whitelisted", "forbidden", "account_inactive", "limit_exceeded"):
            told = words.trouble("unauthorized", code)
            assert told is not None
            said += told
        said += [words.where_to_paste().as_html(), words.renew_hint(), words.title()]
        told_failures = [
            words.failure(Unauthorized(remote_code=code)) for code in ("auth_error", "account_inactive", "")
        ]
        assert len({*told_failures}) == 3
        assert words.failure(Gone()) is None
    assert all(one.strip() for one in said)
    assert "{" not in " ".join(said)
