"""New calls out of notes: each once, none lost, whatever telephony does with them afterwards."""

from typing import Any

import pytest

from sandbox.amocrm import Note
from services.domain.call import Direction, FoundCall
from services.errors import BadAnswer, Rejected
from tests.integrations.amocrm.conftest import Bench

HOUR = 3600


def ids(calls: Any) -> list[str]:
    return sorted(call.external_id for call in calls)


@pytest.mark.parametrize("uniq", [None, ""], ids=["numbered", "not numbered"])
async def test_a_call_on_the_contact_and_on_the_lead_is_one_call_of_the_lead(
    bench: Bench, uniq: str | None
) -> None:
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    lead = bench.account.add_lead("Балкон", contact=contact)
    bench.account.add_call(lead=lead, contact=contact, uniq=uniq)
    (call,), _ = await bench.settled(cursor)
    assert (call.refs["place"], call.refs["entity"]) == ("leads", str(lead))


async def test_the_second_note_is_waited_for(bench: Bench) -> None:
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    lead = bench.account.add_lead("Балкон", contact=contact)
    call = bench.account.add_call(contact=contact, uniq="")
    found, cursor = await bench.pull_all(cursor)
    assert found == []
    bench.clock.advance(4)
    bench.account.add_note("leads", lead, "call_in", dict(call.notes[0].params))
    (told,), _ = await bench.settled(cursor)
    assert told.refs["place"] == "leads"


@pytest.mark.parametrize("uniq", ["pbx-1", ""], ids=["numbered", "not numbered"])
async def test_a_second_note_that_comes_after_the_call_was_given_out_is_no_other_call(
    bench: Bench, uniq: str
) -> None:
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    lead = bench.account.add_lead("Балкон", contact=contact)
    call = bench.account.add_call(contact=contact, uniq=uniq)
    (first,), cursor = await bench.settled(cursor)
    bench.clock.advance(60)
    made = call.notes[0].created
    bench.account.add_note("leads", lead, "call_in", dict(call.notes[0].params), created=made)
    later, _ = await bench.settled(cursor)
    assert ids(later) == [first.external_id]


async def test_calls_that_only_look_alike_stay_apart(bench: Bench) -> None:
    """Without a number: six seconds apart, of another length, or twice on one card."""
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    lead = bench.account.add_lead("Балкон", contact=contact)
    bench.account.add_call(contact=contact, uniq="")
    bench.account.add_call(contact=contact, uniq="")
    bench.account.add_call(lead=lead, uniq="", duration=61)
    bench.clock.advance(6)
    bench.account.add_call(lead=lead, uniq="")
    found, _ = await bench.settled(cursor)
    assert len(found) == 4


async def test_one_number_of_two_telephonies_means_two_calls(bench: Bench) -> None:
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    bench.account.add_call(contact=contact, uniq="1", phone="+79000000001")
    bench.account.add_call(contact=contact, uniq="1", phone="+79000000002")
    bench.account.add_call(contact=contact, uniq="1", phone="+79000000001", incoming=False)
    bench.clock.advance(2 * HOUR)
    bench.account.add_call(contact=contact, uniq="1", phone="+79000000001")
    found, _ = await bench.settled(cursor)
    assert len(found) == 4


async def test_one_phone_written_in_two_ways_is_one_call(bench: Bench) -> None:
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    lead = bench.account.add_lead("Балкон", contact=contact)
    bench.account.add_call(contact=contact, uniq="7", phone="+7 (900) 000-00-01")
    bench.account.add_call(lead=lead, uniq="7", phone="89000000001")
    found, _ = await bench.settled(cursor)
    assert len(found) == 1


async def test_an_edit_of_the_second_note_hours_later_is_no_new_call(bench: Bench) -> None:
    """Whoever pins or comments a note moves it to the front again."""
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    lead = bench.account.add_lead("Балкон", contact=contact)
    call = bench.account.add_call(lead=lead, contact=contact, uniq="")
    (first,), cursor = await bench.settled(cursor)
    bench.clock.advance(3 * HOUR)
    bench.account.edit(call.notes[1], call_result="Перезвонить")
    later, _ = await bench.settled(cursor)
    assert ids(later) == [first.external_id]


async def test_a_call_that_is_numbered_afterwards_keeps_its_name(bench: Bench) -> None:
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    call = bench.account.add_call(contact=contact, uniq="")
    (first,), cursor = await bench.settled(cursor)
    bench.account.edit(call.notes[0], uniq="pbx-77")
    later, _ = await bench.settled(cursor)
    assert ids(later) == [first.external_id]


async def test_notes_of_companies_are_calls_too(bench: Bench) -> None:
    cursor = await bench.start()
    company = bench.account.add_company("ООО Ромашка", "+74950000001")
    bench.account.add_call(company=company)
    assert (await bench.only_call(cursor)).refs["place"] == "companies"


