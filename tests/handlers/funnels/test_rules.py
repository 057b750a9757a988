"""Rules: made from what was seen or typed, previewed before they are saved, and safe from old windows."""

import pytest

from handlers.callbacks.funnels import RuleStep
from services.domain.call import Direction
from services.domain.workspace import Role
from services.ownfunnels.conditions import Condition, Wanted, What
from services.ownfunnels.rules import NEW, Goal, Rule
from tests.handlers.funnels.conftest import LINE, OTHER, Hall

pytestmark = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)


async def two_funnels(hall: Hall) -> None:
    for name in ("Продажи", "Сервис"):
        await hall.make_funnel(name)
    await hall.calls(LINE, 3)
    await hall.calls(OTHER, 2, manager=("8", "Пётр"))


async def test_a_rule_from_what_was_seen_shows_yesterday_before_it_is_saved(hall: Hall) -> None:
    await two_funnels(hall)
    await hall.make_rule("Продажи")
    shown = hall.anna.last.text
    assert "За сутки 5 разговоров" in shown
    assert "• Продажи: 3" in shown
    assert "• без воронки → Продажи: 3" in shown
    assert "+79161234567" in shown
    assert await hall.rules() == ()
    await hall.anna.press("Сохранить")
    (rule,) = await hall.rules()
    assert rule.conditions[0].values == (Wanted(LINE),)
    assert f"1. наш номер {LINE} → Продажи" in hall.anna.last.text


async def test_several_conditions_and_typed_values(hall: Hall) -> None:
    await two_funnels(hall)
    await hall.anna.types("/funnels")
    await hall.anna.press("Какие звонки куда")
    await hall.anna.press("➕ Правило")
    await hall.anna.press("Сотрудник")
    await hall.anna.press("Пётр")
    await hall.anna.press("Ещё условие")
    await hall.anna.press("Наш номер")
    await hall.anna.types("8 (495) 222-00-00")
    await hall.anna.press("Ещё условие")
    await hall.anna.press("Входящий или исходящий")
    await hall.anna.press("входящие")
    await hall.anna.press("Дальше")
    assert "Куда их?" in hall.anna.last.text
    await hall.anna.press("Сервис")
    assert "• Сервис: 2" in hall.anna.last.text
    await hall.anna.press("Сохранить")
    (rule,) = await hall.rules()
    assert {one.what: one.values for one in rule.conditions} == {
        What.LINE: (Wanted("8 (495) 222-00-00"),),
        What.EMPLOYEE: (Wanted("Пётр", "8"),),
        What.DIRECTION: (Wanted(Direction.INCOMING),),
    }


async def test_only_what_this_system_tells_is_offered(hall: Hall) -> None:
    await two_funnels(hall)
    await hall.anna.types("/funnels")
    await hall.anna.press("Какие звонки куда")
    await hall.anna.press("➕ Правило")
    labels = " ".join(hall.anna.last.buttons)
    assert "Наш номер" in labels
    assert "Папка" not in labels
    assert "Внутренний" not in labels


async def test_before_the_first_call_nothing_is_to_be_ticked(hall: Hall) -> None:
    await hall.make_funnel("Продажи")
    await hall.anna.types("/funnels")
    await hall.anna.press("Продажи")
    await hall.anna.press("Какие звонки сюда")
    kinds = ["📞 Наш номер", "☎️ Внутренний номер", "👤 Сотрудник", "↕️ Входящий или исходящий"]
    assert hall.anna.last.buttons[:-1] == kinds, "a telephony has neither folders nor files"
    await hall.anna.press("Наш номер")
    assert "Пришлите номер" in hall.anna.last.text
    assert "тметьте" not in hall.anna.last.text
    await hall.anna.types(LINE)
    assert "Отметьте или пришлите номер" in hall.anna.last.text


