"""Fields, columns and lists that the CRM has no more: said once, and mended by a person."""

import asyncio

import pytest

from bot.speaking.notifier import TelegramNotifier
from sandbox.bitrix24 import Column
from services.domain.call import Reason
from services.domain.integration import ObjectKind
from services.domain.prompt import Known
from services.fieldbook import FieldBook
from services.notices import Notices
from services.pipeline.targets import Targets
from services.pipeline.work import PromptWork
from tests.handlers.prompts.fielding import done_in_an_old_window, only, to_deal_fields, to_lists
from tests.handlers.prompts.making import open_card
from tests.harness.world import User, World


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
    assert "✅ Готово" not in user.last.buttons
    await done_in_an_old_window(user)
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
