"""A step answered on the system's own page: a link that works once, and a dialogue that goes on by itself."""

import hashlib

import pytest
from sqlalchemy import select, update

from services.db.models import IntegrationRow, MemberRow, PendingAccessRow
from services.domain.workspace import Role
from services.errors import Unauthorized, Unreachable
from tests.fakes.systems import Cabinet, state_of
from tests.handlers.connecting.conftest import Outside
from tests.harness.world import User, World

pytestmark = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)


async def ask_link(user: User) -> str:
    """Up to the button; what goes along in its link."""
    await user.types("/connect")
    await user.press("ЦРМ")
    await user.press("выбрать login")
    assert "вернёмся на https://bot.example.test/oauth/amocrm" in user.last.text
    await user.types("client-one")
    await user.press("Пропустить")
    return link_in(user)


def link_in(user: User) -> str:
    (url,) = [button["url"] for row in user.last.keyboard for button in row if "url" in button]
    return state_of(url)


async def pending(world: World) -> list[PendingAccessRow]:
    async with world.database.read() as session:
        return list(await session.scalars(select(PendingAccessRow)))


async def tokens(world: World) -> list[str]:
    async with world.database.read() as session:
        rows = await session.scalars(select(IntegrationRow))
        return [world.integrations.unseal(row.secrets)["token"] for row in rows]


async def test_the_dialogue_goes_on_in_the_chat_by_itself(
    world: World, owner: User, outside: Outside, cabinet: Cabinet
) -> None:
    state = await ask_link(owner)
    assert "Ссылка работает 20 минут" in owner.last.text
    status, page = await outside.asks(f"/oauth/amocrm?code=code-one&state={state}&referer=demo.crm.test")
    await outside.settle()
    assert (status, "Вернитесь в Telegram" in page) == (200, True)
    assert "code-one" not in page
    assert "Подключено!" in owner.last.text
    assert cabinet.exchanged == [{"way": "login", "client": "client-one", "code": "code-one demo.crm.test"}]
    assert await tokens(world) == ["made of code-one"]
    await owner.types("обед")
    assert "Не понял" in owner.last.text


async def test_nothing_of_the_link_lies_readable_in_the_database(world: World, owner: User) -> None:
    state = await ask_link(owner)
    (row,) = await pending(world)
    assert row.state == hashlib.sha256(state.encode()).hexdigest()
    assert "client-one" not in row.sealed
    assert state not in str(vars(row))


async def test_a_link_works_once(owner: User, outside: Outside, cabinet: Cabinet) -> None:
    state = await ask_link(owner)
    answers = [await outside.asks(f"/oauth/amocrm?code=code-one&state={state}") for _ in range(2)]
    await outside.settle()
    assert [status for status, _ in answers] == [200, 400]
    assert "больше не работает" in answers[1][1]
    assert len(cabinet.exchanged) == 1


async def test_a_link_belongs_to_its_system(owner: User, outside: Outside, cabinet: Cabinet) -> None:
    state = await ask_link(owner)
    for path in ("/oauth/novofon", "/oauth/bitrix24", "/oauth/nobody"):
        assert (await outside.asks(f"{path}?code=c&state={state}"))[0] == 400
    assert (await outside.asks(f"/oauth/amocrm?code=c&state={state}"))[0] == 200
    await outside.settle()
    assert len(cabinet.exchanged) == 1


async def test_a_forged_return_is_answered_and_does_nothing(
    owner: User, outside: Outside, cabinet: Cabinet
) -> None:
    await ask_link(owner)
    shown = len(owner.messages)
    for state in ("", "x" * 43, "\x00", "😀", "'; DROP TABLE member; --"):
        status, page = await outside.asks("/oauth/amocrm", params={"code": "c", "state": state})
        assert (status, "больше не работает" in page) == (400, True)
    assert (len(owner.messages), cabinet.exchanged) == (shown, [])


async def test_a_link_is_too_old_after_twenty_minutes(world: World, owner: User, outside: Outside) -> None:
    state = await ask_link(owner)
    world.clock.advance(20 * 60)
    assert (await outside.asks(f"/oauth/amocrm?code=c&state={state}"))[0] == 400
    assert await pending(world) == []


async def test_whoever_may_not_connect_any_more_is_not_awaited(
    world: World, owner: User, outside: Outside
) -> None:
    state = await ask_link(owner)
    async with world.database.write() as session:
        await session.execute(update(MemberRow).values(role=Role.EDITOR))
    assert (await outside.asks(f"/oauth/amocrm?code=c&state={state}"))[0] == 400