async def test_nothing_moves_under_the_finger_when_it_is_ticked(hall: Hall) -> None:
    await two_funnels(hall)
    await hall.anna.types("/funnels")
    await hall.anna.press("Какие звонки куда")
    await hall.anna.press("➕ Правило")
    await hall.anna.press("Сотрудник")
    assert hall.anna.last.buttons[:2] == ["▫️ Ирина", "▫️ Пётр"]
    await hall.anna.press("Пётр")
    assert hall.anna.last.buttons[:2] == ["▫️ Ирина", "✅ Пётр"]


async def test_a_value_pressed_twice_is_taken_back(hall: Hall) -> None:
    await two_funnels(hall)
    await hall.anna.types("/funnels")
    await hall.anna.press("Какие звонки куда")
    await hall.anna.press("➕ Правило")
    await hall.anna.press("Наш номер")
    await hall.anna.press(LINE)
    assert f"✅ {LINE}" in hall.anna.last.buttons
    await hall.anna.press(f"✅ {LINE}")
    assert not any("Дальше" in one for one in hall.anna.last.buttons)


async def test_the_default_takes_the_rest_and_can_be_taken_away(hall: Hall) -> None:
    await two_funnels(hall)
    await hall.make_rule("Продажи")
    await hall.anna.press("Сохранить")
    await hall.anna.press("Остальные → без воронки")
    await hall.anna.press("Сервис")
    assert "все остальные звонки → Сервис" in hall.anna.last.text
    assert "• без воронки → Сервис: 2" in hall.anna.last.text
    await hall.anna.press("Сохранить")
    assert [one.is_default for one in await hall.rules()] == [False, True]
    await hall.anna.press("Остальные → Сервис")
    await hall.anna.press("Никуда")
    await hall.anna.press("Сохранить")
    assert [one.is_default for one in await hall.rules()] == [False]


async def test_stages_are_goals_too(hall: Hall) -> None:
    await hall.make_funnel("Продажи")
    await hall.anna.press("➕ Стадия")
    await hall.anna.types("Новые")
    await hall.calls(LINE, 1)
    await hall.make_rule("Продажи")
    await hall.anna.press("Продажи › Новые")
    assert "→ Продажи › Новые" in hall.anna.last.text
    await hall.anna.press("Сохранить")
    (rule,) = await hall.rules()
    assert rule.goal.stage_id is not None


async def test_an_order_that_moves_calls_is_asked_about_another_is_not(hall: Hall) -> None:
    await two_funnels(hall)
    for funnel, line in (("Продажи", LINE), ("Сервис", OTHER)):
        await hall.make_rule(funnel, line)
        await hall.anna.press("Сохранить")
    await hall.anna.press("2")
    await hall.anna.press("Выше")
    assert "Порядок сохранён" in hall.anna.last.text
    assert [one.conditions[0].values[0].text for one in await hall.rules()] == [OTHER, LINE]
    await hall.make_rule("Продажи", OTHER)
    await hall.anna.press("Сохранить")
    await hall.anna.press("3")
    await hall.anna.press("Выше")
    assert "Порядок сохранён" in hall.anna.last.text
    await hall.anna.press("Выше")
    assert "Поменять порядок?" in hall.anna.last.text
    assert "• Сервис → Продажи: 2" in hall.anna.last.text
    asked = hall.anna.last
    data = asked.keyboard[0][0]["callback_data"]
    for _ in range(2):
        hall.world.telegram.press(hall.anna.chat, asked.message_id, hall.anna.person, data=data)
    await hall.world.settle()
    names = await hall.rules()
    assert [one.conditions[0].values[0].text for one in names] == [OTHER, OTHER, LINE]


async def test_deleting_a_rule_shows_what_it_took(hall: Hall) -> None:
    await two_funnels(hall)
    await hall.make_rule("Продажи")
    await hall.anna.press("Сохранить")
    await hall.anna.press("1")
    await hall.anna.press("🗑 Удалить")
    assert "• Продажи → без воронки: 3" in hall.anna.last.text
    await hall.anna.press("Да, удалить")
    assert await hall.rules() == ()


