"""Choosing a list and its columns, through the real dispatcher on the strict portal."""

from sandbox.bitrix24 import Column
from sandbox.faults import Fault
from services.domain.prompt import Destination, Known
from tests.handlers.prompts.fielding import done_in_an_old_window, only, to_deal_fields, to_lists
from tests.harness.world import User, World


async def test_a_list_is_chosen_and_each_field_gets_its_question(
    world: World, connected: User, list_id: int
) -> None:
    await to_lists(connected)
    assert "В какой список" in connected.last.text
    await connected.press("Отзывы")
    assert "Обязательные, без них не сохранить: Итог" in connected.last.text
    await connected.press("Бюджет")
    assert "деньги" in connected.last.text
    await connected.types("Какой бюджет назвал клиент?")
    window = connected.last
    assert "✅ Готово" not in connected.last.buttons
    await done_in_an_old_window(connected)
    assert "Обязательные поля не заполнены: Итог" in connected.last.text
    await connected.press("❗ Итог")
    await connected.press("💡 Кратко")
    await connected.press("Сделка")
    assert "вопрос не нужен" in window.text
    await connected.press("🔗 сделка или лид")
    assert "❓ Итог" in window.text
    assert "🔗 Сделка" in window.text
    await connected.press("Готово")
    assert "строка отдельного списка «Отзывы»" in window.text
    await connected.press("Сохранить")
    prompt = await only(world)
    place = prompt.version.place
    assert place.list is not None
    assert (place.destination, place.list.id) == (Destination.LIST, str(list_id))
    asked = [(one.ask.field.name, one.text) for one in prompt.version.questions if one.ask.field is not None]
    assert asked == [("Бюджет", "Какой бюджет назвал клиент?"), ("Итог", "Кратко: о чём был разговор?")]
    assert [(one.field.name, one.known) for one in place.filled] == [("Сделка", Known.OBJECT)]
    assert not prompt.enabled


async def test_lists_and_fields_are_found_by_words(world: World, connected: User, list_id: int) -> None:
    await to_lists(connected)
    await connected.types("отз")
    assert "Отзывы" in connected.last.buttons
    assert "Архив" not in connected.last.buttons
    await connected.press("Показать все")
    assert "Архив" in connected.last.buttons
    await connected.press("Отзывы")
    await connected.types("бюд")
    assert [one for one in connected.last.buttons if "Тон" in one] == []
    await connected.press("Бюджет")
    await connected.press("К полям")
    await connected.press("Показать все")
    assert [one for one in connected.last.buttons if "Тон" in one]


async def test_a_new_list_comes_with_its_questions(world: World, connected: User) -> None:
    await to_lists(connected, "Разбор звонков")
    assert "нет ни одного списка" in connected.last.text
    await connected.press("Создать новый список")
    window = connected.last
    for name in ("Итог", "Возражения", "Следующий шаг", "Бюджет", "Тональность"):
        await connected.press(f"✅ {name}", message=window)
    await connected.press("✅ Создать список", message=window)
    assert "хотя бы один вопрос" in connected.last.text
    for name in ("Итог", "Возражения", "Следующий шаг", "Тональность"):
        await connected.press(f"▫️ {name}", message=window)
    await connected.press("✅ Создать список", message=window)
    assert "Поля списка «Разбор звонков»" in window.text
    assert "❓ Возражения" in window.text
    await connected.press("Готово", message=window)
    await connected.press("Сохранить", message=window)
    (made,) = world.portal.lists.values()
    assert made.name == "Разбор звонков"
    assert "Бюджет" not in [column.name for column in made.columns.values()]
    prompt = await only(world)
    assert len(prompt.version.questions) == 4
    assert len(prompt.version.place.filled) == 3


async def test_a_list_half_made_is_completed_by_pressing_again(world: World, connected: User) -> None:
    await to_lists(connected, "Разбор звонков")
    await connected.press("Создать новый список")
    window = connected.last
    world.portal.faults.add(Fault("html", "lists.field.add", when="after"))
    await connected.press("✅ Создать список")
    await connected.press("✅ Создать список", message=window)
    assert "Поля списка «Разбор звонков»" in window.text
    (made,) = world.portal.lists.values()
    names = [column.name for column in made.columns.values()]
    assert len(names) == len(set(names)) == 9
    assert made.rights == {"AU": "R", "U1": "X"}
    await connected.press("Готово", message=window)
    await connected.press("Сохранить", message=window)
    assert len((await only(world)).version.questions) == 5


async def test_without_the_right_to_make_lists_it_is_said_and_nothing_is_lost(
    world: World, connected: User, list_id: int
) -> None:
    world.portal.settings.admin = False
    await to_lists(connected)
    await connected.press("Создать новый список")
    window = connected.last
    await connected.press("✅ Создать список")
    assert "lists" in connected.last.text
    await connected.press("Назад")
    await connected.press("Отзывы")
    assert "Поля списка «Отзывы»" in window.text