async def test_a_change_of_an_old_note_is_no_new_call(bench: Bench) -> None:
    contact = bench.account.add_contact("Иван", "+79000000001")
    old = bench.account.add_call(contact=contact)
    bench.clock.advance(60)
    cursor = await bench.start()
    bench.account.attach_recording(old, b"ID3")
    found, _ = await bench.settled(cursor)
    assert found == []


async def test_a_note_from_the_future_does_not_carry_the_mark_past_later_calls(bench: Bench) -> None:
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    ahead = bench.account.add_call(contact=contact)
    ahead.notes[0].updated += 2 * HOUR
    found, cursor = await bench.settled(cursor)
    bench.clock.advance(HOUR)
    bench.account.add_call(contact=contact)
    later, _ = await bench.settled(cursor)
    assert len({*ids(found), *ids(later)}) == 2


async def test_a_note_that_was_dated_back_is_found_within_six_hours(bench: Bench) -> None:
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    bench.clock.advance(5 * HOUR)
    bench.account.add_call(contact=contact)
    _, cursor = await bench.settled(cursor)
    late = bench.account.add_call(contact=contact, created=bench.account.now() - HOUR)
    late.notes[0].updated = bench.account.now() - HOUR
    missed, cursor = await bench.settled(cursor)
    bench.clock.advance(HOUR)
    swept, _ = await bench.settled(cursor)
    assert (len(missed), len(swept)) == (1, 2)


async def test_a_note_that_only_the_events_know_is_found(bench: Bench) -> None:
    """Dated back by days: the walk over two days does not meet it, the account's history does."""
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    bench.clock.advance(96 * HOUR)
    _, cursor = await bench.pull_all(cursor)
    late = bench.account.add_call(contact=contact, created=bench.account.now() - 72 * HOUR)
    late.notes[0].updated = bench.account.now() - 72 * HOUR
    bench.clock.advance(7 * HOUR)
    found, _ = await bench.pull_all(cursor)
    assert [call.refs["note"] for call in found] == [str(late.notes[0].id)]


@pytest.mark.parametrize("newest_first", [True, False])
async def test_more_events_than_a_page_are_read_to_the_end(bench: Bench, newest_first: bool) -> None:
    bench.account.wants.events_newest_first = newest_first
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    bench.clock.advance(96 * HOUR)
    _, cursor = await bench.pull_all(cursor)
    for number in range(230):
        note = bench.account.add_call(contact=contact, duration=10 + number).notes[0]
        note.created = note.updated = bench.account.now() - 72 * HOUR
    bench.clock.advance(7 * HOUR)
    found, _ = await bench.pull_all(cursor)
    assert len(found) == 230


@pytest.mark.parametrize("includes", [True, False], ids=["from includes", "from excludes"])
async def test_251_notes_in_one_second(bench: Bench, includes: bool) -> None:
    bench.account.wants.from_includes = includes
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    for _ in range(251):
        bench.account.add_call(contact=contact)
    bench.clock.advance(60)
    for _ in range(251):
        bench.account.add_call(contact=contact)
    found, _ = await bench.settled(cursor)
    assert len(found) == 502


async def test_a_note_that_is_changed_between_two_pages_takes_none_along(bench: Bench) -> None:
    """It moves to the end, and all behind it one place up."""
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    calls = []
    for _ in range(300):
        bench.clock.advance(1)
        calls.append(bench.account.add_call(contact=contact))
    bench.clock.advance(200)
    first = await bench.connector.pull(cursor)
    for call in calls[:40]:
        bench.account.edit(call.notes[0], call_result="x")
    rest, _ = await bench.pull_all(first.cursor)
    assert len({*ids(first.calls), *ids(rest)}) == 300


async def test_an_account_that_does_not_obey_the_order_is_read_all_the_same(bench: Bench) -> None:
    bench.account.wants.obeys_order = False
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    for _ in range(260):
        bench.clock.advance(1)
        bench.account.add_call(contact=contact)
    found, _ = await bench.settled(cursor)
    assert len(found) == 260


async def test_an_account_that_does_not_obey_the_filter_is_no_endless_walk(bench: Bench) -> None:
    contact = bench.account.add_contact("Иван", "+79000000001")
    for _ in range(300):
        bench.account.add_call(contact=contact)
    bench.clock.advance(HOUR)
    cursor = await bench.start()
    bench.account.wants.obeys_filter = False
    with pytest.raises(BadAnswer):
        await bench.connector.pull(cursor)
    assert len(bench.account.asked("GET", "contacts/notes")) < 10


