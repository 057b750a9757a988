"""The card of a prompt: what pressing leaves behind, and what others did meanwhile."""

import pytest

from services.domain.workspace import Role
from tests.handlers.prompts.making import fill, names_of, open_card, scope_at
from tests.harness.world import User, World


@pytest.mark.parametrize("letter", ["т", "😀"])
async def test_the_longest_text_is_shown(world: World, connected: User, letter: str) -> None:
    await fill(world, connected, "н" * 60, funnel="Продажи", text=letter * 4000)
    await open_card(connected)
    assert letter * 3000 in connected.last.text
    await connected.press("🟢 Включить")
    assert "🟢 включён" in connected.last.text


@pytest.mark.parametrize("button", ["✏️ Название", "✏️ Текст"])
async def test_after_going_back_a_remark_changes_nothing(world: World, connected: User, button: str) -> None:
    before = await fill(world, connected, "Итог")
    await open_card(connected)
    await connected.press(button)
    await connected.press("Назад")
    await connected.types("Кстати, обед в час")
    assert await world.prompts.all(1) == tuple(before)


async def test_the_list_ends_a_rename(world: World, connected: User) -> None:
    before = await fill(world, connected, "Итог")
    await open_card(connected)
    await connected.press("✏️ Название")
    await connected.types("/prompts")
    await connected.types("Кстати, обед в час")
    assert await world.prompts.all(1) == tuple(before)


async def test_an_enabled_prompt_stays_on_in_its_new_place_and_is_not_called_off(
    world: World, connected: User
) -> None:
    (prompt,) = await fill(world, connected, "Итог")
    assert connected.member is not None
    await world.prompts.switches.set(connected.member, prompt.id, True)
    await open_card(connected)
    await connected.press("✏️ Воронка")
    await connected.press("Сервис")
    await connected.press("Любая стадия")
    assert "🟢 включён" in connected.last.text
    assert "Сервис › Любая стадия" in connected.last.text
    assert not connected.sees("Пока он выключен")


async def test_a_change_of_place_against_an_old_state_is_told_and_redrawn(world: World, connected: User) -> None:
    (prompt,) = await fill(world, connected, "Старое")
    assert connected.member is not None
    await open_card(connected)
    await connected.press("✏️ Воронка")
    await world.prompts.rename(connected.member, prompt.id, "Чужое", prompt.revision)
    await connected.press("Сервис")
    await connected.press("Любая стадия")
    assert "кто-то другой" in connected.last.text
    assert "Чужое" in connected.last.text
    assert (await world.prompts.all(1))[0].scope == await scope_at(world)


async def test_a_prompt_deleted_meanwhile_ends_what_was_going_on(world: World, connected: User) -> None:
    first, second = await fill(world, connected, "Один", "Два")
    assert connected.member is not None
    await open_card(connected, 1)
    await connected.press("✏️ Название")
    await world.prompts.delete(connected.member, first.id)
    await connected.types("Новое")
    assert "больше нет" in connected.last.text
    await connected.types("Ещё раз")
    assert "Не понял" in connected.last.text
    await open_card(connected, 1)
    await connected.press("✏️ Воронка")
    await world.prompts.delete(connected.member, second.id)
    await connected.press("Любая воронка")
    assert "больше нет" in connected.last.text
    assert connected.last.buttons == []


async def test_going_back_from_a_change_of_place_shows_the_card(world: World, connected: User) -> None:
    before = await fill(world, connected, "Итог", funnel="Сервис")
    await open_card(connected)
    await connected.press("✏️ Воронка")
    await connected.press("Назад")
    assert "⚙️" not in "".join(connected.last.buttons)
    assert "Итог" in connected.last.text
    assert "Редакция текста" not in connected.last.text
    assert await world.prompts.all(1) == tuple(before)


async def test_in_a_group_nothing_is_offered_that_must_be_typed(world: World, connected: User) -> None:
    await fill(world, connected, "Итог")
    there = connected.within(world.telegram.group("Отдел продаж", [connected.person]))
    await world.settle()
    await there.types("/prompts")
    assert not any("Найти" in button for button in there.last.buttons)
    await there.press("⚙️ 1")
    assert not any("✏️" in button for button in there.last.buttons)
    await there.press("🟢 Включить")
    assert await names_of(world, enabled=True) == ["Итог"]
    await there.types("/prompts")
    await there.press("Новый промпт")
    (button,) = there.last.keyboard[0]
    assert button["url"].startswith("https://t.me/")


async def test_the_card_in_english(world: World, connected: User) -> None:
    await fill(world, connected, "Summary")
    ann = await world.member(Role.EDITOR, "Ann", language="en")
    await open_card(ann)
    assert "⚪ off" in ann.last.text
    assert "🟢 Switch on" in ann.last.buttons


async def test_a_prompt_without_others_is_not_moved_anywhere(world: World, connected: User) -> None:
    await fill(world, connected, "Один")
    await open_card(connected)
    assert not {"⬆️ Выше", "⬇️ Ниже"} & set(connected.last.buttons)
    await connected.press("Копия")
    assert {"⬆️ Выше", "⬇️ Ниже"} <= set(connected.last.buttons)
