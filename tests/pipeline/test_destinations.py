"""Answers in fields of deals and rows of lists: typed, proven, written once, nobody's value overwritten."""

import pytest
from sqlalchemy import select

from sandbox.faults import Fault
from services.db.models import DeliveryRow, QuestionRow, WorkspaceRow
from services.domain.answer import AnswerState, DeliveryState, FieldFate
from services.domain.call import Reason
from services.domain.card import LineState, Written
from services.domain.field import RemoteList
from services.domain.prompt import Ask, Destination, Place, Policy
from services.errors import Refused
from tests.pipeline.desk import FIELDS, Desk

UPDATE = "crm.item.update"
ADD = "lists.element.add"


async def test_fields_are_written_typed_in_one_update(desk: Desk) -> None:
    await desk.ask_fields()
    await desk.call()
    option = next(iter(desk.world.portal.fields["deal"][desk.interest].options))
    assert desk.value(desk.budget) == "110000|RUB"
    assert desk.value(desk.interest) == int(option)
    assert len(desk.world.portal.updates) == 1
    line = desk.line()
    assert line.written is Written.WRITTEN
    assert [(part.field_name, part.fate) for part in line.parts] == [
        ("Бюджет", FieldFate.WRITTEN),
        ("Интерес", FieldFate.WRITTEN),
    ]
    assert line.parts[0].text.replace("\u00a0", " ") == "110 000 ₽"
    assert all(part.quote_at is not None for part in line.parts)


async def test_two_prompts_for_fields_share_one_update(desk: Desk) -> None:
    await desk.prompt("Первый", FIELDS, [Ask("Какой бюджет?", await desk.field(desk.budget))])
    await desk.prompt("Второй", FIELDS, [Ask("Какой интерес?", await desk.field(desk.interest))])
    await desk.call()
    assert len(desk.world.portal.updates) == 1
    assert {row.state for row in await desk.deliveries()} == {DeliveryState.CONFIRMED}


async def test_a_list_gets_one_row_with_all_answers_and_what_is_known(desk: Desk) -> None:
    await desk.ask_list()
    await desk.call()
    (row,) = desk.world.portal.rows_of(desk.list_id)
    assert row["Бюджет"] == "110000|RUB"
    assert "дорого" in row["Возражения"]
    assert row["Сделка"] == f"D_{desk.deal}"
    assert row["Менеджер"] == "1"
    assert row["Название"].startswith("Входящий звонок")
    assert "Пометка" not in row


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["reset", "html", "truncated"])
async def test_a_lost_answer_has_exactly_one_effect_everywhere(desk: Desk, kind: str, when: str) -> None:
    await desk.ask_fields(Policy.APPEND)
    await desk.ask_list()
    for method in (UPDATE, ADD):
        desk.world.portal.faults.add(Fault(kind, method, when))  # type: ignore[arg-type]
    await desk.call()
    await desk.world.jobs.run_for(600)
    assert {row.state for row in await desk.deliveries()} == {DeliveryState.CONFIRMED}
    assert desk.value(desk.budget) == "110000|RUB"
    assert len(desk.world.portal.updates) == 1
    assert len(desk.world.portal.rows_of(desk.list_id)) == 1


async def test_found_sending_after_a_crash_nothing_is_doubled(desk: Desk) -> None:
    """The worker died after the portal had done the work, before it could say so."""
    await desk.ask_fields()
    await desk.ask_list()
    await desk.call()
    async with desk.world.database.write() as session:
        for row in await session.scalars(select(DeliveryRow)):
            row.state, row.fates, row.remote_id, row.confirmed_at = DeliveryState.SENDING, None, None, None
            row.due_at = desk.world.clock.now()
    await desk.world.jobs.run_for(600)
    await desk.world.pipeline.handlers["sweep"]("1", 0)
    await desk.world.jobs.run_for(600)
    assert {row.state for row in await desk.deliveries()} == {DeliveryState.CONFIRMED}
    assert len(desk.world.portal.rows_of(desk.list_id)) == 1
    assert len(desk.world.portal.updates) == 1
    assert {fate for row in await desk.deliveries() for fate in (row.fates or {}).values()} == {FieldFate.WRITTEN}


