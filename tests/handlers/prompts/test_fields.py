"""Choosing a list, its columns and fields of a deal, through the real dispatcher on the strict portal."""

import asyncio

import pytest

from bot.notifier import TelegramNotifier
from sandbox.bitrix24 import Column
from sandbox.faults import Fault
from services.domain.call import Reason
from services.domain.integration import ObjectKind
from services.domain.prompt import Destination, Known, Policy, Prompt
from services.errors import Refused
from services.fieldbook import FieldBook
from services.notices import Notices
from services.pipeline.targets import Targets
from services.pipeline.work import PromptWork
from services.prompts.service import Draft
from tests.handlers.prompts.making import open_card, scope_at, to_summary
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
    assert "Если поле уже заполнено, ничего не меняю" in connected.last.text
    await connected.press("Дописать")
    assert "дописываю" in connected.last.text
    await connected.press("К полям")
    assert "❓ Заметки — Какие возражения? · дописать" in connected.last.text
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
    await connected.press("👍 Какие возражения")
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


@pytest.fixture
async def with_gone_field(world: World, connected: User) -> User:
    """A prompt over a field that the portal has no more, which the next call has found out."""
    gone = world.portal.add_field("deal", "Исчезнет", "string")
    world.portal.add_field("deal", "Останется", "string")
    await to_deal_fields(connected)
    for name, text in (("Исчезнет", "Кратко?"), ("Комментарий", "Что ещё?")):
        await connected.press(name)
        await connected.types(text)
    await connected.press("Готово")
    await connected.press("Сохранить")
    world.portal.remove_field("deal", gone)
    await next_call(world)
    return connected


async def next_call(world: World) -> PromptWork:
    """What the pipeline does before it asks, an hour later."""
    world.clock.advance(3600)
    checked = await check(world)
    await world.jobs.run_due()
    return checked


async def check(world: World, targets: Targets | None = None) -> PromptWork:
    prompt = await only(world)
    work = PromptWork(
        verdict_id=0,
        prompt_id=prompt.id,
        version_id=prompt.version.id,
        name=prompt.name,
        salt="",
        call_started_at=world.clock.now(),
        place=prompt.version.place,
        questions=prompt.version.questions,
        unanswered=prompt.version.questions,
    )
    return await (targets or targets_of(world)).checked(1, prompt.scope.integration_id, work)


def targets_of(world: World) -> Targets:
    """Of a process of its own."""
    notices = Notices(world.database, world.jobs, TelegramNotifier(world.bot, world.i18n), world.clock)
    return Targets(world.database, world.pipeline.fields, notices)


def told(user: User, words: str) -> int:
    return len([one for one in user.messages if one.text.startswith("🟠") and words in one.text])


async def test_the_question_of_a_gone_field_moves_to_another_one(world: World, with_gone_field: User) -> None:
    user = with_gone_field
    await open_card(user)
    assert "«Исчезнет»: поля больше нет в CRM" in user.last.text
    await user.press("Починить поля", message=user.last)
    await user.press("⚠️ Исчезнет — поля больше нет")
    await user.press("Перенести вопрос в другое поле")
    assert [one for one in user.last.buttons if "Исчезнет" in one or "Комментарий" in one] == []
    await user.press("Останется")
    await user.press("Готово")
    prompt = await only(world)
    asked = [(one.ask.field.name, one.text) for one in prompt.version.questions if one.ask.field is not None]
    assert asked == [("Останется", "Кратко?"), ("Комментарий", "Что ещё?")]
    await next_call(world)
    assert (await only(world)).problems == ()
    assert told(user, "Исчезнет") == 1


async def test_a_gone_field_must_be_removed_before_saving(world: World, with_gone_field: User) -> None:
    user = with_gone_field
    await user.press("Починить поля")
    window = user.last
    await user.press("Готово")
    assert "Этих полей больше нет: Исчезнет" in user.last.text
    assert (await only(world)).version.number == 1
    await user.press("⚠️ Исчезнет", message=window)
    await user.press("Убрать", message=window)
    await user.press("Готово", message=window)
    await next_call(world)
    prompt = await only(world)
    assert [one.text for one in prompt.version.questions] == ["Что ещё?"]
    assert prompt.problems == ()


@pytest.fixture
async def with_list(world: World, connected: User, list_id: int) -> User:
    """A prompt over a list: a question, and a column that we fill."""
    await to_lists(connected)
    await connected.press("Отзывы")
    await connected.press("Итог")
    await connected.types("Кратко?")
    await connected.press("Бюджет")
    await connected.types("Какой бюджет?")
    await connected.press("Сделка")
    await connected.press("🔗 сделка или лид")
    await connected.press("Готово")
    await connected.press("Сохранить")
    return connected


