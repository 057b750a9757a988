"""Choosing a list, its columns and fields of a deal, through the real dispatcher on the strict portal."""

import pytest

from bot.notifier import TelegramNotifier
from sandbox.bitrix24 import Column
from services.domain.call import Reason
from services.domain.prompt import Destination, Known, Policy, Prompt
from services.notices import Notices
from services.pipeline.targets import Targets
from services.pipeline.work import PromptWork
from tests.handlers.prompts.making import open_card, to_summary
from tests.harness.world import User, World


@pytest.fixture
def list_id(world: World) -> int:
    world.portal.add_list("Архив")
    return world.portal.add_list(
        "Отзывы",
        [
            Column("", "Итог", "S", required=True),
            Column("", "Бюджет", "S:Money"),
            Column("", "Сделка", "S:ECrm"),
            Column("", "Тон", "L", options={"71": "Тёплый", "72": "Холодный"}),
        ],
    )


async def to_lists(user: User, name: str = "Отзыв") -> None:
    await user.types("/new")
    await user.press("Любая воронка")
    await user.press("отдельного списка")
    await user.types(name)


async def to_deal_fields(user: User, name: str = "Поля") -> None:
    await user.types("/new")
    await user.press("Любая воронка")
    await user.press("поля сделки")
    await user.types(name)


async def only(world: World) -> Prompt:
    (prompt,) = await world.prompts.all(1)
    return prompt


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
    await connected.press("Готово")
    assert "Обязательные поля не заполнены: Итог" in connected.last.text
    await connected.press("❗ Итог")
    await connected.press("💡 Кратко")
    await connected.press("Сделка")
    assert "без вопроса к модели" in window.text
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
    await connected.press("✅ Бюджет")
    await connected.press("✅ Создать список")
    assert "Поля списка «Разбор звонков»" in connected.last.text
    assert "❓ Возражения" in connected.last.text
    await connected.press("Готово")
    await connected.press("Сохранить")
    (made,) = world.portal.lists.values()
    assert made.name == "Разбор звонков"
    assert "Бюджет" not in [column.name for column in made.columns.values()]
    prompt = await only(world)
    assert len(prompt.version.questions) == 4
    assert len(prompt.version.place.filled) == 3


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


async def test_fields_of_a_deal_have_a_policy_each(world: World, connected: User) -> None:
    world.portal.add_field("deal", "Заметки", "string")
    world.portal.add_field("deal", "Интерес", "enumeration", options=["Высокий", "Низкий"])
    await to_deal_fields(connected)
    await connected.press("Заметки")
    await connected.types("Какие возражения?")
    await connected.press("Интерес")
    assert "Значения: Высокий, Низкий" in connected.last.text
    await connected.press("💡 Что из списка")
    await connected.press("❓ Заметки")
    assert "только если поле пустое" in connected.last.text
    await connected.press("Дописать")
    assert "Дописываю" in connected.last.text
    await connected.press("К полям")
    await connected.press("❓ Интерес")
    assert not [one for one in connected.last.buttons if "Дописать" in one]
    await connected.press("Заменить")
    await connected.press("К полям")
    await connected.press("Готово")
    assert "поля сделки" in connected.last.text
    await connected.press("Сохранить")
    prompt = await only(world)
    assert [one.ask.policy for one in prompt.version.questions] == [Policy.APPEND, Policy.OVERWRITE]


async def test_without_a_question_there_is_nothing_to_save(world: World, connected: User, list_id: int) -> None:
    await to_lists(connected)
    await connected.press("Отзывы")
    await connected.press("Сделка")
    await connected.press("🔗 сделка или лид")
    await connected.press("Готово")
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


