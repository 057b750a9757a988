"""The dialogue of any system: grouped, one value a message, with progress, back, and nothing lost on the way."""

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from services.db.models import IntegrationRow, WizardStateRow
from services.errors import Unauthorized, Unreachable
from services.secrets import Vault
from tests.fakes.systems import Cabinet
from tests.handlers.connecting.conftest import connect_cabinet
from tests.harness.world import User, World

pytestmark = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)


async def stored(world: World) -> list[IntegrationRow]:
    async with world.database.read() as session:
        return list(await session.scalars(select(IntegrationRow).order_by(IntegrationRow.id)))


async def test_crms_stand_apart_from_what_only_gives_calls(owner: User) -> None:
    await owner.types("/connect")
    crm, calls = owner.last.text.split("Телефония и диск")
    assert "Битрикс24: звонки и записи, воронки, комментарии, поля, списки" in crm
    assert "ЦРМ: звонки и записи, воронки" in crm
    assert "Кабинет: звонки и записи" in calls
    assert owner.last.buttons == ["Битрикс24", "ЦРМ", "Кабинет"]


async def test_each_value_has_its_own_message_and_the_way_is_shown(world: World, owner: User) -> None:
    await owner.types("/connect")
    await owner.press("Кабинет")
    assert owner.last.text.startswith("Шаг 1\n")
    await owner.press("выбрать old")
    assert owner.last.text.startswith("Шаг 2 из 4\nпришлите login")
    await owner.types("anna")
    assert owner.last.text.startswith("Шаг 3 из 4\nпришлите password")
    await owner.types("open-sesame")
    assert "Ваше сообщение удалено" in owner.last.text
    assert "Шаг 4 из 4" in owner.last.text
    assert not any("open-sesame" in shown.text for shown in world.telegram.messages(owner.chat))
    assert any(shown.text == "anna" for shown in world.telegram.messages(owner.chat))
    await owner.types("101")
    assert "Подключено!" in owner.last.text
    assert "/funnels" in owner.last.text
    assert "Настройки" in str(owner.last.buttons)


async def test_back_forgets_the_answer_and_what_hung_on_it(world: World, owner: User) -> None:
    await owner.types("/connect")
    await owner.press("Кабинет")
    await owner.press("выбрать old")
    await owner.types("anna")
    await owner.press("Назад")
    assert owner.last.text.startswith("Шаг 2 из 4\nпришлите login")
    await owner.press("Назад")
    assert owner.last.text.startswith("Шаг 1\n")
    await owner.press("выбрать new")
    assert owner.last.text.startswith("Шаг 2 из 3\nпришлите key")
    await owner.types("key-one")
    await owner.press("Пропустить")
    assert "Подключено!" in owner.last.text
    (row,) = await stored(world)
    assert world.integrations.unseal(row.secrets) == {"cabinet": "new", "key": "key-one"}


async def test_back_from_the_first_step_leads_to_all_systems(owner: User) -> None:
    await owner.types("/connect")
    await owner.press("Кабинет")
    await owner.press("Назад")
    assert "Что подключаем?" in owner.last.text
    await owner.types("key-one")
    assert "Не понял" in owner.last.text


async def test_back_to_a_skipped_step_asks_it_again(owner: User) -> None:
    await owner.types("/connect")
    await owner.press("ЦРМ")
    await owner.press("выбрать login")
    await owner.types("client-one")
    await owner.press("Пропустить")
    assert "Шаг 4 из 4" in owner.last.text
    await owner.press("Назад")
    assert "пришлите nickname" in owner.last.text


async def test_a_second_press_of_an_old_window_changes_nothing(owner: User) -> None:
    await owner.types("/connect")
    await owner.press("Кабинет")
    await owner.press("выбрать old")
    await owner.types("anna")
    await owner.forges("ix:b:2")
    assert owner.last.text.startswith("Шаг 3 из 4")
    for _ in range(2):
        await owner.forges("ix:b:3")
        await owner.forges("ic:0:1")
        assert owner.last.text.startswith("Шаг 2 из 4")


async def test_values_wait_encrypted_and_survive_a_restart(world: World, owner: User) -> None:
    await owner.types("/connect")
    await owner.press("Кабинет")
    await owner.press("выбрать old")
    await owner.types("anna")
    await owner.types("open-sesame")
    async with world.database.read() as session:
        kept = str([row.data for row in await session.scalars(select(WizardStateRow))])
    assert "sealed" in kept
    assert "open-sesame" not in kept
    assert "anna" not in kept
    world.restart()
    await owner.press("Пропустить")
    assert "Подключено!" in owner.last.text
    (row,) = await stored(world)
    assert "open-sesame" not in row.secrets