async def test_a_prompt_whose_list_is_gone_gets_another_one(world: World, with_list: User, list_id: int) -> None:
    user = with_list
    other = world.portal.add_list("Новые", [Column("", "итог", "S"), Column("", "Сделка", "S:ECrm")])
    spare = world.portal.add_column(other, Column("", "Деньги", "S:Money"))
    del world.portal.lists[list_id]
    await next_call(world)
    assert told(user, "списка «Отзывы» больше нет") == 1
    await user.press("Выбрать другой список")
    assert "Списка «Отзывы» больше нет" in user.last.text
    assert "Отзывы" not in user.last.buttons
    await user.press("Новые")
    assert "❓ итог — Кратко?" in user.last.text
    await user.press("Деньги")
    await user.press("👍 Какой бюджет?")
    await user.press("Готово")
    prompt = await only(world)
    assert prompt.version.place.list is not None
    assert prompt.version.place.list.id == str(other)
    assert [one.known for one in prompt.version.place.filled] == [Known.OBJECT]
    assert [one.text for one in prompt.version.questions] == ["Кратко?", "Какой бюджет?"]
    assert prompt.version.questions[1].ask.field is not None
    assert prompt.version.questions[1].ask.field.id == spare
    await next_call(world)
    assert (await only(world)).problems == ()


async def test_back_from_choosing_another_list_leaves_the_prompt_as_it_was(
    world: World, with_list: User, list_id: int
) -> None:
    del world.portal.lists[list_id]
    await open_card(with_list)
    await with_list.press("✏️ Поля")
    assert "Списка «Отзывы» больше нет" in with_list.last.text
    await with_list.press("Назад")
    assert (await only(world)).version.number == 1
    assert "Ответ: 📊 строка отдельного списка" in with_list.last.text


async def test_a_filled_column_that_is_gone_is_left_out_and_said_once(
    world: World, with_list: User, list_id: int
) -> None:
    columns = world.portal.lists[list_id].columns
    gone = next(one for one in columns.values() if one.name == "Сделка")
    del columns[gone.id]
    for _ in range(2):
        work = await next_call(world)
        assert work.place.filled == ()
    assert told(with_list, "Сделка") == 1
    assert [(one.field_name, one.reason) for one in (await only(world)).problems] == [
        ("Сделка", Reason.FIELD_GONE)
    ]
    await open_card(with_list)
    assert "«Сделка»: поля больше нет в CRM. Не заполняю." in with_list.last.text
    columns[gone.id] = gone
    assert len((await next_call(world)).place.filled) == 1
    assert (await only(world)).problems == ()


async def test_calls_at_the_same_time_tell_of_a_gone_field_once(
    world: World, with_list: User, list_id: int
) -> None:
    columns = world.portal.lists[list_id].columns
    for name in ("Бюджет", "Сделка"):
        del columns[next(one.id for one in columns.values() if one.name == name)]
    world.clock.advance(3600)
    await asyncio.gather(*(check(world) for _ in range(4)))
    await world.jobs.run_due()
    assert told(with_list, "Бюджет") == 1
    assert told(with_list, "Сделка") == 1


async def test_a_field_newer_than_what_a_process_knows_is_not_taken_for_gone(
    world: World, connected: User
) -> None:
    worker = FieldBook(world.connectors, world.clock)
    await worker.fields(1, ObjectKind.DEAL)
    world.portal.add_field("deal", "Заметки", "string")
    await to_deal_fields(connected)
    await connected.press("Заметки")
    await connected.types("Кратко?")
    await connected.press("Готово")
    await connected.press("Сохранить")
    notices = Notices(world.database, world.jobs, TelegramNotifier(world.bot, world.i18n), world.clock)
    work = await check(world, Targets(world.database, worker, notices))
    assert work.questions[0].problem is None
    assert (await only(world)).problems == ()


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
    await connected.press("Готово")
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


@pytest.fixture
async def with_deal_fields(world: World, connected: User) -> User:
    for kind in ("deal", "lead"):
        world.portal.add_field(kind, "Заметки", "string")
        world.portal.add_field(kind, "Бюджет" if kind == "deal" else "Деньги", "string")
    await to_deal_fields(connected)
    for name, text in (("Заметки", "Кратко?"), ("Бюджет", "Какой бюджет?")):
        await connected.press(name)
        await connected.types(text)
    await connected.press("Готово")
    return connected


