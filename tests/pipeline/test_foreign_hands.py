"""People and other calls were at the same field or row: nothing of theirs is lost, nothing untrue is said."""

import pytest
from sqlalchemy import select

from sandbox.bitrix24 import Column
from sandbox.faults import Fault
from services.db.models import DeliveryRow, IntegrationRow
from services.domain.answer import DeliveryState, FieldFate, UndoState
from services.domain.call import Reason
from services.domain.card import LineState, Written
from services.domain.field import RemoteList
from services.domain.integration import IntegrationState
from services.domain.prompt import Ask, Destination, Place, Policy
from tests.pipeline.desk import FIELDS, Desk

UPDATE = "crm.item.update"
ADD = "lists.element.add"


def said(value: str, quote: str = "для меня это дорого") -> dict[str, str]:
    """What the model answers instead of its own answer."""
    return {"content": f'{{"found": true, "answer": "{value}", "quote": "{quote}", "value": null}}'}


async def test_a_zero_that_somebody_entered_is_a_value(desk: Desk) -> None:
    rooms = desk.world.portal.add_field("deal", "Окон", "integer")
    desk.world.portal.person_sets("deal", desk.deal, rooms, 0)
    await desk.prompt("Окна", FIELDS, [Ask("Сколько окон?", await desk.field(rooms))])
    desk.world.model.chat.odd.append(said("110", "бюджет до ста десяти тысяч рублей"))
    await desk.call()
    assert desk.value(rooms) == 0
    assert desk.line().parts[0].fate in (FieldFate.KEPT, None)


async def test_lines_appended_by_two_prompts_are_both_there_and_leave_one_by_one(desk: Desk) -> None:
    notes = desk.world.portal.add_field("deal", "Заметки", "string")
    desk.world.portal.person_sets("deal", desk.deal, notes, "позвонить завтра")
    field = await desk.field(notes)
    for name in ("Первый", "Второй"):
        await desk.prompt(name, FIELDS, [Ask("Что сказал?", field, Policy.APPEND)])
    desk.world.model.chat.odd += [said("Дорого\\nДолго ждать"), said("Подумает")]
    desk.world.portal.faults.add(Fault("reset", UPDATE, "after"))
    await desk.call()
    assert desk.value(notes) == "позвонить завтра\nДорого\nДолго ждать\nПодумает"
    assert len(desk.world.portal.updates) == 1
    desk.world.portal.person_sets("deal", desk.deal, notes, f"{desk.value(notes)}\nперезвонил")
    await desk.undo()
    assert desk.value(notes) == "позвонить завтра\nперезвонил"


async def test_a_late_old_call_never_replaces_a_newer_answer_that_was_the_same(desk: Desk) -> None:
    notes = desk.world.portal.add_field("deal", "Заметки", "string")
    await desk.prompt("Итог", FIELDS, [Ask("Что сказал?", await desk.field(notes), Policy.OVERWRITE)])
    desk.world.model.chat.odd += [said("икс"), said("икс"), said("игрек")]
    await desk.call()
    late = desk.world.portal.add_call(deal=desk.deal, duration=60)
    desk.world.clock.advance(60)
    await desk.call()
    desk.world.portal.attach_recording(late, desk.world.sound(), "call.wav")
    await desk.world.jobs.run_for(3600)
    assert desk.value(notes) == "икс"
    assert (await desk.deliveries())[-1].fates == {notes: FieldFate.NEWER}


async def test_answers_taken_back_one_after_the_other_leave_what_was_before_them(desk: Desk) -> None:
    notes = desk.world.portal.add_field("deal", "Заметки", "string")
    desk.world.portal.person_sets("deal", desk.deal, notes, "люди")
    await desk.prompt("Итог", FIELDS, [Ask("Что сказал?", await desk.field(notes), Policy.OVERWRITE)])
    desk.world.model.chat.odd += [said("икс"), said("игрек")]
    await desk.call()
    await desk.call()
    first, second = [row.call_id for row in await desk.deliveries()]
    await desk.undo(first)
    assert desk.value(notes) == "игрек"
    await desk.undo(second)
    assert desk.value(notes) == "люди"
    assert [row.undo for row in await desk.deliveries()] == [UndoState.DONE, UndoState.DONE]


