"""New calls: each once, none lost, whatever this installation leaves open."""

from datetime import timedelta
from typing import Any, Literal

import pytest
from aiohttp import web

from services.domain.call import Direction
from services.errors import BadAnswer, ScopeMissing, Unauthorized
from services.integrations.macrocrm.connector import MacroCRM
from tests.integrations.macrocrm.conftest import Bench, OddBench


def ids(calls: Any) -> list[str]:
    return [call.external_id for call in calls]


async def test_a_call_is_told_when_it_is_over_and_its_row_complete(bench: Bench) -> None:
    connector = bench.open()
    cursor = await bench.start(connector)
    call = bench.installation.add_call(talk=0)
    call.is_answered = True
    bench.clock.advance(300)
    found, cursor = await bench.look(connector, cursor)
    assert found == []
    call.talk, call.request = 290, 12345
    found, cursor = await bench.look(connector, cursor)
    assert found == []
    bench.clock.advance(120)
    found, cursor = await bench.look(connector, cursor)
    assert [(one.duration, one.refs["estate"]) for one in found] == [(290, "12345")]


async def test_a_missed_call_is_told_as_missed_after_ten_minutes(bench: Bench) -> None:
    connector = bench.open()
    cursor = await bench.start(connector)
    bench.installation.add_call(answered=False)
    bench.clock.advance(9 * 60)
    found, cursor = await bench.look(connector, cursor)
    assert found == []
    bench.clock.advance(120)
    found, cursor = await bench.look(connector, cursor)
    assert [one.answered for one in found] == [False]


async def test_a_long_call_whose_row_tells_nothing_before_its_end_is_not_taken_for_a_missed_one(
    bench: Bench,
) -> None:
    connector = bench.open()
    cursor = await bench.start(connector)
    call = bench.installation.add_call(answered=False)
    call.is_under_way = True
    bench.clock.advance(3000)
    found, cursor = await bench.look(connector, cursor)
    assert found == []
    call.is_under_way, call.is_answered, call.talk = False, True, 2990
    bench.clock.advance(120)
    found, cursor = await bench.look(connector, cursor)
    assert [(one.duration, one.answered) for one in found] == [(2990, True)]


async def test_a_row_without_any_length_is_a_missed_call_in_the_end(bench: Bench) -> None:
    connector = bench.open()
    cursor = await bench.start(connector)
    bench.installation.add_call(answered=False).is_under_way = True
    bench.clock.advance(2 * 3600 + 60)
    found, _ = await bench.look(connector, cursor)
    assert [one.answered for one in found] == [False]


async def test_a_call_between_employees_has_no_direction(bench: Bench) -> None:
    connector = bench.open()
    cursor = await bench.start(connector)
    bench.installation.add_call().direction = "internal"
    bench.clock.advance(600)
    (found,), _ = await bench.look(connector, cursor)
    assert found.direction is Direction.UNKNOWN


async def test_a_talk_whose_length_comes_late_is_waited_for(bench: Bench) -> None:
    connector = bench.open()
    cursor = await bench.start(connector)
    call = bench.installation.add_call(talk=0)
    bench.clock.advance(3600)
    found, cursor = await bench.look(connector, cursor)
    assert found == []
    call.talk = 45
    found, cursor = await bench.look(connector, cursor)
    assert [one.duration for one in found] == [45]


@pytest.mark.parametrize("dates", ["offset", "naive", "space"])
async def test_each_form_of_a_date_is_read(bench: Bench, dates: Literal["offset", "naive", "space"]) -> None:
    bench.installation.settings.zone, bench.installation.settings.dates = "Asia/Almaty", dates
    call = await bench.one_call(bench.open({"timezone": "Asia/Almaty"}))
    (made,) = bench.installation.calls.values()
    assert call.started_at == made.started.replace(microsecond=0)


async def test_a_wrong_zone_ahead_of_ours_loses_no_call(bench: Bench) -> None:
    """The window reaches a day into the future, and a start that has not come yet is not waited for."""
    bench.installation.settings.zone, bench.installation.settings.dates = "Asia/Kamchatka", "space"
    assert (await bench.one_call(bench.open())).duration == 60


@pytest.mark.parametrize("order", ["up", "down", "random"])
async def test_nothing_is_concluded_from_the_order_of_pages(
    bench: Bench, order: Literal["up", "down", "random"]
) -> None:
    bench.installation.settings.order, bench.installation.settings.page = order, 7
    connector = bench.open()
    cursor = await bench.start(connector)
    made = [bench.installation.add_call() for _ in range(60)]
    bench.clock.advance(600)
    found, _ = await bench.look(connector, cursor)
    assert sorted(ids(found)) == [f"call:{call.id}" for call in made]


