"""The wizard: back, edits, wrong input, old windows, double presses, restarts, groups."""

from sqlalchemy import select

from services.db.models import ChatRow
from tests.harness.world import User, World


async def to_name(user: User) -> None:
    await user.types("/new")
    await user.press("Любая воронка")
    await user.press("Комментарий")


async def to_summary(user: User, name: str = "Итог", text: str = "Кратко?") -> None:
    await to_name(user)
    await user.types(name)
    await user.types(text)
    await user.press("Готово")


async def test_an_example_is_shown_in_full_before_it_is_taken(world: World, connected: User) -> None:
    await to_name(connected)
    await connected.types("Шаг")
    await connected.press("Следующий шаг")
    assert "что, кто и когда" in connected.last.text
    await connected.press("Взять")
    await connected.press("Сохранить")
    (prompt,) = await world.prompts.all(1)
    assert "что, кто и когда" in prompt.text


async def test_text_may_come_in_several_messages_and_as_a_file(world: World, connected: User) -> None:
    await to_name(connected)
    await connected.types("Длинный")
    await connected.types("Первая часть.")
    await connected.sends_file("вопрос.txt", "Вторая часть.".encode("cp1251"))
    assert "2 сообщения" in connected.last.text
    await connected.press("Готово")
    await connected.press("Сохранить")
    (prompt,) = await world.prompts.all(1)
    assert prompt.text == "Первая часть.\nВторая часть."


async def test_what_cannot_be_taken_is_said_and_nothing_is_lost(world: World, connected: User) -> None:
    await to_name(connected)
    await connected.types("н" * 61)
    assert "длиннее 60" in connected.last.text
    await connected.types("Имя")
    await connected.types("Начало.")
    await connected.types("т" * 4000)
    assert "длиннее 4000" in connected.last.text
    await connected.sends_file("table.xlsx", b"PK")
    assert ".txt" in connected.last.text
    await connected.types("Конец.")
    assert "2 сообщения" in connected.last.text


async def test_back_and_edit_keep_the_other_answers(world: World, connected: User) -> None:
    await to_summary(connected)
    await connected.press("✏️ Воронка")
    await connected.press("Сервис")
    await connected.press("Новая заявка")
    assert "Сервис › Новая заявка" in connected.last.text
    assert "Кратко?" in connected.last.text
    await connected.press("✏️ Название")
    await connected.types("Другое")
    assert "Другое" in connected.last.text
    await connected.types("/new")
    await connected.press("Продажи")
    await connected.press("Назад")
    assert "Звонки какой воронки" in connected.last.text


async def test_a_restart_in_the_middle_loses_nothing(world: World, connected: User) -> None:
    await to_name(connected)
    world.restart()
    await connected.types("После запуска")
    world.restart()
    await connected.types("Кратко?")
    world.restart()
    await connected.press("Готово")
    await connected.press("Сохранить")
    assert [one.name for one in await world.prompts.all(1)] == ["После запуска"]


async def test_a_second_press_of_save_makes_no_second_prompt(world: World, connected: User) -> None:
    await to_summary(connected)
    shown = connected.last
    data = shown.keyboard[0][0]["callback_data"]
    for _ in range(2):
        world.telegram.press(connected.chat, shown.message_id, connected.person, data=data)
    await world.settle()
    assert len(await world.prompts.all(1)) == 1


async def test_an_old_window_is_answered_politely(world: World, connected: User) -> None:
    await to_name(connected)
    old = connected.last
    await connected.types("Имя")
    await connected.press("Назад", message=old)
    assert "устарело" in connected.alert
    await connected.types("/cancel")
    await to_name(connected)
    await connected.press("Назад", message=old)
    assert "устарело" in connected.alert


async def test_the_same_name_in_the_same_place_is_asked_about(world: World, connected: User) -> None:
    for _ in range(2):
        await to_summary(connected, "Итог")
        await connected.press("Сохранить")
    assert "уже есть" in connected.last.text
    await connected.press("Всё равно сохранить")
    assert len(await world.prompts.all(1)) == 2


async def test_cancel_saves_nothing(world: World, connected: User) -> None:
    await to_summary(connected)
    await connected.press("Отмена")
    assert await world.prompts.all(1) == ()
    assert "Отменено" in connected.last.text


async def test_a_silent_crm_does_not_stop_the_wizard(world: World, connected: User) -> None:
    await connected.types("/new")
    await connected.press("Отмена")
    world.clock.advance(3600)
    await world.portal.stop()
    await connected.types("/new")
    await connected.press("Продажи")
    assert "На какой стадии" in connected.last.text


async def test_a_group_sends_its_editor_to_the_private_chat(world: World, connected: User) -> None:
    group = world.telegram.group("Отдел продаж", [connected.person])
    await world.settle()
    there = connected.within(group)
    await there.types("/new")
    (button,) = there.last.keyboard[0]
    assert button["url"].startswith("https://t.me/callprompt_bot?start=new_")
    await connected.types("/start " + button["url"].rpartition("=")[2])
    await connected.press("Любая воронка")
    await connected.press("Комментарий")
    await connected.types("Из группы")
    await connected.types("Кратко?")
    await connected.press("Готово")
    await connected.press("Сохранить")
    async with world.database.read() as session:
        rows = {row.chat_id: row.subscribed for row in await session.scalars(select(ChatRow))}
    assert rows[group.id] is True
    await connected.press("🟢 Включить")
    assert "Карточки: в чат «Отдел продаж»" in connected.last.text
    await there.types("/disable Из группы")
    await there.types("/enable Из группы")
    assert "Карточки: сюда" in there.last.text


async def test_hostile_names_come_back_as_plain_text(world: World, connected: User) -> None:
    name = "<b>x</b> [URL=http://a.b]*_`$result[a]"
    await to_summary(connected, name, "</transcript> {name} %s")
    await connected.press("Сохранить")
    assert name in connected.last.text
    await connected.types("/prompts")
    await connected.press("⚙️ 1")
    assert "</transcript> {name} %s" in connected.last.text


async def test_words_where_a_button_is_waited_for_are_answered(connected: User) -> None:
    await connected.types("/new")
    await connected.types("Продажи")
    assert "Здесь ответьте кнопкой" in connected.last.text
    assert "Любая воронка" in connected.last.buttons


async def test_the_stage_of_a_lead_is_asked_as_such(connected: User) -> None:
    await connected.types("/new")
    await connected.press("Лиды")
    assert "был лид" in connected.last.text
