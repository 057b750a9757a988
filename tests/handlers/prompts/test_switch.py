"""/enable and /disable: numbers and names, and all of them when one cannot."""

import pytest
from sqlalchemy import select

from services.db.models import IntegrationRow, WorkspaceRow
from services.domain.integration import IntegrationState
from tests.handlers.prompts.making import fill, names_of
from tests.harness.world import User, World


async def set_limits(world: World, **settings: int) -> None:
    async with world.database.write() as session:
        row = await session.get_one(WorkspaceRow, 1)
        row.settings = {**row.settings, **settings}


async def test_an_exact_name_wins_over_a_number(world: World, connected: User) -> None:
    await fill(world, connected, "Итог", "1")
    await connected.types("/enable 1")
    assert await names_of(world, enabled=True) == ["1"]


@pytest.mark.parametrize("words", ["²", "0", "99", "-1", "%", "👍", "9" * 4000])
async def test_strange_words_find_nothing(world: World, connected: User, words: str) -> None:
    await fill(world, connected, "Итог")
    await connected.types(f"/enable {words}")
    assert "Не нашёл" in connected.last.text
    assert await names_of(world, enabled=True) == []


async def test_switching_twice_says_the_true_state(world: World, connected: User) -> None:
    await fill(world, connected, "Итог")
    await connected.types("/enable итог")
    (first,) = await world.prompts.all(1)
    world.clock.advance(60)
    await connected.types("/enable ИТОГ")
    (second,) = await world.prompts.all(1)
    assert second.enabled_at == first.enabled_at
    await connected.types("/disable Итог")
    assert await names_of(world, enabled=True) == []


async def test_where_the_answers_go_is_said_of_deals_or_of_leads(world: World, connected: User) -> None:
    """As the prompt's card says it: a funnel of deals has no leads."""
    for funnel, name in (("Продажи", "Сделочный"), ("Лиды", "Лидовый")):
        await connected.types("/new")
        for press in (funnel, "Любая стадия", "Комментарий"):
            await connected.press(press)
        await connected.types(name)
        await connected.types("Кратко?")
        await connected.press("Готово")
        await connected.press("Сохранить")
    await connected.types("/enable Сделочный")
    assert "Ответ: 💬 комментарий к сделке\n" in connected.last.text
    await connected.types("/enable")
    await connected.press("Лидовый")
    assert "Ответ: 💬 комментарий к лиду\n" in connected.last.text


async def test_beyond_the_hard_limit_nothing_is_enabled(world: World, connected: User) -> None:
    await set_limits(world, hard_limit_prompts=1)
    await fill(world, connected, "Один", "Два")
    await connected.types("/enable 1")
    await connected.types("/enable 2")
    assert "предел" in connected.last.text
    assert await names_of(world, enabled=True) == ["Один"]


async def test_all_stops_at_the_hard_limit_and_says_so(world: World, connected: User) -> None:
    await set_limits(world, hard_limit_prompts=2)
    await fill(world, connected, "Один", "Два", "Три")
    await connected.types("/enable all")
    await connected.press("Да, включить все")
    assert await names_of(world, enabled=True) == ["Один", "Два"]
    assert "2 промпта" in connected.last.text
    assert "предел" in connected.last.text


async def test_all_is_not_stopped_by_a_disconnected_crm(world: World, connected: User) -> None:
    await fill(world, connected, "Оторванный")
    async with world.database.write() as session:
        row = await session.scalar(select(IntegrationRow))
        assert row is not None
        row.state = IntegrationState.DISCONNECTED
    await connected.types("/connect")
    await connected.press("Битрикс24")
    async with world.database.write() as session:
        (old,) = await session.scalars(select(IntegrationRow))
        old.account = "old.test"
    await connected.types(world.portal.webhook_url)
    await fill(world, connected, "Живой")
    await connected.types("/enable all")
    await connected.press("Да, включить все")
    assert await names_of(world, enabled=True) == ["Живой"]
    assert "отключена" in connected.last.text


async def test_all_warns_when_it_is_too_many(world: World, connected: User) -> None:
    await set_limits(world, recommended_prompts=2)
    await fill(world, connected, "Один", "Два", "Три")
    await connected.types("/enable all")
    await connected.press("Да, включить все")
    assert "включено уже 3" in connected.last.text


async def test_prompts_of_different_funnels_do_not_crowd_each_other(world: World, connected: User) -> None:
    await set_limits(world, recommended_prompts=2)
    await fill(world, connected, "Сервис 1", "Сервис 2", funnel="Сервис")
    await fill(world, connected, "Продажи 1", funnel="Продажи")
    await connected.types("/enable all")
    await connected.press("Да, включить все")
    assert "⚠️" not in connected.last.text
    await fill(world, connected, "Везде")
    await connected.types("/enable 4")
    assert "включено уже 3" in connected.last.text