async def test_a_known_rule_is_changed_in_its_place(hall: Hall) -> None:
    await two_funnels(hall)
    await hall.make_rule("Продажи")
    await hall.anna.press("Сохранить")
    (before,) = await hall.rules()
    await hall.anna.press("1")
    await hall.anna.press("✏️ Изменить")
    await hall.anna.press("✏️ Условия")
    await hall.anna.press("✅ 📞 Наш номер")
    await hall.anna.press(OTHER)
    await hall.anna.press("Дальше")
    await hall.anna.press("✏️ Куда")
    await hall.anna.press("Сервис")
    await hall.anna.press("Сохранить")
    (after,) = await hall.rules()
    assert after.id == before.id
    assert [one.text for one in after.conditions[0].values] == [LINE, OTHER]
    assert "→ Сервис" in hall.anna.last.text


async def test_two_editors_the_second_sees_the_new_preview_and_loses_nothing(hall: Hall) -> None:
    await two_funnels(hall)
    await hall.make_rule("Продажи")
    boris = await hall.world.member(Role.EDITOR, "Борис")
    other = Hall(hall.world, boris, hall.telephony, hall.own, hall.book)
    await other.make_rule("Сервис", LINE)
    await boris.press("Сохранить")
    await hall.anna.press("Сохранить")
    assert "поменял кто-то ещё" in hall.anna.last.text
    assert "Ничего не меняется" in hall.anna.last.text
    assert len(await hall.rules()) == 1
    await hall.anna.press("Сохранить")
    assert len(await hall.rules()) == 2


async def test_a_funnel_deleted_meanwhile_is_said(hall: Hall) -> None:
    await two_funnels(hall)
    await hall.make_rule("Продажи")
    funnels = await hall.own.of(hall.member, hall.telephony)
    await hall.own.delete_funnel(hall.member, funnels[0].id)
    await hall.anna.press("Сохранить")
    assert "больше нет" in hall.anna.last.text
    assert await hall.rules() == ()


async def test_a_second_press_of_save_makes_no_second_rule(hall: Hall) -> None:
    await two_funnels(hall)
    await hall.make_rule("Продажи")
    shown = hall.anna.last
    data = shown.keyboard[0][0]["callback_data"]
    for _ in range(2):
        hall.world.telegram.press(hall.anna.chat, shown.message_id, hall.anna.person, data=data)
    await hall.world.settle()
    assert len(await hall.rules()) == 1


async def test_an_old_window_is_answered_politely_and_a_restart_loses_nothing(hall: Hall) -> None:
    await two_funnels(hall)
    await hall.anna.types("/funnels")
    await hall.anna.press("Какие звонки куда")
    await hall.anna.press("➕ Правило")
    old = hall.anna.last.keyboard[0][0]["callback_data"]
    hall.world.restart()
    await hall.anna.press("Наш номер")
    await hall.anna.forges(old)
    assert "устарело" in hall.anna.alert
    await hall.anna.types("101")
    assert "✅ 101" in hall.anna.last.buttons
    await hall.anna.press("Отмена")
    assert await hall.rules() == ()
    await hall.anna.types("202")
    assert "Не понял" in hall.anna.last.text


@pytest.mark.parametrize(("typed", "said"), [("н" * 121, "Слишком длинно"), ("***", "Пустое значение")])
async def test_values_that_cannot_be_taken(hall: Hall, typed: str, said: str) -> None:
    await two_funnels(hall)
    await hall.anna.types("/funnels")
    await hall.anna.press("Какие звонки куда")
    await hall.anna.press("➕ Правило")
    await hall.anna.press("Наш номер")
    await hall.anna.types(typed)
    assert said in hall.anna.last.text
    await hall.anna.types("101")
    assert "✅ 101" in hall.anna.last.buttons


async def test_forged_presses_break_nothing(hall: Hall) -> None:
    await two_funnels(hall)
    await hall.anna.types("/funnels")
    await hall.anna.press("Какие звонки куда")
    new = next(row[0]["callback_data"] for row in hall.anna.last.keyboard if "➕ Правило" in row[0]["text"])
    for act in RuleStep:
        await hall.anna.forges(new)
        number = int(hall.anna.last.keyboard[0][0]["callback_data"].split(":")[1])
        await hall.anna.forges(f"fw:{number}:{act}:{10**9}")
        assert "сломалось" not in hall.anna.last.text + hall.anna.alert, act
    assert await hall.rules() == ()