async def test_columns_that_need_no_question_are_filled_at_once(world: World, connected: User) -> None:
    columns = [
        Column("", "Итог", "S"),
        Column("", "Сделка", "S:ECrm"),
        Column("", "Дата  Звонка", "S:DateTime"),
        Column("", "Менеджер", "S:employee"),
        Column("", "Клиент", "S"),
        Column("", "Длительность", "N"),
        Column("", "Дата встречи", "S:Date"),
    ]
    world.portal.add_list("Отзывы", columns)
    await to_lists(connected)
    await connected.press("Отзывы")
    marks = {button.partition(" ")[2]: button[0] for button in connected.last.buttons}
    assert {name for name, mark in marks.items() if mark == "🔗"} == {
        "Сделка",
        "Дата  Звонка",
        "Менеджер",
        "Клиент",
        "Длительность",
    }
    await connected.press("Клиент")
    await connected.press("Не заполнять")
    await connected.press("Менеджер")
    await connected.types("Кого назвали менеджером?")
    await connected.press("Обновить")
    assert "Клиент —" not in connected.last.text
    assert "❓ Менеджер — Кого назвали менеджером?" in connected.last.text
    await connected.press("Готово")
    await connected.press("Сохранить")
    filled = (await only(world)).version.place.filled
    assert [one.known for one in filled] == [Known.OBJECT, Known.STARTED_AT, Known.DURATION]


async def test_without_a_question_there_is_nothing_to_save(world: World, connected: User, list_id: int) -> None:
    await to_lists(connected)
    await connected.press("Отзывы")
    await connected.press("Сделка")
    await connected.press("🔗 сделка или лид")
    assert "Задайте вопрос хотя бы одному полю" in connected.last.text
    assert "✅ Готово" not in connected.last.buttons
    await done_in_an_old_window(connected)
    assert "хотя бы один вопрос" in connected.last.text
    assert await world.prompts.all(1) == ()


async def test_a_restart_in_the_middle_keeps_the_chosen_fields(
    world: World, connected: User, list_id: int
) -> None:
    await to_lists(connected)
    await connected.press("Отзывы")
    await connected.press("Итог")
    world.restart()
    await connected.types("Кратко?")
    world.restart()
    await connected.press("Готово")
    await connected.press("Сохранить")
    assert (await only(world)).text == "Итог: Кратко?"


async def test_what_was_just_made_in_the_crm_is_offered(world: World, connected: User) -> None:
    await to_lists(connected, "Первый")
    assert "нет ни одного списка" in connected.last.text
    list_id = world.portal.add_list("Отзывы")
    await connected.press("Обновить")
    await connected.press("Отзывы")
    assert "Подходящих полей нет" in connected.last.text
    world.portal.add_column(list_id, Column("", "Итог", "S"))
    await connected.press("Обновить")
    assert "▫️ Итог" in connected.last.buttons
    world.portal.add_column(list_id, Column("", "Бюджет", "S:Money"))
    await connected.press("Итог")
    await connected.press("К полям")
    assert "▫️ Бюджет" not in connected.last.buttons
    await connected.press("Отмена")
    await to_lists(connected, "Второй")
    await connected.press("Отзывы")
    assert "▫️ Бюджет" in connected.last.buttons


async def test_a_list_that_cannot_be_filled_is_said_to_be_so(world: World, connected: User) -> None:
    list_id = world.portal.add_list("Договоры", [Column("", "Итог", "S")])
    file = world.portal.lists[list_id].columns[
        world.portal.add_column(list_id, Column("", "Скан", "F", required=True))
    ]
    await to_lists(connected)
    await connected.press("Договоры")
    window = connected.last
    assert "Этот список мне не заполнить" in window.text
    assert [one for one in window.buttons if "Скан" in one] == []
    await connected.press("Итог")
    await connected.press("💡 Кратко")
    assert "✅ Готово" not in connected.last.buttons
    await done_in_an_old_window(connected)
    assert "из-за обязательных полей: Скан" in connected.last.text
    file.required = False
    await connected.press("Обновить", message=window)
    assert "мне не заполнить" not in window.text
    await connected.press("Готово", message=window)
    assert "строка отдельного списка «Договоры»" in window.text


async def test_a_field_with_too_many_values_is_not_asked_for(world: World, connected: User) -> None:
    world.portal.add_field("deal", "Город", "enumeration", options=[f"Город {n}" for n in range(101)])
    for number in range(101):
        world.portal.add_user("Иван", f"Петров{number}")
    world.portal.add_list("Отзывы", [Column("", "Кто", "S:employee")])
    await to_deal_fields(connected)
    await connected.press("Город")
    assert "Слишком много вариантов: 101" in connected.last.text
    assert [one for one in connected.last.buttons if "💡" in one] == []
    await connected.types("Какой город?")
    assert "вопрос задать нельзя" in connected.last.text
    await to_lists(connected)
    await connected.press("Отзывы")
    await connected.press("Кто")
    assert "Слишком много вариантов: 102" in connected.last.text
    assert [one for one in connected.last.buttons if "💡" in one] == []
    await connected.press("🔗 менеджер")
    assert "🔗 Кто — менеджер" in connected.last.text


async def test_a_required_value_that_may_be_missing_is_warned_of(world: World, connected: User) -> None:
    columns = [
        Column("", "Ответственный", "S:employee", required=True),
        Column("", "Телефон", "S", required=True),
        Column("", "Итог", "S", required=True),
    ]
    world.portal.add_list("Отзывы", columns)
    await to_lists(connected)
    await connected.press("Отзывы")
    for name, filling in (("Ответственный", "🔗 менеджер"), ("Телефон", "🔗 телефон"), ("Итог", "💡 Кратко")):
        await connected.press(name)
        await connected.press(filling)
    assert "Обязательно: Ответственный. Если значения не найдётся" in connected.last.text
    await connected.press("Готово")
    assert "строка отдельного списка" in connected.last.text