async def test_a_persons_value_is_left_alone(desk: Desk) -> None:
    desk.world.portal.person_sets("deal", desk.deal, desk.budget, "5|RUB")
    await desk.ask_fields()
    await desk.call()
    assert desk.value(desk.budget) == "5|RUB"
    assert desk.line().parts[0].fate is FieldFate.KEPT
    assert desk.line().parts[1].fate is FieldFate.WRITTEN


async def test_overwrite_is_a_policy_and_never_goes_back_in_time(desk: Desk) -> None:
    desk.world.portal.person_sets("deal", desk.deal, desk.budget, "5|RUB")
    await desk.ask_fields(Policy.OVERWRITE)
    early = desk.world.portal.add_call(deal=desk.deal, duration=60)
    desk.world.clock.advance(60)
    await desk.call()
    assert desk.value(desk.budget) == "110000|RUB"
    desk.world.portal.person_sets("deal", desk.deal, desk.budget, "7|RUB")
    desk.world.portal.attach_recording(early, desk.world.sound(), "call.wav")
    await desk.world.jobs.run_for(3600)
    rows = await desk.deliveries()
    assert desk.value(desk.budget) == "7|RUB"
    assert rows[-1].fates is not None
    assert set(rows[-1].fates.values()) == {FieldFate.NEWER, FieldFate.SAME}


async def test_append_adds_a_line_below_what_people_wrote(desk: Desk) -> None:
    notes = desk.world.portal.add_field("deal", "Заметки", "string")
    desk.world.portal.person_sets("deal", desk.deal, notes, "позвонить завтра")
    await desk.prompt("Заметки", FIELDS, [Ask("Какие возражения?", await desk.field(notes), Policy.APPEND)])
    await desk.call()
    lines = str(desk.value(notes)).split("\n")
    assert lines[0] == "позвонить завтра"
    assert "дорого" in lines[1]


INVENTED = '{"found": true, "answer": "Пять миллионов", "quote": "пять миллионов отдам", "value": ["5000000 RUB"]}'


async def test_a_value_without_a_found_quote_is_not_written(desk: Desk) -> None:
    await desk.prompt("Бюджет", FIELDS, [Ask("Какой бюджет?", await desk.field(desk.budget))])
    desk.world.model.chat.odd += [{"content": INVENTED}, {"content": INVENTED}]
    await desk.call()
    assert desk.value(desk.budget) is None
    (answer,) = await desk.answers()
    assert (answer.state, answer.reason) == (AnswerState.REFUSED, Reason.QUOTE_NOT_FOUND)
    assert desk.line().parts[0].state is LineState.REFUSED


async def test_unproven_values_are_written_and_marked_where_the_company_wants_it(desk: Desk) -> None:
    async with desk.world.database.write() as session:
        workspace = (await session.scalars(select(WorkspaceRow))).one()
        workspace.settings = {**workspace.settings, "strict_quotes": False}
    await desk.prompt("Бюджет", FIELDS, [Ask("Какой бюджет?", await desk.field(desk.budget))])
    desk.world.model.chat.odd += [{"content": INVENTED}, {"content": INVENTED}]
    await desk.call()
    assert desk.value(desk.budget) == "5000000|RUB"
    assert desk.line().parts[0].unproven


async def test_an_answer_that_is_no_option_is_asked_once_more_and_then_refused(desk: Desk) -> None:
    await desk.prompt("Интерес", FIELDS, [Ask("Какой интерес?", await desk.field(desk.interest))])
    wrong = '{"found": true, "answer": "Средне", "quote": "для меня это дорого", "value": ["Средне"]}'
    desk.world.model.chat.odd += [{"content": wrong}, {"content": wrong}]
    await desk.call()
    assert desk.value(desk.interest) is None
    (answer,) = await desk.answers()
    assert (answer.state, answer.reason) == (AnswerState.REFUSED, Reason.NOT_AN_OPTION)
    assert answer.text == "Средне"
    assert len(desk.world.model.asked("chat")) == 2


async def test_no_data_writes_nothing_and_may_be_hidden(desk: Desk) -> None:
    listed = Place(Destination.LIST, list=RemoteList(str(desk.list_id), "Отзывы"))
    await desk.prompt("Погода", listed, [Ask("Какая погода на Марсе?", await desk.column("Пометка"))])
    await desk.call()
    assert desk.world.portal.rows_of(desk.list_id) == []
    assert await desk.deliveries() == []
    assert desk.line().state is LineState.NO_DATA