async def test_a_row_in_which_somebody_worked_loses_only_our_answers(desk: Desk) -> None:
    await desk.ask_list()
    await desk.call()
    mark = await desk.column("Пометка")
    desk.world.portal.lists[desk.list_id].elements[0].values[mark.id] = ["перезвонить"]
    await desk.undo()
    (row,) = desk.world.portal.rows_of(desk.list_id)
    assert row.keys() == {"Название", "Пометка"}
    assert desk.line().written is Written.PARTLY_UNDONE


async def test_an_option_removed_meanwhile_is_not_said_to_be_written(desk: Desk) -> None:
    portal = desk.world.portal
    portal.add_column(desk.list_id, Column("", "Итог", "L", options=portal.make_options("Дорого", "Дёшево")))
    listed = Place(Destination.LIST, list=RemoteList(str(desk.list_id), "Отзывы"))
    asks = [
        Ask("Какой бюджет у клиента?", await desk.column("Бюджет")),
        Ask("Какой интерес?", await desk.column("Итог")),
    ]
    await desk.prompt("Отзыв", listed, asks)
    desk.world.portal.faults.add(Fault("rate_limit", ADD))
    desk.world.clock.advance(5)
    portal.add_call(deal=desk.deal, recording=desk.world.sound(), filename="call.wav")
    await desk.world.pull()
    next(one for one in portal.lists[desk.list_id].columns.values() if one.name == "Итог").options.clear()
    await desk.world.jobs.run_for(90)
    fates = {part.field_name: part.fate for part in desk.line().parts}
    assert fates == {"Бюджет": FieldFate.WRITTEN, "Итог": FieldFate.LOST}
    await desk.undo()
    assert portal.rows_of(desk.list_id) == []
    assert desk.line().written is Written.UNDONE


async def test_a_tariff_without_lists_stops_the_list_prompts_only(desk: Desk) -> None:
    await desk.ask_list()
    await desk.prompt("Итог", Place(), [Ask("Кратко?")])
    desk.world.portal.settings.lists_in_plan = False
    await desk.call()
    await desk.world.tick(60)
    async with desk.world.database.read() as session:
        integration = (await session.scalars(select(IntegrationRow))).one()
    assert (integration.state, integration.problem) == (IntegrationState.ACTIVE, None)
    assert len(desk.world.portal.comments("deal", desk.deal)) == 1
    assert [notice.code for _, notice in desk.world.notifier.told] == ["right_missing"]


async def test_a_late_number_takes_the_place_of_the_portals_own_zero(desk: Desk) -> None:
    desk.world.portal.add_column(desk.list_id, Column("", "Окон", "N"))
    listed = Place(Destination.LIST, list=RemoteList(str(desk.list_id), "Отзывы"))
    asks = [
        Ask("Сколько?", await desk.column("Окон")),
        Ask("Какой бюджет у клиента?", await desk.column("Бюджет")),
    ]
    await desk.prompt("Отзыв", listed, asks)
    desk.world.model.chat.odd.append({"content": None, "refusal": "нет"})
    await desk.call()
    (row,) = desk.world.portal.rows_of(desk.list_id)
    assert row["Окон"] == "0"
    desk.world.model.chat.odd.append(said("110000", "бюджет до ста десяти тысяч рублей"))
    await desk.retry()
    (row,) = desk.world.portal.rows_of(desk.list_id)
    assert (row["Окон"], row["Бюджет"]) == ("110000", "110000|RUB")


