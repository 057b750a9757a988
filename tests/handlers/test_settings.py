"""/settings: what a company spends, what it writes without proof, how many prompts it has."""

import pytest

from services.domain.workspace import Workspace
from tests.harness.world import User, World


async def workspace(world: World, owner: User) -> Workspace:
    known = await world.workspaces.who_is(owner.person.id)
    assert known is not None
    return known[1]


async def set_cap(owner: User, words: str) -> None:
    await owner.types("/settings")
    await owner.press("Лимит расходов")
    await owner.types(words)


async def test_a_limit_without_a_price_says_that_it_does_not_work(world: World, owner: User) -> None:
    await set_cap(owner, "1 500,5 руб.")
    assert owner.sees("Без «Цены модели» я не вижу расходов")
    assert "Лимит 1500.50 ₽ в день пока не работает" in owner.last.text
    await owner.press("Цена модели")
    await owner.types("20 160")
    assert "На модель не больше 1500.50 ₽ в день" in owner.last.text
    assert (await workspace(world, owner)).daily_cap == 1500.5


async def test_zero_lifts_the_limit(world: World, owner: User) -> None:
    await set_cap(owner, "500")
    await set_cap(owner, "0")
    assert "₽ в день" not in owner.last.text
    assert (await workspace(world, owner)).daily_cap is None


@pytest.mark.parametrize("words", ["много", "-5", "5 или 6", "99999999999"])
async def test_what_is_no_sum_is_asked_for_again(world: World, owner: User, words: str) -> None:
    await set_cap(owner, words)
    assert "Нужна одна сумма в рублях" in owner.last.text
    await owner.types("300 ₽")
    assert (await workspace(world, owner)).daily_cap == 300


async def test_quotes_may_be_left_out_where_the_owner_wants_it(world: World, owner: User) -> None:
    await owner.types("/settings")
    await owner.press("Писать и без цитаты")
    assert not (await workspace(world, owner)).strict_quotes
    await owner.press("Писать только с цитатой")
    assert (await workspace(world, owner)).strict_quotes


async def test_the_limit_of_prompts_is_set_and_lifted(world: World, owner: User) -> None:
    await owner.types("/settings")
    await owner.press("Предел промптов")
    await owner.press("10")
    assert "Больше 10 промптов" in owner.last.text
    await owner.press("Предел промптов")
    await owner.press("без предела")
    assert (await workspace(world, owner)).hard_limit_prompts is None


async def test_settings_name_the_city_and_each_question_leads_back(world: World, owner: User) -> None:
    assert owner.member is not None
    await world.workspaces.set_zone(owner.member, "Europe/Moscow")
    await owner.types("/settings")
    assert "Часовой пояс компании: Москва" in owner.last.text
    await owner.press("Данные клиентов")
    await owner.press("Удалить всё о номере")
    await owner.press("Назад")
    assert "Расшифровки:" in owner.last.text
    await owner.press("Удалить всё о номере")
    await owner.types("+7 900 000-00-99")
    assert "звонков нет" in owner.last.text
    await owner.press("Назад")
    assert "Расшифровки:" in owner.last.text