async def test_a_new_link_ends_the_old_one_and_cancel_ends_it_too(
    world: World, owner: User, outside: Outside
) -> None:
    first, second = await ask_link(owner), await ask_link(owner)
    assert (await outside.asks(f"/oauth/amocrm?code=c&state={first}"))[0] == 400
    await owner.press("Отмена")
    assert (await outside.asks(f"/oauth/amocrm?code=c&state={second}"))[0] == 400
    assert await pending(world) == []


async def test_refused_on_the_page_is_said_in_the_chat_and_asked_again(
    world: World, owner: User, outside: Outside
) -> None:
    state = await ask_link(owner)
    status, page = await outside.asks(f"/oauth/amocrm?error=access_denied&state={state}")
    await outside.settle()
    assert (status, "Доступ не дан" in page) == (200, True)
    assert "Вы не дали доступ" in owner.last.text
    assert (await outside.asks(f"/oauth/amocrm?code=c&state={link_in(owner)}"))[0] == 200
    await outside.settle()
    assert "Подключено!" in owner.last.text


async def test_a_code_that_is_refused_is_never_used_again(owner: User, outside: Outside, cabinet: Cabinet) -> None:
    cabinet.failures.append(Unauthorized())
    state = await ask_link(owner)
    await outside.asks(f"/oauth/amocrm?code=code-one&state={state}")
    await outside.settle()
    assert "❌" in owner.last.text
    await owner.press("Войти ещё раз")
    await outside.asks(f"/oauth/amocrm?code=code-two&state={link_in(owner)}")
    await outside.settle()
    assert "Подключено!" in owner.last.text
    assert [one["code"] for one in cabinet.exchanged] == ["code-one", "code-two"]


async def test_a_renewal_leads_straight_to_the_page(
    world: World, owner: User, outside: Outside, cabinet: Cabinet
) -> None:
    await outside.asks(f"/oauth/amocrm?code=code-one&state={await ask_link(owner)}")
    await outside.settle()
    await owner.types("/integrations")
    await owner.press("Кабинет")
    await owner.press("Обновить доступ")
    assert "Шаг 3 из 4" in owner.last.text
    await owner.press("Пропустить")
    await outside.asks(f"/oauth/amocrm?code=code-two&state={link_in(owner)}")
    await outside.settle()
    assert "Доступ обновлён" in owner.last.text
    assert await tokens(world) == ["made of code-two"]


async def test_tokens_outlive_a_check_that_did_not_come_through(
    world: World, owner: User, outside: Outside, cabinet: Cabinet
) -> None:
    cabinet.failures += [None, Unreachable()]
    state = await ask_link(owner)
    await outside.asks(f"/oauth/amocrm?code=code-one&state={state}")
    await outside.settle()
    assert "❌" in owner.last.text
    world.restart()
    await owner.press("Проверить ещё раз")
    assert "Подключено!" in owner.last.text
    assert len(cabinet.exchanged) == 1
    assert await tokens(world) == ["made of code-one"]


async def test_a_return_that_breaks_is_said_in_the_chat(owner: User, outside: Outside, cabinet: Cabinet) -> None:
    cabinet.facts["odd"] = object()
    state = await ask_link(owner)
    await outside.asks(f"/oauth/amocrm?code=code-one&state={state}")
    await outside.settle()
    assert "Что-то сломалось" in owner.last.text


async def test_a_typed_remark_is_no_code(owner: User, cabinet: Cabinet) -> None:
    await ask_link(owner)
    await owner.types("code-one")
    assert "Выберите кнопкой" in owner.last.text
    assert cabinet.exchanged == []


async def test_a_look_at_the_link_does_not_use_it_up(owner: User, outside: Outside) -> None:
    state = await ask_link(owner)
    assert (await outside.asks(f"/oauth/amocrm?code=c&state={state}", "HEAD"))[0] == 405
    assert (await outside.asks(f"/oauth/amocrm?code=c&state={state}"))[0] == 200
    await outside.settle()
    assert "Подключено!" in owner.last.text


class TestWithoutAnAddressOfOurOwn:
    @pytest.fixture
    def public_url(self) -> str:
        return ""

    async def test_the_way_by_a_link_is_not_offered_and_explained(self, owner: User) -> None:
        await owner.types("/connect")
        await owner.press("ЦРМ")
        assert "PUBLIC_URL" in owner.last.text
        assert "выбрать login" not in owner.last.buttons
        await owner.press("выбрать token")
        assert "PUBLIC_URL" not in owner.last.text
        await owner.types("token-one")
        await owner.press("Пропустить")
        assert "Подключено!" in owner.last.text
