"""The list, the card and switching."""

from services.domain.prompt import Ask, Scope
from services.domain.workspace import Role
from services.prompts.drafts import Draft
from tests.harness.world import User, World


async def fill(world: World, owner: User, *names: str) -> list[int]:
    assert owner.member is not None
    (integration,) = await world.integrations.of(1)
    return [
        (await world.prompts.create(owner.member, Draft(name, (Ask("Кратко?"),), Scope(integration.id)))).id
        for name in names
    ]


async def test_pages_and_toggles_in_place(world: World, connected: User) -> None:
    await fill(world, connected, *[f"Промпт {n}" for n in range(1, 11)])
    await connected.types("/prompts")
    assert "10 промптов" in connected.last.text
    await connected.press("›")
    await connected.press("⚪ 9. Промпт 9")
    assert "🟢 9. Промпт 9" in connected.last.buttons
    assert [one.name for one in await world.prompts.all(1) if one.enabled] == ["Промпт 9"]


async def test_search_and_filter(world: World, connected: User) -> None:
    await fill(world, connected, "Возражения", "Бюджет", "Итог")
    await connected.types("/prompts")
    await connected.press("Найти")
    await connected.types("бюдж")
    assert [one for one in connected.last.buttons if "⚪" in one] == ["⚪ 2. Бюджет"]
    await connected.press("Показать все")
    assert len([one for one in connected.last.buttons if "⚪" in one]) == 3


async def test_two_people_at_one_list(world: World, connected: User) -> None:
    (prompt,) = await fill(world, connected, "Общий")
    other = await world.member(Role.EDITOR, "Борис")
    await connected.types("/prompts")
    await other.types("/prompts")
    await connected.press("⚪ 1. Общий")
    await other.press("⚪ 1. Общий")
    assert other.last.buttons[0] == "🟢 1. Общий"
    assert (await world.prompts.all(1))[0].enabled
    assert prompt


async def test_an_edit_against_an_old_state_is_refused_and_the_true_one_shown(
    world: World, connected: User
) -> None:
    (prompt,) = await fill(world, connected, "Старое")
    assert connected.member is not None
    await connected.types("/prompts")
    await connected.press("⚙️ 1")
    await connected.press("✏️ Название")
    current = await world.prompts.get(connected.member, prompt)
    await world.prompts.rename(connected.member, prompt, "Чужое", current.revision)
    await connected.types("Моё")
    assert "изменил кто-то другой" in connected.last.text
    assert "Чужое" in connected.last.text


async def test_a_new_wording_is_a_new_version(world: World, connected: User) -> None:
    await fill(world, connected, "Итог")
    await connected.types("/prompts")
    await connected.press("⚙️ 1")
    await connected.press("✏️ Текст")
    await connected.types("Другой вопрос?")
    assert "Редакция текста: 2" in connected.last.text
    assert (await world.prompts.all(1))[0].text == "Другой вопрос?"


async def test_order_copy_and_delete(world: World, connected: User) -> None:
    await fill(world, connected, "Один", "Два")
    await connected.types("/prompts")
    await connected.press("⚙️ 2")
    await connected.press("Выше")
    assert [one.name for one in await world.prompts.all(1)] == ["Два", "Один"]
    await connected.press("Копия")
    assert [one.name for one in await world.prompts.all(1)] == ["Два", "Один", "Два (копия)"]
    await connected.press("Удалить")
    await connected.press("Да, удалить")
    assert [one.name for one in await world.prompts.all(1)] == ["Два", "Один"]


async def test_the_scope_is_changed_by_the_wizard(world: World, connected: User) -> None:
    await connected.types("/new")
    await connected.press("Отмена")
    await fill(world, connected, "Итог")
    await connected.types("/prompts")
    await connected.press("⚙️ 1")
    await connected.press("✏️ Воронка")
    await connected.press("Сервис")
    await connected.press("Новая заявка")
    await connected.press("Позже")
    assert "Сервис › Новая заявка" in connected.last.text


async def test_enable_by_name_number_picker_and_all(world: World, connected: User) -> None:
    await fill(world, connected, "Возражения", "Бюджет клиента", "Бюджет проекта")
    await connected.types("/enable возражени")
    assert "включён" in connected.last.text
    await connected.types("/enable 2")
    await connected.types("/disable бюджет")
    assert connected.last.buttons == ["🟢 2. Бюджет клиента", "‹ К списку"]
    await connected.press("Бюджет клиента")
    assert [one.name for one in await world.prompts.all(1) if one.enabled] == ["Возражения"]
    await connected.types("/enable")
    assert connected.last.buttons == ["⚪ 2. Бюджет клиента", "⚪ 3. Бюджет проекта", "‹ К списку"]
    assert "3. Бюджет проекта — Любая воронка" in connected.last.text
    await connected.types("/enable all")
    assert "2 промпта" in connected.last.text
    await connected.press("Да, включить все")
    assert all(one.enabled for one in await world.prompts.all(1))
    await connected.types("/disable несуществующий")
    assert "Не нашёл" in connected.last.text


async def test_one_more_than_recommended_warns(world: World, connected: User) -> None:
    await fill(world, connected, *[f"П{n}" for n in range(1, 9)])
    for number in range(1, 8):
        await connected.types(f"/enable {number}")
        assert "⚠️" not in connected.last.text
    await connected.types("/enable 8")
    assert "включено уже 8" in connected.last.text
    assert "токенов" in connected.last.text


async def test_with_a_price_the_warning_is_in_roubles(world: World, connected: User) -> None:
    await fill(world, connected, *[f"П{n}" for n in range(1, 9)])
    await connected.types("/settings")
    await connected.press("Цена модели")
    await connected.types("дорого")
    assert "два числа" in connected.last.text
    await connected.types("20 и 160,5")
    assert "160.5" in connected.last.text
    await connected.types("/enable all")
    await connected.press("Да, включить все")
    await connected.types("/disable 8")
    await connected.types("/enable 8")
    assert "₽" in connected.last.text


async def test_a_viewer_sees_the_list_without_switches(world: World, connected: User) -> None:
    await fill(world, connected, "Итог")
    viewer = await world.member(Role.VIEWER, "Вера")
    await viewer.types("/prompts")
    assert viewer.last.buttons[0] == "⚪ 1. Итог"
    await viewer.press("⚪ 1. Итог")
    assert "Кратко?" in viewer.last.text
    assert viewer.last.buttons == ["‹ К списку"]


async def test_english(world: World) -> None:
    user = await world.member(Role.OWNER, "Ann", language="en")
    await user.types("/prompts")
    assert "No prompts yet" in user.last.text
    await user.types("/settings")
    await user.press("Русский")
    assert "Настройки" in user.last.text
    await user.types("/prompts")
    assert "Промптов пока нет" in user.last.text