async def test_a_comment_prompt_moves_into_a_field_without_being_written_anew(
    world: World, connected: User
) -> None:
    world.portal.add_field("deal", "Заметки", "string")
    await to_summary(connected, text="Какие возражения назвал клиент?")
    await connected.press("Сохранить")
    await open_card(connected)
    await connected.press("Куда писать")
    await connected.press("поля сделки")
    await connected.press("Заметки")
    await connected.press("Прежний текст")
    await connected.press("Готово")
    prompt = await only(world)
    assert prompt.version.destination is Destination.FIELDS
    assert prompt.version.number == 2
    assert prompt.version.questions[0].text == "Какие возражения назвал клиент?"
    await connected.press("Куда писать")
    await connected.press("комментарий")
    await connected.press("Прежний текст")
    prompt = await only(world)
    assert prompt.version.destination is Destination.COMMENT
    assert prompt.text == "Какие возражения назвал клиент?"


async def test_going_back_from_a_change_leaves_the_prompt_as_it_was(
    world: World, connected: User, list_id: int
) -> None:
    await to_summary(connected)
    await connected.press("Сохранить")
    await open_card(connected)
    await connected.press("Куда писать")
    await connected.press("отдельного списка")
    await connected.press("Назад")
    await connected.press("Назад")
    assert (await only(world)).version.number == 1
    assert "Кратко?" in connected.last.text


async def test_a_field_that_is_gone_is_repaired_from_the_card(world: World, connected: User) -> None:
    gone = world.portal.add_field("deal", "Исчезнет", "string")
    world.portal.add_field("deal", "Останется", "string")
    await to_deal_fields(connected)
    await connected.press("Исчезнет")
    await connected.types("Кратко?")
    await connected.press("Готово")
    await connected.press("Сохранить")
    world.portal.remove_field("deal", gone)
    world.clock.advance(3600)
    await suspend(world)
    await open_card(connected)
    assert "«Исчезнет»: поля больше нет в CRM" in connected.last.text
    await connected.press("Починить")
    await connected.press("Останется")
    await connected.press("Прежний текст")
    await connected.press("Готово")
    prompt = await only(world)
    assert prompt.problems == ()


async def suspend(world: World) -> None:
    """What the pipeline does before it asks."""
    prompt = await only(world)
    work = PromptWork(
        0,
        prompt.id,
        prompt.version.id,
        prompt.name,
        "",
        True,
        prompt.version.place,
        prompt.version.questions,
        prompt.version.questions,
    )
    notices = Notices(world.database, world.jobs, TelegramNotifier(world.bot, world.i18n), world.clock)
    checked = await Targets(world.database, world.pipeline.fields, notices).checked(1, 1, work)
    assert checked.questions[0].problem == Reason.FIELD_GONE
    await world.jobs.run_due()


async def test_two_prompts_for_one_field_are_pointed_out(world: World, connected: User) -> None:
    world.portal.add_field("deal", "Бюджет", "money")
    for name in ("Первый", "Второй"):
        await to_deal_fields(connected, name)
        await connected.press("Бюджет")
        await connected.press("💡 Какой бюджет")
        await connected.press("Готово")
        await connected.press("Сохранить")
        await connected.press("Включить")
    assert "В поле «Бюджет» пишет и промпт «Первый»" in connected.last.text


async def test_a_prompt_without_data_can_be_hidden_from_cards(world: World, connected: User) -> None:
    await to_summary(connected)
    await connected.press("Сохранить")
    await open_card(connected)
    await connected.press("Скрывать")
    assert (await only(world)).hide_empty
    await connected.press("Показывать")
    assert not (await only(world)).hide_empty


async def test_for_leads_only_the_fields_of_leads_are_offered(world: World, connected: User) -> None:
    await connected.types("/new")
    await connected.press("Лиды")
    await connected.press("Любая стадия")
    assert [one for one in connected.last.buttons if "поля" in one] == ["📋 поля лида"]


async def test_an_answer_may_stay_in_the_card_only(world: World, connected: User) -> None:
    await connected.types("/new")
    await connected.press("Любая воронка")
    await connected.press("только в карточку")
    await connected.types("Тихий")
    await connected.types("Кратко?")
    await connected.press("Готово")
    await connected.press("Сохранить")
    assert (await only(world)).version.destination is Destination.CHAT
