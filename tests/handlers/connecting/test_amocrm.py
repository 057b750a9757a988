"""amoCRM is connected by a long-lived token, or on its own page; its troubles are said in its own words."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from sandbox.amocrm import Account
from services.db.models import IntegrationRow
from services.domain.integration import Kind
from services.integrations import amocrm, bitrix24
from services.integrations.entry import CatalogueEntry
from tests.fakes.clock import FakeClock, RemoteClock
from tests.handlers.connecting.conftest import PUBLIC, Outside
from tests.harness.world import User, World

pytestmark = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)


@pytest.fixture
def catalogue() -> dict[Kind, CatalogueEntry]:
    return {entry.kind: entry for entry in (bitrix24.INTEGRATION, amocrm.INTEGRATION)}


@pytest.fixture
async def account(clock: FakeClock) -> AsyncIterator[Account]:
    made = Account(clock=RemoteClock(clock))
    await made.start()
    yield made
    await made.stop()


async def begin(owner: User, way: str, account: Account) -> None:
    await owner.types("/connect")
    await owner.press("amoCRM")
    assert "Подключение amoCRM" in owner.last.text
    await owner.press(way)
    await owner.types(account.url)


async def stored(world: World) -> IntegrationRow:
    async with world.database.read() as session:
        return (await session.scalars(select(IntegrationRow))).one()


async def test_a_long_lived_token_connects(world: World, owner: User, account: Account) -> None:
    token = account.access.long_lived()
    await begin(owner, "Долгосрочный токен", account)
    await owner.types(token)
    said = owner.last.text
    for words in ("Demo LLC", "Воронки видны", "Звонки в контактах видны", "Токен действует до", "Подключено"):
        assert words in said
    assert token not in said
    row = await stored(world)
    assert row.account == urlsplit(account.url).netloc
    assert world.integrations.unseal(row.secrets)["token"] == token


async def test_what_is_wrong_is_said_and_another_value_may_follow(
    world: World, owner: User, account: Account
) -> None:
    await owner.types("/connect")
    await owner.press("amoCRM")
    await owner.press("Долгосрочный токен")
    await owner.types("www.amocrm.ru")
    assert "не адрес аккаунта" in owner.last.text
    await owner.types(account.url)
    await owner.types("секрет")
    assert "не похоже на токен" in owner.last.text
    revoked = account.access.long_lived()
    account.access.revoke_all()
    await owner.types(revoked)
    assert "amoCRM не принимает доступ" in owner.last.text
    await owner.types(account.access.long_lived())
    assert "Подключено" in owner.last.text


async def test_a_permission_on_its_own_page_connects(
    world: World, owner: User, account: Account, outside: Outside
) -> None:
    client = account.access.register(f"{PUBLIC}/oauth/amocrm")
    await begin(owner, "Вход через страницу", account)
    await owner.types(client.id)
    await owner.types(client.secret)
    (page,) = [button["url"] for row in owner.last.keyboard for button in row if "url" in button]
    state = dict(pair.split("=") for pair in urlsplit(page).query.split("&"))["state"]
    status, _ = await outside.asks(account.way_back(client, state))
    await outside.settle()
    assert status == 200
    assert "Подключено" in owner.last.text
    secrets = world.integrations.unseal((await stored(world)).secrets)
    assert secrets["refresh_token"] in account.access.refresh
    assert secrets["access_token"] not in " ".join(message.text for message in owner.messages)


async def test_a_token_that_ends_is_renewed_by_sending_another(
    world: World, owner: User, account: Account
) -> None:
    await begin(owner, "Долгосрочный токен", account)
    await owner.types(account.access.long_lived())
    account.access.revoke_all()
    await owner.types("/integrations")
    await owner.press("Demo LLC")
    await owner.press("Обновить доступ")
    await owner.types(account.access.long_lived())
    assert "Доступ обновлён" in owner.last.text


TROUBLES = {"flood": "слишком частых запросов", "unpaid": "не оплачен"}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_its_troubles_are_said_in_its_own_words(
    world: World, owner: User, account: Account, trouble: str
) -> None:
    await begin(owner, "Долгосрочный токен", account)
    token = account.access.long_lived()
    if trouble == "flood":
        account.limits.blocked = True
    else:
        account.wants.unpaid = True
    await owner.types(token)
    assert TROUBLES[trouble] in owner.last.text


async def test_a_setting_is_chosen_by_a_button(world: World, owner: User, account: Account) -> None:
    await begin(owner, "Долгосрочный токен", account)
    await owner.types(account.access.long_lived())
    await owner.types("/integrations")
    await owner.press("Demo LLC")
    await owner.press("Настройки")
    assert "Закрытые сделки" in owner.last.text
    await owner.press("Закрытые сделки")
    await owner.press("Брать")
    assert (await stored(world)).options == {"closed_deals": "take"}