async def test_another_funnel_of_deals_keeps_fields_and_questions(world: World, with_deal_fields: User) -> None:
    user = with_deal_fields
    await user.press("Воронка")
    await user.press("Сервис")
    await user.press("Любая стадия")
    assert "Бюджет: Какой бюджет?" in user.last.text
    await user.press("Сохранить")
    before = await only(world)
    await open_card(user)
    await user.press("Воронка")
    await user.press("Любая воронка")
    prompt = await only(world)
    assert prompt.scope.funnel_id is None
    assert prompt.version == before.version


async def test_with_a_funnel_of_leads_the_fields_are_chosen_anew_and_saved_together(
    world: World, with_deal_fields: User
) -> None:
    user = with_deal_fields
    await user.press("Сохранить")
    await open_card(user)
    await user.press("Воронка")
    await user.press("Лиды")
    await user.press("Любая стадия")
    assert (await only(world)).scope.funnel_id is None
    await user.press("поля лида")
    assert "❓ Заметки — Кратко?" in user.last.text
    await user.press("Деньги")
    await user.press("👍 Какой бюджет?")
    await user.press("Готово")
    prompt = await only(world)
    assert prompt.scope == await scope_at(world, "Лиды")
    assert prompt.version.number == 2
    assert prompt.version.place.object_kind is ObjectKind.LEAD
    assert [one.text for one in prompt.version.questions] == ["Кратко?", "Какой бюджет?"]


async def test_fields_of_deals_are_never_written_for_a_funnel_of_leads(
    world: World, with_deal_fields: User
) -> None:
    await with_deal_fields.press("Сохранить")
    prompt, member = await only(world), with_deal_fields.member
    assert member is not None
    leads = await scope_at(world, "Лиды")
    asks = tuple(one.ask for one in prompt.version.questions)
    for change in (
        world.prompts.rescope(member, prompt.id, leads, prompt.revision),
        world.prompts.create(member, Draft("Ещё", asks, leads, prompt.version.place)),
    ):
        with pytest.raises(Refused, match="other_kind"):
            await change
    assert await only(world) == prompt


async def test_questions_of_fields_become_a_comment_and_fields_again(world: World, with_deal_fields: User) -> None:
    user = with_deal_fields
    await user.press("Сохранить")
    await open_card(user)
    await user.press("Куда писать")
    await user.press("комментарий")
    await user.press("Прежний текст")
    assert (await only(world)).text == "Кратко?\nКакой бюджет?"


async def test_questions_too_long_for_one_text_are_offered_one_by_one(world: World, connected: User) -> None:
    for name in ("Первое", "Второе"):
        world.portal.add_field("deal", name, "string")
    await to_deal_fields(connected)
    for name in ("Первое", "Второе"):
        await connected.press(name)
        await connected.types(f"{name}: " + "подробно " * 300)
    await connected.press("Готово")
    await connected.press("Куда писать")
    await connected.press("комментарий")
    await connected.press("👍 Второе")
    await connected.press("Сохранить")
    assert (await only(world)).text.startswith("Второе: подробно")


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


async def test_all_that_would_write_one_field_are_named_when_all_are_switched_on(
    world: World, with_deal_fields: User
) -> None:
    user = with_deal_fields
    await user.press("Сохранить")
    await open_card(user)
    await user.press("Копия")
    await user.types("/enable all")
    await user.press("Да, включить все")
    told = "Промпты «Поля» и «Поля (копия)» пишут в одни поля: Заметки, Бюджет."
    assert user.last.text.count(told) == 1


async def test_a_change_of_a_running_prompt_tells_of_a_field_that_another_one_writes(
    world: World, with_deal_fields: User
) -> None:
    user = with_deal_fields
    await user.press("Сохранить")
    (one,) = await world.prompts.all(1)
    assert user.member is not None
    other = await world.prompts.duplicate(user.member, one.id, " 2")
    other = await world.prompts.rescope(user.member, other.id, await scope_at(world, "Сервис"), other.revision)
    await world.prompts.rescope(user.member, one.id, await scope_at(world, "Продажи"), one.revision)
    await world.prompts.set_all(user.member, True)
    await open_card(user)
    await user.press("Воронка")
    await user.press("Любая воронка")
    assert "В поле «Заметки» пишет и промпт «Поля 2»" in user.last.text
    await user.press("✏️ Поля")
    await user.press("Заметки")
    await user.press("Не заполнять")
    await user.press("Готово")
    assert "В поле «Заметки»" not in user.last.text
    assert "В поле «Бюджет» пишет и промпт «Поля 2»" in user.last.text


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