async def test_yesterday_can_be_looked_at_without_changing_anything(hall: Hall) -> None:
    await two_funnels(hall)
    await hall.make_rule("Продажи")
    await hall.anna.press("Сохранить")
    await hall.anna.press("Последние звонки")
    assert "• Продажи: 3" in hall.anna.last.text
    assert "• без воронки: 2" in hall.anna.last.text


async def test_before_the_first_call_a_rule_can_be_made_too(hall: Hall) -> None:
    await hall.make_funnel("Продажи")
    await hall.anna.press("Какие звонки сюда")
    await hall.anna.press("Внутренний номер")
    await hall.anna.types("101")
    await hall.anna.press("Дальше")
    assert "проверить не на чем" in hall.anna.last.text
    await hall.anna.press("Сохранить")
    assert len(await hall.rules()) == 1


async def test_deleting_a_funnel_shows_where_its_calls_go_then(hall: Hall) -> None:
    await two_funnels(hall)
    await hall.make_rule("Продажи")
    await hall.anna.press("Сохранить")
    await hall.anna.types("/funnels")
    await hall.anna.press("Продажи")
    await hall.anna.press("🗑 Удалить")
    assert "• Продажи → без воронки: 3" in hall.anna.last.text


async def test_the_whole_way_in_english(hall: Hall) -> None:
    await two_funnels(hall)
    ann = await hall.world.member(Role.EDITOR, "Ann", language="en")
    await ann.types("/funnels")
    await ann.press("Which calls go where")
    await ann.press("Rule")
    await ann.press("Our number")
    await ann.press(LINE)
    await ann.press("Next")
    await ann.press("Продажи")
    assert "Last 24 hours, 5 conversations" in ann.last.text
    await ann.press("Save")
    assert len(await hall.rules()) == 1


async def test_the_longest_names_still_fit_into_a_message(hall: Hall) -> None:
    """Telegram refuses a message of more than 4096 characters, and so does its stand-in."""
    places: list[Goal] = []
    for number in range(10):
        place = await hall.own.make_funnel(hall.member, hall.telephony, f"{number:02} {'в' * 57}")
        for stage in range(4):
            place = await hall.own.make_stage(hall.member, place.funnel.id, f"{stage} {'с' * 58}")
        places += [Goal(place.funnel.id, one.id) for one in place.funnel.stages]
    rules = []
    for number, goal in enumerate(places):
        line = f"+7495{number:07}"
        await hall.calls(line, 1, manager=("7", "м" * 200))
        conditions = (
            Condition(What.LINE, (Wanted(line), *(Wanted(f"{n} {'н' * 110}") for n in range(5)))),
            Condition(What.EMPLOYEE, (Wanted("м" * 120, "7"), Wanted("у" * 120))),
        )
        rules.append(Rule(NEW, conditions, goal))
    stamp = (await hall.book.of(hall.member, hall.telephony)).stamp
    await hall.book.change(hall.member, hall.telephony, lambda _: tuple(rules), stamp)
    await hall.anna.types("/funnels")
    assert "…" in hall.anna.last.text
    await hall.anna.press("00 ")
    assert "Сюда попадают" in hall.anna.last.text
    await hall.anna.press("🗑 Удалить")
    assert "Изменится: 4" in hall.anna.last.text
    await hall.anna.types("/funnels")
    await hall.anna.press("Какие звонки куда")
    assert "1. наш номер" in hall.anna.last.text
    await hall.anna.press("Последние")
    assert "40 разговоров" in hall.anna.last.text
    await hall.anna.press("Назад")
    await hall.anna.press("40")
    await hall.anna.press("✏️ Изменить")
    assert "Проверьте правило" in hall.anna.last.text
    await hall.anna.press("✏️ Условия")
    assert "Какие звонки?" in hall.anna.last.text
