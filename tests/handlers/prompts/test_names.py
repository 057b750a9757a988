"""Two prompts of one name in one place are asked about, however they come about."""

import pytest

from tests.handlers.prompts.making import fill, names_of, open_card
from tests.harness.world import User, World


async def test_a_second_press_makes_no_second_copy(world: World, connected: User) -> None:
    await fill(world, connected, "Итог")
    await open_card(connected)
    shown = connected.last
    data = next(b["callback_data"] for row in shown.keyboard for b in row if "Копия" in b["text"])
    for _ in range(2):
        world.telegram.press(connected.chat, shown.message_id, connected.person, data=data)
    await world.settle()
    assert await names_of(world) == ["Итог", "Итог (копия)"]
    assert "Готова копия" in connected.last.text


async def test_each_copy_gets_a_free_name(world: World, connected: User) -> None:
    await fill(world, connected, "Итог")
    for _ in range(2):
        await open_card(connected)
        await connected.press("Копия")
    await connected.press("К списку")
    await connected.press("⚙️ 1")
    await connected.press("Копия")
    assert await names_of(world) == ["Итог", "Итог (копия)", "Итог (копия 2)", "Итог (копия 3)"]


@pytest.mark.parametrize("anyway", [True, False])
async def test_a_new_name_that_is_taken_is_asked_about(world: World, connected: User, anyway: bool) -> None:
    await fill(world, connected, "Итог", "Бюджет")
    await open_card(connected, 2)
    await connected.press("✏️ Название")
    await connected.types("ИТОГ")
    assert "уже есть" in connected.last.text
    assert await names_of(world) == ["Итог", "Бюджет"]
    if anyway:
        await connected.press("Всё равно")
        assert await names_of(world) == ["Итог", "ИТОГ"]
        await connected.press("✏️ Название")
        await connected.types("ИТОГ")
        assert "уже есть" in connected.last.text
    else:
        await connected.types("Деньги")
        assert await names_of(world) == ["Итог", "Деньги"]


async def test_a_place_where_the_name_is_taken_is_asked_about(world: World, connected: User) -> None:
    await fill(world, connected, "Итог", funnel="Сервис")
    await fill(world, connected, "итог")
    await open_card(connected, 2)
    await connected.press("✏️ Воронка")
    await connected.press("Сервис")
    await connected.press("Любая стадия")
    assert "Там уже есть" in connected.last.text
    assert (await world.prompts.all(1))[1].scope.funnel_id is None
    await connected.press("Всё равно перенести")
    assert (await world.prompts.all(1))[1].scope.funnel_id is not None
    assert len(await world.prompts.all(1)) == 2