async def test_all_pages_of_a_span_are_asked_for_with_the_same_dates(bench: Bench) -> None:
    bench.installation.settings.page = 2
    connector = bench.open()
    cursor = await bench.start(connector)
    for _ in range(20):
        bench.installation.add_call()
    bench.clock.advance(600)
    bench.installation.journal.clear()
    await bench.look(connector, cursor)
    asked = {(one.params["date_from"], one.params["date_to"]) for one in bench.installation.journal}
    assert len(asked) == 1
    assert len(bench.installation.journal) == 10


async def test_pages_that_go_in_circles_end_in_an_error_and_lose_nothing(bench: Bench) -> None:
    connector = bench.open()
    cursor = await bench.start(connector)
    bench.installation.settings.repeats_next = True
    bench.installation.add_call()
    bench.clock.advance(600)
    with pytest.raises(BadAnswer):
        await bench.look(connector, cursor)
    assert len(bench.installation.journal) < 10
    bench.installation.settings.repeats_next = False
    bench.clock.advance(1200)
    found, _ = await bench.look(connector, cursor)
    assert len(found) == 1


async def test_a_reading_that_cannot_go_on_begins_anew(bench: Bench) -> None:
    """The record a page should begin with is gone: the same page is not asked for until the end of days."""
    bench.installation.settings.page = 2
    connector = bench.open()
    cursor = await bench.start(connector)
    made = [bench.installation.add_call() for _ in range(20)]
    bench.clock.advance(600)
    page = await connector.pull(cursor)
    assert page.more
    del bench.installation.calls[page.cursor["walk"]["next"]]
    with pytest.raises(Exception, match="refused"):
        await connector.pull(page.cursor)
    bench.clock.advance(660)
    found, _ = await bench.look(connector, page.cursor)
    assert {*ids(found), *ids(page.calls)} == {
        f"call:{call.id}" for call in made if call.id in bench.installation.calls
    }


async def test_a_call_handed_in_two_days_late_is_found_by_the_wide_window(bench: Bench) -> None:
    connector = bench.open()
    cursor = await bench.start(connector)
    bench.clock.advance(3600)
    call = bench.installation.add_call()
    del bench.installation.calls[call.id]
    for _ in range(8):
        bench.clock.advance(5 * 3600)
        found, cursor = await bench.look(connector, cursor)
        assert found == []
    bench.installation.calls[call.id] = call
    bench.clock.advance(6 * 3600)
    found, _ = await bench.look(connector, cursor)
    assert ids(found) == [f"call:{call.id}"]


async def test_a_gap_of_a_week_is_read_in_spans_and_bounded_portions(bench: Bench) -> None:
    connector = bench.open()
    cursor = await bench.start(connector)
    begun = bench.installation.clock.datetime()
    for number in range(700):
        bench.installation.add_call(started=begun + timedelta(minutes=14 * number))
    bench.clock.advance(7 * 24 * 3600)
    seen: set[str] = set()
    more, largest = True, 0
    while more:
        page = await connector.pull(cursor)
        seen |= set(ids(page.calls))
        cursor, more, largest = page.cursor, page.more, max(largest, len(page.calls))
    assert len(seen) == 700
    assert largest <= 200


async def test_an_idle_look_asks_once_and_changes_nothing(bench: Bench) -> None:
    connector = bench.open()
    cursor = await bench.start(connector)
    bench.clock.advance(60)
    bench.installation.journal.clear()
    page = await connector.pull(cursor)
    assert len(bench.installation.journal) == 1
    assert page.cursor == cursor


async def test_untargeted_and_short_calls_are_left_out_unless_wanted(bench: Bench) -> None:
    usual, other = bench.open(), bench.open({"skip_no_target": "no", "min_talk": "3"})
    cursor = await bench.start(usual)
    bench.installation.add_call(no_target=True)
    bench.installation.add_call(talk=6)
    kept = bench.installation.add_call()
    bench.clock.advance(600)
    found, _ = await bench.look(usual, cursor)
    assert ids(found) == [f"call:{kept.id}"]
    found, _ = await bench.look(other, cursor)
    assert len(found) == 3


async def transfers(bench: Bench, connector: MacroCRM, cursor: Any) -> list[str]:
    for talk in (20, 90):
        bench.installation.add_call(external="same", talk=talk)
    bench.clock.advance(600)
    found, _ = await bench.look(connector, cursor)
    return ids(found)


async def test_parts_of_a_transferred_call_are_calls_unless_they_are_collapsed(bench: Bench) -> None:
    separate = bench.open()
    assert len(await transfers(bench, separate, await bench.start(separate))) == 2
    collapsing = bench.open({"collapse": "yes"})
    cursor = await bench.start(collapsing)
    assert len(await transfers(bench, collapsing, cursor)) == 1