async def test_an_idle_account_leaves_the_cursor_as_it_is(bench: Bench) -> None:
    cursor = await bench.start()
    bench.clock.advance(HOUR)
    page = await bench.connector.pull(cursor)
    assert (page.cursor, page.more, page.calls) == (cursor, False, ())


async def test_a_place_that_is_closed_to_us_does_not_keep_the_others(bench: Bench) -> None:
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    bench.account.wants.closed = {"companies/notes", "events"}
    bench.account.add_call(contact=contact)
    bench.clock.advance(7 * HOUR)
    found, cursor = await bench.settled(cursor)
    assert len(found) == 1
    bench.account.wants.closed = {"companies/notes", "contacts/notes", "leads/notes"}
    with pytest.raises(Rejected):
        await bench.connector.pull(cursor)


WHO: list[tuple[Any, str, str]] = [
    (9_100_001, "9100001", "Анна Администратор"),
    ("9100001", "9100001", "Анна Администратор"),
    ("Пётр из телефонии", "", "Пётр из телефонии"),
    (None, "9100001", "Анна Администратор"),
    (0, "9100001", "Анна Администратор"),
    (777, "777", ""),
]


@pytest.mark.parametrize(("told", "number", "name"), WHO)
async def test_who_has_talked(bench: Bench, told: Any, number: str, name: str) -> None:
    """A user's number, the name of somebody, or else the note's owner."""
    cursor = await bench.start()
    bench.account.add_call(contact=bench.account.add_contact("Иван", "+79000000001"), manager=told)
    call = await bench.only_call(cursor)
    assert (call.manager_id, call.manager_name) == (number, name)


async def test_names_are_not_worth_losing_calls(bench: Bench) -> None:
    bench.account.wants.closed = {"users"}
    cursor = await bench.start()
    bench.account.add_call(contact=bench.account.add_contact("Иван", "+79000000001"))
    assert (await bench.only_call(cursor)).manager_name == ""


ODD: list[tuple[dict[str, Any], tuple[int, bool, str]]] = [
    ({"duration": "187"}, (187, True, "+79000000001")),
    ({"duration": 0}, (0, False, "+79000000001")),
    ({"duration": None}, (0, False, "+79000000001")),
    ({"duration": None, "link": "https://rec.example/1.mp3"}, (0, True, "+79000000001")),
    ({"duration": -5}, (0, False, "+79000000001")),
    ({"duration": 10**30}, (0, False, "+79000000001")),
    ({"phone": 79000000001}, (60, True, "79000000001")),
    ({"phone": None}, (60, True, "")),
    ({"phone": ["x"]}, (60, True, "")),
    ({"phone": "\ud800+7\x00900"}, (60, True, "+7900")),
    ({"call_status": 6, "surprise": {"deep": []}}, (60, True, "+79000000001")),
]


@pytest.mark.parametrize(("params", "told"), ODD, ids=range(len(ODD)))
async def test_odd_parameters_of_a_call(bench: Bench, params: dict[str, Any], told: tuple[int, bool, str]) -> None:
    cursor = await bench.start()
    call = bench.account.add_call(contact=bench.account.add_contact("Иван", "+79000000001"))
    bench.account.edit(call.notes[0], **params)
    found = await bench.only_call(cursor)
    assert (found.duration, found.answered, found.phone) == told


@pytest.mark.parametrize("params", [None, [], "x", 7])
async def test_a_call_without_parameters_is_still_one(bench: Bench, params: Any) -> None:
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    bench.account.add_note("contacts", contact, "call_out", params)
    call = await bench.only_call(cursor)
    assert (call.direction, call.answered, call.phone) == (Direction.OUTGOING, False, "")


async def refreshed(bench: Bench, call: FoundCall) -> FoundCall:
    (fresh,) = await bench.connector.refresh([call])
    return fresh


async def test_a_recording_that_comes_late_may_be_on_the_other_card(bench: Bench) -> None:
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    lead = bench.account.add_lead("Балкон", contact=contact)
    made = bench.account.add_call(lead=lead, contact=contact)
    call = await bench.only_call(cursor)
    assert not call.has_recording
    bench.account.edit(made.notes[1], link=bench.account.pbx.put("late.mp3", b"ID3"))
    fresh = await refreshed(bench, call)
    assert (fresh.has_recording, fresh.external_id) == (True, call.external_id)
    assert fresh.refs["place"] == "leads"


async def test_a_deleted_note_is_left_out_of_the_refreshed(bench: Bench) -> None:
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    gone, stays = (bench.account.add_call(contact=contact) for _ in range(2))
    calls, _ = await bench.settled(cursor)
    removed: Note = bench.account.notes.pop(gone.notes[0].id)
    fresh = await bench.connector.refresh(calls)
    assert [call.refs["note"] for call in fresh] == [str(stays.notes[0].id)]
    assert str(removed.id) in {call.refs["note"] for call in calls}
