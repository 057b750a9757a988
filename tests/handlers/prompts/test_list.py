"""The list: pages of a search, filters, and what a toggle leaves on the page."""

from services.domain.workspace import Role
from tests.handlers.prompts.making import fill, names_of
from tests.harness.world import User, World


def shown(user: User) -> list[str]:
    return [one for one in user.last.buttons if one[0] in "⚪🟢"]


async def search(user: User, words: str) -> None:
    await user.types("/prompts")
    await user.press("Найти")
    await user.types(words)


async def test_a_search_keeps_its_words_on_every_page(world: World, connected: User) -> None:
    await fill(world, connected, "Итог", *[f"Бюджет {n}" for n in range(1, 11)])
    await search(connected, "бюджет")
    await connected.press("›")
    assert shown(connected) == ["⚪ 10. Бюджет 9", "⚪ 11. Бюджет 10"]
    assert "«бюджет»" in connected.last.text


async def test_a_toggle_stays_in_the_search(world: World, connected: User) -> None:
    await fill(world, connected, "Итог", "Бюджет")
    await search(connected, "бюджет")
    await connected.press("⚪ 2. Бюджет")
    assert shown(connected) == ["🟢 2. Бюджет"]
    await connected.press("Показать все")
    assert shown(connected) == ["⚪ 1. Итог", "🟢 2. Бюджет"]


async def test_a_search_left_by_a_button_takes_no_more_words(world: World, connected: User) -> None:
    await fill(world, connected, "Итог")
    await connected.types("/prompts")
    await connected.press("Найти")
    await connected.press("К списку")
    await connected.types("бюджет")
    assert "Не понял" in connected.last.text


async def test_a_search_while_a_prompt_is_being_made_loses_nothing(world: World, connected: User) -> None:
    await fill(world, connected, "Старый")
    await connected.types("/new")
    await connected.press("Любая воронка")
    window = connected.last
    await connected.types("/prompts")
    await connected.press("Найти")
    await connected.types("стар")
    assert shown(connected) == ["⚪ 1. Старый"]
    await connected.press("Назад", message=window)
    assert connected.alert == ""
    assert "Звонки какой воронки" in window.text
    await connected.press("Сервис", message=window)
    await connected.press("Любая стадия", message=window)
    await connected.press("Комментарий", message=window)
    assert "Как назвать" in window.text


async def test_the_filter_says_what_it_shows(world: World, connected: User) -> None:
    await fill(world, connected, "Везде")
    await fill(world, connected, "Сервисный", funnel="Сервис")
    await connected.types("/prompts")
    await connected.press("🔎 Воронка")
    await connected.press("Сервис")
    assert shown(connected) == ["⚪ 2. Сервисный"]
    assert "Сервис" in connected.last.text
    await connected.press("⚪ 2. Сервисный")
    assert shown(connected) == ["🟢 2. Сервисный"]
    await connected.press("Показать все")
    assert len(shown(connected)) == 2


async def test_every_one_of_many_funnels_can_be_chosen(world: World, connected: User) -> None:
    for number in range(30):
        world.portal.add_funnel(f"Направление {number}", [("NEW", "Новая", None)])
    world.clock.advance(3600)
    await fill(world, connected, "Последний", funnel="Направление 29")
    await connected.types("/prompts")
    await connected.press("🔎 Воронка")
    for _ in range(10):
        if any("Направление 29" in button for button in connected.last.buttons):
            break
        await connected.press("›")
    await connected.press("Направление 29")
    assert shown(connected) == ["⚪ 1. Последний"]


async def test_the_page_is_true_after_others_deleted_what_it_showed(world: World, connected: User) -> None:
    prompts = await fill(world, connected, *[f"Промпт {n}" for n in range(1, 10)])
    assert connected.member is not None
    await connected.types("/prompts")
    await connected.press("›")
    await world.prompts.delete(connected.member, prompts[8].id)
    await connected.press("⚪ 9. Промпт 9")
    assert "больше нет" in connected.alert
    await connected.press("2/2")
    assert len(shown(connected)) == 8


async def test_the_empty_list_offers_to_make_the_first(world: World, connected: User) -> None:
    await connected.types("/prompts")
    await connected.press("Новый промпт")
    assert "Звонки какой воронки" in connected.last.text
    assert await names_of(world) == []


async def test_the_list_in_english(world: World, connected: User) -> None:
    await fill(world, connected, "Summary")
    ann = await world.member(Role.VIEWER, "Ann", language="en")
    await ann.types("/prompts")
    assert "1 prompt" in ann.last.text


async def test_the_list_tells_whole_names_and_funnels(world: World, connected: User) -> None:
    """A button beside another one holds half a name."""
    long_name = "Что клиент сказал о цене и о сроках, и что ответил менеджер"
    await fill(world, connected, "Итог")
    await fill(world, connected, long_name, funnel="Сервис")
    await connected.types("/prompts")
    assert "1. Итог — Любая воронка" in connected.last.text
    assert f"2. {long_name} — Сервис › Любая стадия" in connected.last.text


async def test_two_of_one_name_can_be_told_apart(world: World, connected: User) -> None:
    await fill(world, connected, "Итог")
    await fill(world, connected, "Итог", funnel="Сервис")
    await connected.types("/enable итог")
    assert [one for one in connected.last.buttons if "Итог" in one] == ["⚪ 1. Итог", "⚪ 2. Итог"]
    assert "2. Итог — Сервис › Любая стадия" in connected.last.text
    await connected.press("⚪ 2. Итог")
    assert [one.enabled for one in await world.prompts.all(1)] == [False, True]