async def test_a_value_that_does_not_fit_is_asked_for_again(owner: User) -> None:
    await owner.types("/connect")
    await owner.press("Кабинет")
    await owner.types("new")
    assert "Выберите кнопкой" in owner.last.text
    await owner.press("выбрать new")
    await owner.types("key!")
    assert "не подходит" in owner.last.text
    await owner.types("key-one")
    assert "Шаг 3 из 3" in owner.last.text


@pytest.mark.parametrize("failure", [Unreachable(), Unauthorized()])
async def test_after_a_failed_check_another_value_may_be_sent(
    world: World, owner: User, cabinet: Cabinet, failure: Unreachable | Unauthorized
) -> None:
    cabinet.failures.append(failure)
    await connect_cabinet(owner)
    assert "❌" in owner.last.text
    assert await stored(world) == []
    await owner.press("Проверить ещё раз")
    assert "Подключено!" in owner.last.text
    assert len(await stored(world)) == 1


async def test_a_check_that_is_not_passed_saves_nothing(world: World, owner: User) -> None:
    await connect_cabinet(owner, "weak")
    assert "❌ строка access" in owner.last.text
    assert await stored(world) == []
    await owner.types("strong")
    assert "Подключено!" in owner.last.text


async def test_accounts_of_one_kind_have_names_of_their_own(world: World, owner: User, cabinet: Cabinet) -> None:
    for account in ("a.test", "b.test", "a.test"):
        cabinet.account = account
        await connect_cabinet(owner)
    assert "Доступ обновлён" in owner.last.text
    assert [one.name for one in await world.integrations.of(1)] == ["Кабинет", "Кабинет 2"]
    await owner.types("/integrations")
    await owner.press("Кабинет 2")
    await owner.press("Переименовать")
    await owner.types("кабинет")
    assert "уже есть" in owner.last.text
    await owner.types("Омск")
    assert [one.name for one in await world.integrations.of(1)] == ["Кабинет", "Омск"]


async def test_facts_of_the_check_are_there_for_the_first_look(owner: User, cabinet: Cabinet) -> None:
    cabinet.facts["zone"] = "Asia/Omsk"
    await connect_cabinet(owner)
    assert cabinet.pulls == 1
    assert cabinet.opened_with[-1]["zone"] == "Asia/Omsk"


async def test_a_renewal_asks_for_what_is_secret_alone(world: World, owner: User) -> None:
    await owner.types("/connect")
    await owner.press("Кабинет")
    await owner.press("выбрать old")
    for value in ("anna", "open-sesame", "101"):
        await owner.types(value)
    await owner.types("/integrations")
    await owner.press("Кабинет")
    await owner.press("Обновить доступ")
    assert owner.last.text.startswith("Шаг 3 из 4\nпришлите password")
    await owner.press("Назад")
    await owner.types("boris")
    await owner.types("close-sesame")
    assert "Доступ обновлён" in owner.last.text
    (row,) = await stored(world)
    assert world.integrations.unseal(row.secrets) == {
        "cabinet": "old",
        "login": "boris",
        "password": "close-sesame",
        "extension": "101",
    }


async def test_an_access_sent_before_it_is_asked_for_leaves_the_chat(world: World, owner: User) -> None:
    await owner.types("/connect")
    await owner.press("Кабинет")
    await owner.types("sesame-that-came-early")
    assert "Ваше сообщение удалено" in owner.last.text
    assert "Выберите кнопкой" in owner.last.text
    assert not any("sesame" in shown.text for shown in world.telegram.messages(owner.chat))
    await owner.types("а что нажимать, подскажите")
    assert owner.last.text == "Выберите кнопкой под сообщением выше."
    assert any("подскажите" in shown.text for shown in world.telegram.messages(owner.chat))


@pytest.mark.parametrize("how", ["types", "presses"])
async def test_keys_that_were_exchanged_end_the_dialogue_and_no_access_stays_in_the_chat(
    world: World, owner: User, how: str
) -> None:
    """A key file was lost: nobody reads what had been entered, and the next value is a secret all the same."""
    await owner.types("/connect")
    await owner.press("Кабинет")
    await owner.press("выбрать old")
    await owner.types("anna")
    other = Vault([Fernet.generate_key().decode()]).close({"login": "anna"})
    async with world.database.write() as session:
        row = (await session.scalars(select(WizardStateRow))).one()
        row.data = {**row.data, "sealed": other}
    if how == "types":
        await owner.types("open-sesame")
    else:
        await owner.press("Назад")
    assert owner.last.text.endswith(
        "Ключи бота сменились, и введённое раньше не прочитать. Начните заново: /connect"
    )
    assert not any("open-sesame" in shown.text for shown in world.telegram.messages(owner.chat))
    await connect_cabinet(owner)
    assert "Подключено!" in owner.last.text