async def test_a_required_column_without_an_answer_is_said_by_name_and_nothing_is_sent(desk: Desk) -> None:
    desk.world.portal.add_column(desk.list_id, Column("", "Предоплата", "S:Money", required=True))
    listed = Place(Destination.LIST, list=RemoteList(str(desk.list_id), "Отзывы"))
    asks = [
        Ask("Какой бюджет у клиента?", await desk.column("Бюджет")),
        Ask("Какая погода на Марсе?", await desk.column("Предоплата")),
    ]
    await desk.prompt("Отзыв", listed, asks)
    nothing = {"content": '{"found": false, "answer": "", "quote": null, "value": null}'}
    desk.world.model.chat.odd += [said("110000", "бюджет до ста десяти тысяч рублей"), nothing]
    await desk.call()
    assert desk.world.portal.asked(ADD) == []
    line = desk.line()
    assert (line.written, line.reason) == (Written.FAILED, Reason.REQUIRED_EMPTY)
    assert [part.state for part in line.parts] == [LineState.ANSWERED, LineState.NO_DATA]


async def test_taking_back_stops_what_is_still_on_its_way(desk: Desk) -> None:
    await desk.prompt("Итог", Place(), [Ask("Кратко?")])
    await desk.ask_list()
    desk.world.portal.faults.add(Fault("reset", ADD, "after"))
    desk.world.clock.advance(5)
    desk.world.portal.add_call(deal=desk.deal, recording=desk.world.sound(), filename="call.wav")
    await desk.world.pull()
    await desk.undo()
    await desk.world.jobs.run_for(600)
    assert desk.world.portal.comments("deal", desk.deal) == []
    assert desk.world.portal.rows_of(desk.list_id) == []
    assert {line.written for line in desk.world.notifier.latest().lines} == {Written.UNDONE}


async def test_a_row_that_somebody_was_quicker_to_make_is_found(desk: Desk) -> None:
    await desk.ask_list()
    desk.world.clock.advance(5)
    exists = '{"error": "ERROR_ELEMENT_ALREADY_EXISTS", "error_description": "Element already exists"}'
    desk.world.portal.faults.add(Fault("status", ADD, "after", status=400, body=exists))
    desk.world.portal.add_call(deal=desk.deal, recording=desk.world.sound(), filename="call.wav")
    await desk.world.pull()
    await desk.world.jobs.run_for(600)
    (row,) = await desk.deliveries()
    assert row.state == DeliveryState.CONFIRMED
    assert len(desk.world.portal.rows_of(desk.list_id)) == 1


async def test_a_row_that_is_never_taken_is_given_up(desk: Desk) -> None:
    await desk.ask_list()
    broken = '{"error": "ERROR_ADD_ELEMENT", "error_description": "Workflow constants need to be configured"}'
    desk.world.portal.faults.add(Fault("status", ADD, status=400, body=broken, times=None))
    await desk.call()
    await desk.world.jobs.run_for(24 * 3600)
    (row,) = await desk.deliveries()
    assert row.state == DeliveryState.FAILED
    assert desk.line().written is Written.FAILED


async def test_refused_answers_are_never_hidden_as_if_there_were_none(desk: Desk) -> None:
    await desk.prompt("Интерес", FIELDS, [Ask("Какой интерес?", await desk.field(desk.interest))])
    wrong = '{"found": true, "answer": "Средне", "quote": "для меня это дорого", "value": ["Средне"]}'
    desk.world.model.chat.odd += [{"content": wrong}, {"content": wrong}]
    await desk.call()
    assert desk.line().state is LineState.REFUSED


@pytest.mark.parametrize("kind", ["hang", "rate_limit"])
async def test_slow_and_busy_portals_get_everything_once(desk: Desk, kind: str) -> None:
    await desk.ask_fields(Policy.APPEND)
    await desk.ask_list()
    for method in (UPDATE, ADD):
        desk.world.portal.faults.add(Fault(kind, method, "before", seconds=1.2))  # type: ignore[arg-type]
    await desk.call()
    await desk.world.jobs.run_for(900)
    async with desk.world.database.read() as session:
        states = set(await session.scalars(select(DeliveryRow.state)))
    assert states == {DeliveryState.CONFIRMED}
    assert len(desk.world.portal.updates) == 1
    assert len(desk.world.portal.rows_of(desk.list_id)) == 1
