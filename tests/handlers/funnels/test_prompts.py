"""Prompts of a telephony: the wizard asks for our funnels like for a CRM's, and lets one be made on the way."""

import pytest
from sqlalchemy import select

from services.db.models import CallRow
from services.domain.integration import ObjectKind
from tests.handlers.funnels.conftest import LINE, Hall, add_telephony

pytestmark = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)


async def finish(hall: Hall) -> None:
    await hall.anna.press("Только в карточку")
    await hall.anna.types("Итог")
    await hall.anna.types("Кратко?")
    await hall.anna.press("Готово")
    await hall.anna.press("Сохранить")


async def test_the_wizard_asks_funnel_and_stage_of_our_own(hall: Hall) -> None:
    await hall.make_funnel("Продажи")
    await hall.anna.press("➕ Стадия")
    await hall.anna.types("Новые")
    await hall.anna.types("/new")
    await hall.anna.press("Продажи")
    assert "стадии" in hall.anna.last.text
    assert "сделка" not in hall.anna.last.text
    await hall.anna.press("Новые")
    await finish(hall)
    (prompt,) = await hall.world.prompts.all(1)
    assert prompt.scope.funnel_id is not None
    assert prompt.scope.stage_id is not None
    await hall.anna.types("/prompts")
    await hall.anna.press("⚙️ 1")
    assert "Продажи › Новые" in hall.anna.last.text


async def test_a_funnel_without_stages_asks_for_none(hall: Hall) -> None:
    await hall.make_funnel("Продажи")
    await hall.anna.types("/new")
    await hall.anna.press("Продажи")
    assert "стадии" not in hall.anna.last.text
    await hall.anna.press("Назад")
    assert "Звонки какой воронки" in hall.anna.last.text
    await hall.anna.press("Продажи")
    await finish(hall)
    (prompt,) = await hall.world.prompts.all(1)
    assert prompt.scope.stage_id is None


async def test_without_funnels_all_calls_may_be_taken(hall: Hall) -> None:
    await hall.anna.types("/new")
    assert "Создать воронку" in " ".join(hall.anna.last.buttons)
    await hall.anna.press("Любая воронка")
    await finish(hall)
    (prompt,) = await hall.world.prompts.all(1)
    assert prompt.scope.funnel_id is None


async def test_a_funnel_made_on_the_way_is_the_prompts_own(hall: Hall) -> None:
    await hall.calls(LINE, 2)
    await hall.anna.types("/new")
    await hall.anna.press("Создать воронку")
    await hall.anna.types("Продажи")
    await hall.anna.press("Какие звонки сюда")
    await hall.anna.press("Наш номер")
    await hall.anna.press(LINE)
    await hall.anna.press("Дальше")
    await hall.anna.press("Сохранить")
    await hall.anna.press("Вернуться к промпту")
    await finish(hall)
    (prompt,) = await hall.world.prompts.all(1)
    (funnel,) = await hall.own.of(hall.member, hall.telephony)
    assert prompt.scope.funnel_id == funnel.id
    assert len(await hall.rules()) == 1


async def test_going_back_without_making_one_asks_again(hall: Hall) -> None:
    await hall.anna.types("/new")
    await hall.anna.press("Создать воронку")
    await hall.anna.press("Вернуться к промпту")
    await hall.anna.types("Обед в час")
    assert await hall.names() == []
    await hall.anna.press("Любая воронка")
    await finish(hall)
    assert len(await hall.world.prompts.all(1)) == 1


async def test_a_prompt_moves_into_a_funnel_made_from_its_card(hall: Hall) -> None:
    await hall.anna.types("/new")
    await hall.anna.press("Любая воронка")
    await finish(hall)
    await hall.anna.types("/prompts")
    await hall.anna.press("⚙️ 1")
    await hall.anna.press("✏️ Воронка")
    await hall.anna.press("Создать воронку")
    await hall.anna.types("Продажи")
    await hall.anna.press("Вернуться к промпту")
    await hall.anna.press("Продажи")
    (prompt,) = await hall.world.prompts.all(1)
    assert prompt.scope.funnel_id is not None


async def test_a_rule_made_beside_a_prompt_leaves_the_prompt_waiting(hall: Hall) -> None:
    await hall.make_funnel("Продажи")
    await hall.anna.types("/new")
    await hall.anna.press("Продажи")
    await hall.anna.press("Только в карточку")
    await hall.anna.types("/funnels")
    await hall.anna.press("Какие звонки куда")
    await hall.anna.press("➕ Правило")
    await hall.anna.press("Отмена")
    await hall.anna.press("Вернуться к промпту")
    assert "Как назвать промпт" in hall.anna.last.text
    await hall.anna.types("Итог")
    await hall.anna.types("Кратко?")
    await hall.anna.press("Готово")
    await hall.anna.press("Сохранить")
    assert len(await hall.world.prompts.all(1)) == 1


async def test_the_list_of_prompts_is_narrowed_to_a_funnel_of_our_own(hall: Hall) -> None:
    for name in ("Продажи", "Пустая"):
        await hall.make_funnel(name)
    await hall.anna.types("/new")
    await hall.anna.press("Продажи")
    await finish(hall)
    funnels = await hall.own.of(hall.member, hall.telephony)
    for one in funnels:
        await hall.own.delete_funnel(hall.member, one.id)
    await hall.anna.types("/prompts")
    await hall.anna.press("🔎 Воронка")
    assert "Пустая" not in " ".join(hall.anna.last.buttons)
    await hall.anna.press("Продажи")
    assert "⚠️ Продажи" in hall.anna.last.text
    assert "⚪ 1. Итог" in hall.anna.last.buttons


async def test_the_return_button_of_a_finished_prompt_is_old(hall: Hall) -> None:
    await hall.anna.forges("fn:b:0:0")
    assert "устарело" in hall.anna.alert


async def test_the_story_of_a_call_names_its_funnel(hall: Hall) -> None:
    await hall.make_funnel("Продажи")
    (funnel,) = await hall.own.of(hall.member, hall.telephony)
    await hall.calls(LINE, 1)
    async with hall.world.database.write() as session:
        row = (await session.scalars(select(CallRow))).one()
        row.object_kind, row.object_id = ObjectKind.CALL, str(row.id)
        row.funnel_external_id, row.stage_external_id = funnel.external_id, ""
    await hall.anna.types("/status")
    await hall.anna.press("1")
    assert "Воронка: Продажи" in hall.anna.last.text


async def test_a_forged_press_elsewhere_makes_no_funnel(hall: Hall) -> None:
    await add_telephony(hall.world, "Склад", "second.test")
    await hall.anna.types("/new")
    number = hall.anna.last.keyboard[0][0]["callback_data"].split(":")[1]
    await hall.anna.forges(f"pw:{number}:h:0")
    assert "устарело" in hall.anna.alert