async def test_a_part_that_follows_is_waited_for_and_the_longest_stands_for_the_call(bench: Bench) -> None:
    """Told after its first part, a transferred call would be judged by a receptionist's "one moment, please"."""
    connector = bench.open({"collapse": "yes"})
    cursor = await bench.start(connector)
    bench.installation.add_call(external="same", talk=20)
    bench.clock.advance(120)
    found, cursor = await bench.look(connector, cursor)
    assert found == []
    second = bench.installation.add_call(external="same", answered=False)
    second.is_under_way = True
    bench.clock.advance(900)
    found, cursor = await bench.look(connector, cursor)
    assert found == [], "the second part is still under way"
    second.is_under_way, second.is_answered, second.talk = False, True, 890
    bench.clock.advance(400)
    found, cursor = await bench.look(connector, cursor)
    assert [(one.duration, one.refs["call"]) for one in found] == [(890, str(second.id))]
    bench.clock.advance(600)
    found, _ = await bench.look(connector, cursor)
    assert found == []


async def test_a_part_that_never_ends_does_not_keep_its_call(bench: Bench) -> None:
    connector = bench.open({"collapse": "yes"})
    cursor = await bench.start(connector)
    bench.installation.add_call(external="same", talk=20)
    bench.installation.add_call(external="same", talk=0)
    bench.clock.advance(2 * 3600 + 600)
    found, _ = await bench.look(connector, cursor)
    assert [one.duration for one in found] == [20]


async def test_switching_the_collapse_does_not_tell_former_calls_anew(bench: Bench) -> None:
    separate = bench.open()
    cursor = await bench.start(separate)
    for talk in (20, 90):
        bench.installation.add_call(external="before", talk=talk)
    bench.clock.advance(600)
    told, cursor = await bench.look(separate, cursor)
    forgetful = {**cursor, "told": []}
    again, _ = await bench.look(bench.open({"collapse": "yes"}), forgetful)
    assert sorted(ids(again)) == sorted(ids(told))


async def test_a_call_is_told_again_as_it_is_now(bench: Bench) -> None:
    connector = bench.open()
    call = await bench.one_call(connector)
    (made,) = bench.installation.calls.values()
    made.request = 777
    bench.clock.advance(3600)
    (fresh,) = await connector.refresh([call])
    assert (fresh.external_id, fresh.refs["estate"]) == (call.external_id, "777")


async def test_a_refusal_of_one_method_does_not_stop_the_account_whatever_it_says(odd: OddBench) -> None:
    refusal = {"message": "Доступ запрещён", "status": 403}
    odd.installation.says["estateBuy/find"] = lambda: web.json_response(refusal, status=403)
    odd.installation.says["contacts/find"] = lambda: {"contact": {"id": 7}}
    with pytest.raises(ScopeMissing) as closed:
        await odd.connector.bind_phone("+79000000011", odd.clock.now())
    assert closed.value.scope == "estateBuy/find"


async def test_a_revoked_key_that_looks_like_a_missing_right_is_told_apart(bench: Bench) -> None:
    connector = bench.open()
    cursor = await bench.start(connector)
    bench.installation.settings.granted.discard("calls/getSaleDepartmentsCalls")
    with pytest.raises(ScopeMissing):
        await connector.pull(cursor)
    bench.installation.settings.bad_key = 403
    bench.installation.revoke()
    with pytest.raises(Unauthorized) as failure:
        await connector.pull(cursor)
    assert not isinstance(failure.value, ScopeMissing)


ODD = [
    {"status": "ok"},
    {"data": "none"},
    {"data": {"next": 5}},
    {"error": True, "message": "No calls"},
    [1, 2],
    "text",
    {"meta": []},
]


@pytest.mark.parametrize("body", ODD, ids=[str(body)[:30] for body in ODD])
async def test_an_answer_without_calls_is_no_empty_page(odd: OddBench, body: Any) -> None:
    odd.installation.says["calls/getSaleDepartmentsCalls"] = lambda: {"data": []}
    cursor = (await odd.connector.pull(None)).cursor
    odd.installation.says["calls/getSaleDepartmentsCalls"] = lambda: body
    with pytest.raises(Exception, match=r"calls|list|rows|JSON"):
        await odd.connector.pull(cursor)


async def test_an_odd_row_costs_itself_alone(odd: OddBench) -> None:
    good: dict[str, Any] = {
        "id": 7,
        "callDate": "2026-03-10T09:00:30+00:00",
        "durationTalk": 30,
        "phone": 79000000011,
    }
    rows: list[Any] = [
        None,
        7,
        [],
        {"id": "x"},
        {"id": 8, "callDate": {}},
        {**good, "usersId": [], "contactsName": {}},
        {**good, "id": 9, "usersId": 1e300, "durationTalk": 10**12, "callDate": "2026-03-10T12:00:30+00:00"},
    ]
    odd.installation.says["calls/getSaleDepartmentsCalls"] = lambda: {"data": []}
    cursor = (await odd.connector.pull(None)).cursor
    odd.clock.advance(600)
    odd.installation.says["calls/getSaleDepartmentsCalls"] = lambda: {"data": rows, "next": {"a": 1}}
    seven, nine = (await odd.connector.pull(cursor)).calls
    assert (seven.external_id, nine.external_id) == ("call:7", "call:9")
    assert (nine.manager_id, nine.duration) == ("", 10**6), "what no column takes would cost the call"
