"""/funnels: making, renaming, ordering and deleting funnels and stages."""

import pytest

from services.domain.prompt import Ask, Destination, Place, Scope
from services.domain.workspace import Role
from services.prompts.drafts import Draft
from tests.handlers.funnels.conftest import LINE, Hall, add_telephony

pytestmark = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)


async def test_a_funnel_is_made_in_three_taps_and_asks_for_its_calls(hall: Hall) -> None:
    await hall.anna.types("/funnels")
    assert "Пока ни одной" in hall.anna.last.text
    await hall.anna.press("Новая воронка")
    await hall.anna.types("Продажи")
    assert "создана" in hall.anna.last.text
    assert "Какие звонки сюда" in " ".join(hall.anna.last.buttons)
    assert await hall.names() == ["Продажи"]


async def test_stages_are_made_renamed_and_put_in_order(hall: Hall) -> None:
    await hall.make_funnel("Продажи")
    for name in ("Новые", "Повторные"):
        await hall.anna.press("➕ Стадия")
        await hall.anna.types(name)
    await hall.anna.press("▪️ Повторные")
    await hall.anna.press("Выше")
    await hall.anna.press("Название")
    await hall.anna.types("Постоянные")
    await hall.anna.press("Назад")
    assert "Стадии: Постоянные, Новые" in hall.anna.last.text


async def test_names_that_are_taken_or_too_long_are_said_and_the_question_stands(hall: Hall) -> None:
    await hall.make_funnel("Продажи")
    await hall.make_funnel("продажи")
    assert "уже есть" in hall.anna.last.text
    await hall.anna.types("н" * 61)
    assert "длиннее 60" in hall.anna.last.text
    await hall.anna.types("Сервис")
    assert await hall.names() == ["Продажи", "Сервис"]


async def test_a_rename_left_by_a_button_takes_no_more_words(hall: Hall) -> None:
    await hall.make_funnel("Продажи")
    await hall.anna.press("Название")
    await hall.anna.press("Назад")
    await hall.anna.types("Обед в час")
    assert await hall.names() == ["Продажи"]


async def test_deleting_asks_and_names_the_prompts_that_stop(hall: Hall) -> None:
    await hall.make_funnel("Продажи")
    (funnel,) = await hall.own.of(hall.member, hall.telephony)
    draft = Draft("Итог", (Ask("Кратко?"),), Scope(hall.telephony, funnel.id), Place(Destination.CHAT))
    await hall.world.prompts.create(hall.member, draft)
    await hall.anna.types("/funnels")
    await hall.anna.press("Продажи")
    await hall.anna.press("🗑 Удалить")
    assert "Остановятся промпты: «Итог»" in hall.anna.last.text
    await hall.anna.press("Назад")
    assert await hall.names() == ["Продажи"]
    await hall.anna.press("🗑 Удалить")
    asked = hall.anna.last
    await hall.anna.press("Да, удалить")
    assert "Промпты остановлены: «Итог»" in hall.anna.last.text
    assert await hall.names() == []
    await hall.anna.forges(asked.keyboard[0][0]["callback_data"] if asked.keyboard else f"fn:y:{funnel.id}:0")
    await hall.anna.types("/prompts")
    await hall.anna.press("⚙️ 1")
    assert "⚠️ Продажи" in hall.anna.last.text


async def test_a_second_press_of_delete_is_answered_politely(hall: Hall) -> None:
    await hall.make_funnel("Продажи")
    (funnel,) = await hall.own.of(hall.member, hall.telephony)
    await hall.anna.press("🗑 Удалить")
    shown = hall.anna.last
    data = next(row[0]["callback_data"] for row in shown.keyboard if "Да" in row[0]["text"])
    for _ in range(2):
        hall.world.telegram.press(hall.anna.chat, shown.message_id, hall.anna.person, data=data)
    await hall.world.settle()
    assert "Удалено" in shown.text
    await hall.anna.forges(f"fn:o:{funnel.id}:0")
    assert "больше нет" in hall.anna.alert


async def test_of_two_systems_one_is_chosen(hall: Hall) -> None:
    await add_telephony(hall.world, "Склад", "second.test")
    await hall.anna.types("/funnels")
    assert "какой системы" in hall.anna.last.text
    await hall.anna.press("Склад")
    assert "Воронки: Склад" in hall.anna.last.text
    await hall.anna.press("Другая система")
    assert hall.anna.last.buttons == ["Телефония", "Склад"]


async def test_a_crm_alone_has_nothing_to_make(hall: Hall) -> None:
    owner = await hall.world.member(Role.OWNER, "Вера")
    assert owner.member is not None
    await hall.world.integrations.disconnect(owner.member, hall.telephony)
    await hall.anna.types("/funnels")
    assert "у CRM они уже есть" in hall.anna.last.text


async def test_a_group_is_sent_to_the_private_chat(hall: Hall) -> None:
    group = hall.world.telegram.group("Отдел продаж", [hall.anna.person])
    await hall.world.settle()
    there = hall.anna.within(group)
    await there.types("/funnels")
    (button,) = there.last.keyboard[0]
    await hall.anna.types("/start " + button["url"].rpartition("=")[2])
    assert "Воронки: Телефония" in hall.anna.last.text


async def test_viewers_change_nothing(hall: Hall) -> None:
    await hall.make_funnel("Продажи")
    (funnel,) = await hall.own.of(hall.member, hall.telephony)
    viewer = await hall.world.member(Role.VIEWER, "Борис")
    await viewer.types("/funnels")
    assert "нужны права" in viewer.last.text
    for data in (f"fn:y:{funnel.id}:0", f"fn:n:{hall.telephony}:0", f"fr:n:{hall.telephony}:0:0:0"):
        await viewer.forges(data)
        assert "нужны права" in viewer.alert
    assert await hall.names() == ["Продажи"]


@pytest.mark.parametrize("data", ["fn:o:999999:0", "fn:s:999999:0", "fn:l:999999:0", "fn:y:0:0", "fn:p:0:5"])
async def test_buttons_of_what_never_was_do_nothing(hall: Hall, data: str) -> None:
    await hall.make_funnel("Продажи")
    await hall.anna.forges(data)
    assert "больше нет" in hall.anna.alert
    assert await hall.names() == ["Продажи"]


async def test_hostile_names_come_back_as_plain_text(hall: Hall) -> None:
    name = "<b>x</b> {name} [URL]*_`"
    await hall.make_funnel(name)
    assert name in hall.anna.last.text
    await hall.calls(LINE, 1)
    await hall.make_rule("<b>x</b>")
    assert name in hall.anna.last.text