async def test_a_field_that_is_gone_suspends_its_question_only(desk: Desk) -> None:
    await desk.ask_fields()
    desk.world.portal.remove_field("deal", desk.interest)
    desk.world.clock.advance(3600)
    await desk.call()
    assert desk.value(desk.budget) == "110000|RUB"
    answers = await desk.answers()
    assert [(row.state, row.reason) for row in answers][1] == (AnswerState.REFUSED, Reason.FIELD_GONE)
    async with desk.world.database.read() as session:
        problems = list(await session.scalars(select(QuestionRow.problem).order_by(QuestionRow.id)))
    assert problems == [None, Reason.FIELD_GONE]
    assert [notice.code for _, notice in desk.world.notifier.told] == ["fields_gone"]
    asked = len(desk.world.model.asked("chat"))
    await desk.call()
    assert len(desk.world.model.asked("chat")) == asked + 1
    assert [notice.code for _, notice in desk.world.notifier.told] == ["fields_gone"]


async def test_long_answers_are_cut_at_a_word(desk: Desk) -> None:
    notes = desk.world.portal.add_field("deal", "Заметки", "string")
    long = "очень длинный ответ " * 1000
    said = f'{{"found": true, "answer": "{long}", "quote": "для меня это дорого", "value": null}}'
    await desk.prompt("Заметки", FIELDS, [Ask("Что сказал?", await desk.field(notes))])
    desk.world.model.chat.odd.append({"content": said})
    await desk.call()
    stored = str(desk.value(notes))
    assert len(stored) <= 16_000
    assert stored.endswith("… (сокращено)")


async def test_undo_removes_comment_and_row_and_restores_fields(desk: Desk) -> None:
    desk.world.portal.person_sets("deal", desk.deal, desk.budget, "5|RUB")
    await desk.ask_fields(Policy.OVERWRITE)
    await desk.ask_list()
    await desk.prompt("Итог", Place(), [Ask("Кратко?")])
    await desk.call()
    assert desk.world.notifier.latest().undoable
    assert len(desk.world.portal.comments("deal", desk.deal)) == 1
    await desk.undo()
    assert desk.world.portal.comments("deal", desk.deal) == []
    assert desk.world.portal.rows_of(desk.list_id) == []
    assert desk.value(desk.budget) == "5|RUB"
    assert desk.value(desk.interest) is None
    card = desk.world.notifier.latest()
    assert {line.written for line in card.lines} == {Written.UNDONE}
    assert not card.undoable


async def test_undo_leaves_what_people_changed_and_says_so(desk: Desk) -> None:
    await desk.ask_fields()
    await desk.call()
    desk.world.portal.person_sets("deal", desk.deal, desk.budget, "6|RUB")
    await desk.undo()
    assert desk.value(desk.budget) == "6|RUB"
    assert desk.value(desk.interest) is None
    assert desk.line().written is Written.PARTLY_UNDONE


async def test_after_a_day_nothing_is_undone(desk: Desk) -> None:
    await desk.ask_fields()
    await desk.call()
    desk.world.clock.advance(25 * 3600)
    with pytest.raises(Refused):
        await desk.undo()
    assert desk.value(desk.budget) == "110000|RUB"


async def test_an_undo_survives_a_portal_that_is_down(desk: Desk) -> None:
    await desk.ask_fields()
    await desk.call()
    desk.world.portal.faults.add(Fault("reset", "*", times=6))
    await desk.undo()
    await desk.world.jobs.run_for(3600)
    assert desk.value(desk.budget) is None
    assert desk.line().written is Written.UNDONE


async def test_a_failed_question_is_repeated_and_merged_into_its_row(desk: Desk) -> None:
    await desk.ask_list()
    desk.world.model.chat.odd += [{"content": None, "refusal": "нет"}]
    await desk.call()
    (row,) = desk.world.portal.rows_of(desk.list_id)
    assert "Бюджет" not in row
    await desk.retry()
    (row,) = desk.world.portal.rows_of(desk.list_id)
    assert row["Бюджет"] == "110000|RUB"
    assert "дорого" in row["Возражения"]
    assert row["Сделка"] == f"D_{desk.deal}"
