"""New calls of the present platform: what its report leaves unsaid must not cost one."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from sandbox.faults import Fault
from sandbox.novofon import Cabinet
from services.domain.call import Direction, Trait
from services.errors import BadAnswer
from services.integrations.knocking import Knock
from services.integrations.novofon.connector import Novofon
from services.integrations.novofon.v2 import polling, reports
from tests.integrations.novofon.conftest import TOKEN, Bench, Odd, error, rows

HOUR = 3600.0
DAY = 24 * HOUR


def ids(calls: Any) -> list[str]:
    return [call.external_id for call in calls]


def windows(cabinet: Cabinet) -> list[tuple[datetime, datetime]]:
    """What the report was asked for."""
    asked = [one.params for one in cabinet.asked("get.calls_report")]
    return [(datetime.fromisoformat(one["date_from"]), datetime.fromisoformat(one["date_till"])) for one in asked]


async def test_a_transferred_call_is_one_call_of_whoever_talked_longest(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    second = cabinet.add_employee("Иванов Пётр", "102")
    cursor = await bench.start(connector)
    session = cabinet.add_call(talks=[(second, 300), (cabinet.employees[0], 20)])
    found, _, _ = await bench.pull_all(connector, cursor)
    assert ids(found) == [f"v2:{session.id}"]
    assert (found[0].manager_id, found[0].manager_name, found[0].duration) == (str(second.id), "Иванов Пётр", 320)
    assert found[0].traits[Trait.EXTENSION] == "102"


async def test_a_transferred_call_whose_legs_are_hidden_is_of_whoever_talked_last(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    second = cabinet.add_employee("Иванов Пётр", "102")
    cabinet.forbidden.add("get.call_legs_report")
    cursor = await bench.start(connector)
    cabinet.add_call(talks=[(second, 300), (cabinet.employees[0], 20)])
    found, _, _ = await bench.pull_all(connector, cursor)
    assert [call.manager_name for call in found] == ["Петрова Анна"]


async def test_line_and_extension_are_told_for_the_rules_of_own_funnels(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    cursor = await bench.start(connector)
    cabinet.add_call(phone="+7 (900) 111-22-33", line="8 495 123-45-67", incoming=False)
    (call,), _, _ = await bench.pull_all(connector, cursor)
    assert call.traits == {Trait.LINE: "+74951234567", Trait.EXTENSION: "101"}
    assert (call.phone, call.direction) == ("+79001112233", Direction.OUTGOING)


async def test_employees_that_are_hidden_cost_no_call(bench: Bench, cabinet: Cabinet, connector: Novofon) -> None:
    cabinet.forbidden.add("get.employees")
    cursor = await bench.start(connector)
    cabinet.add_call()
    (call,), _, _ = await bench.pull_all(connector, cursor)
    assert (call.manager_name, call.traits[Trait.EXTENSION]) == ("Петрова Анна", "101")


@pytest.mark.parametrize("method", ["get.employees", "get.call_legs_report"])
async def test_what_only_adorns_a_call_never_keeps_it(
    bench: Bench, cabinet: Cabinet, connector: Novofon, method: str
) -> None:
    cursor = await bench.start(connector)
    cabinet.add_call(talks=[(cabinet.employees[0], 20), (cabinet.employees[0], 30)])
    cabinet.faults.add(Fault("html", method, times=None))
    (call,), _, _ = await bench.pull_all(connector, cursor)
    assert call.manager_name == "Петрова Анна"


async def test_legs_without_an_end_do(odd: Odd, odd_bench: Bench) -> None:
    """A filter or an offset that is not obeyed: neither the pull nor the memory may grow for ever."""
    begun = f"{odd_bench.clock.now() + timedelta(hours=3, seconds=30):%Y-%m-%d %H:%M:%S}"
    row = {"id": 7, "start_time": begun, "direction": "in", "is_lost": False, "is_transfer": True}

    def says(method: str, params: Any) -> Any:
        if method == "get.call_legs_report":
            return rows([{"id": 1, "call_session_id": 8}] * reports.PAGE)
        return rows([row], total_items=1) if method == "get.calls_report" else rows([])

    odd.says = says
    connector = odd_bench.open(TOKEN)
    cursor = await odd_bench.start(connector)
    odd_bench.clock.advance(120)
    found, _, _ = await odd_bench.pull_all(connector, cursor)
    assert ids(found) == ["v2:7"]
    assert sum(method == "get.call_legs_report" for method, _ in odd.asked) == reports.LEG_PAGES


async def test_numbers_of_other_countries_are_told_without_a_plus(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    cursor = await bench.start(connector)
    for phone in ("998901234567", "375291234567", "79001112233"):
        cabinet.add_call(phone=phone)
    found, _, _ = await bench.pull_all(connector, cursor)
    assert sorted(call.phone for call in found) == ["+375291234567", "+79001112233", "+998901234567"]


async def test_a_call_that_goes_on_for_hours_is_found_when_it_has_ended(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    cursor = await bench.start(connector)
    session = cabinet.add_call(seconds=9000, ends_in=2.5 * HOUR)
    found, cursor, _ = await bench.pull_all(connector, cursor)
    assert found == []
    bench.clock.advance(2.5 * HOUR)
    found, _, _ = await bench.pull_all(connector, cursor)
    assert ids(found) == [f"v2:{session.id}"]


async def test_the_nightly_sweep_finds_what_came_later_still(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    cursor = await bench.start(connector)
    session = cabinet.add_call(ends_in=10 * HOUR)
    for _ in range(3):
        bench.clock.advance(5 * HOUR)
        found, cursor, _ = await bench.pull_all(connector, cursor)
    assert ids(found) == [f"v2:{session.id}"], "three o'clock in the morning has passed"


async def test_a_gap_of_many_months_is_read_in_windows_that_are_allowed(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    cursor = await bench.start(connector)
    first = cabinet.add_call()
    bench.clock.advance(200 * DAY)
    last = cabinet.add_call()
    found, _, _ = await bench.pull_all(connector, cursor)
    assert sorted(ids(found)) == sorted([f"v2:{first.id}", f"v2:{last.id}"])
    assert len(windows(cabinet)) >= 7
    assert {one.error for one in cabinet.asked("get.calls_report")} == {None}


async def test_a_brand_with_shorter_windows_is_read_in_shorter_ones(odd: Odd, odd_bench: Bench) -> None:
    def says(method: str, params: Any) -> Any:
        if method == "get.account":
            return rows([{"app_id": 1, "name": "x", "timezone": "Europe/Moscow"}])
        span = datetime.fromisoformat(params["date_till"]) - datetime.fromisoformat(params["date_from"])
        return error("date_interval_limit_reached") if span > timedelta(days=8) else rows([], total_items=0)

    odd.says = says
    connector = odd_bench.open(TOKEN)
    cursor = await odd_bench.start(connector)
    odd_bench.clock.advance(60 * DAY)
    found, after, _ = await odd_bench.pull_all(connector, cursor)
    assert found == []
    assert after["till"] > cursor["till"]
    assert "walk" not in after


async def test_a_changed_number_of_rows_means_that_the_window_is_read_again(
    bench: Bench, cabinet: Cabinet, connector: Novofon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that has ended meanwhile moves all later rows by one: its neighbour would be skipped."""
    for module in (polling, reports):
        monkeypatch.setattr(module, "PAGE", 3)
    cursor = await bench.start(connector)
    early = cabinet.add_call(ends_in=40)
    bench.clock.advance(1)
    later = [cabinet.add_call() for _ in range(8)]
    page = await connector.pull(cursor)
    seen = set(ids(page.calls))
    bench.clock.advance(60)
    found, _, _ = await bench.pull_all(connector, page.cursor)
    assert seen | set(ids(found)) == {f"v2:{one.id}" for one in [early, *later]}


async def test_a_number_of_rows_that_never_rests_does_not_keep_us_for_ever(odd: Odd, odd_bench: Bench) -> None:
    counted = 0

    def says(method: str, params: Any) -> Any:
        nonlocal counted
        if method != "get.calls_report":
            return rows([{"id": 1, "app_id": 1, "timezone": "Europe/Moscow"}])
        counted += 1
        offset, limit = params["offset"], params["limit"]
        page = [
            {"id": 10_000 + n, "start_time": "2026-03-10 12:00:10", "is_lost": False}
            for n in range(offset, min(offset + limit, 1200))
        ]
        return rows(page, total_items=1200 + counted)

    odd.says = says
    connector = odd_bench.open(TOKEN)
    cursor = await odd_bench.start(connector)
    odd_bench.clock.advance(60)
    found, _, pulls = await odd_bench.pull_all(connector, cursor)
    assert len(found) == 1200
    assert pulls < 20


async def test_more_rows_than_offsets_reach_are_read_in_halves(odd: Odd, odd_bench: Bench) -> None:
    spans: list[timedelta] = []

    def says(method: str, params: Any) -> Any:
        if method != "get.calls_report":
            return rows([{"app_id": 1, "timezone": "Europe/Moscow"}])
        span = datetime.fromisoformat(params["date_till"]) - datetime.fromisoformat(params["date_from"])
        spans.append(span)
        total = 150_000 if span > timedelta(hours=2) else 0
        return rows([{"id": 1}] * (500 if total else 0), total_items=total)

    odd.says = says
    connector = odd_bench.open(TOKEN)
    cursor = await odd_bench.start(connector)
    odd_bench.clock.advance(10 * HOUR)
    _, after, _ = await odd_bench.pull_all(connector, cursor)
    assert "walk" not in after
    assert min(spans) <= timedelta(hours=2)


async def test_a_server_that_does_not_obey_offsets_is_an_error_and_no_endless_loop(
    odd: Odd, odd_bench: Bench
) -> None:
    page = [{"id": n + 1, "start_time": "2026-03-10 12:00:10"} for n in range(500)]
    odd.says = lambda method, params: (
        rows(page, total_items=5000) if method == "get.calls_report" else rows([{"app_id": 1}])
    )
    connector = odd_bench.open(TOKEN)
    cursor = await odd_bench.start(connector)
    with pytest.raises(BadAnswer):
        await odd_bench.pull_all(connector, cursor)
    assert len(odd.asked) < 10


async def test_another_zone_means_looking_back_two_days(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    cursor = await bench.start(connector)
    bench.clock.advance(40 * HOUR)
    _, cursor, _ = await bench.pull_all(connector, cursor)
    bench.clock.advance(25 * HOUR)
    hidden = cabinet.add_call(started=cabinet.clock.datetime() - timedelta(hours=20))
    cabinet.zone_name = "Asia/Vladivostok"
    found, cursor, _ = await bench.pull_all(connector, cursor)
    assert ids(found) == [f"v2:{hidden.id}"]
    assert cursor["zone"] == "Asia/Vladivostok"
    assert found[0].started_at == hidden.started.replace(microsecond=0)


async def test_the_zone_is_asked_for_once_a_day(bench: Bench, cabinet: Cabinet, connector: Novofon) -> None:
    cursor = await bench.start(connector)
    for _ in range(24):
        bench.clock.advance(HOUR)
        _, cursor, _ = await bench.pull_all(connector, cursor)
    assert len(cabinet.asked("get.account")) == 2


async def test_a_zone_that_people_chose_stands_over_the_account(bench: Bench, cabinet: Cabinet) -> None:
    cabinet.zone_name = "Asia/Novosibirsk"
    connector = bench.open(TOKEN, zone="UTC+7", account_zone="Europe/Moscow")
    cursor = await bench.start(connector)
    session = cabinet.add_call()
    (call,), _, _ = await bench.pull_all(connector, cursor)
    assert call.started_at == session.started.replace(microsecond=0)
    assert cabinet.asked("get.account") == []


async def test_a_zone_that_is_chosen_no_more_does_not_stay(bench: Bench, cabinet: Cabinet) -> None:
    cursor = await bench.start(bench.open(TOKEN, zone="UTC+7"))
    _, after, _ = await bench.pull_all(bench.open(TOKEN), cursor)
    assert after["zone"] == "Europe/Moscow"


async def test_an_account_without_a_known_zone_is_in_moscow(
    bench: Bench, cabinet: Cabinet, connector: Novofon, odd: Odd, odd_bench: Bench
) -> None:
    odd.says = lambda method, params: rows([{"app_id": 1, "timezone": "Mars/Olympus"}])
    cursor = (await odd_bench.open(TOKEN).pull(None)).cursor
    assert cursor["zone"] == "Europe/Moscow"


async def test_a_call_in_the_hour_that_comes_twice_is_not_taken_for_history(
    bench: Bench, cabinet: Cabinet
) -> None:
    """Connected in the second 01:30 of that night: a call a minute later reads as if it were an hour old."""
    cabinet.zone_name = "America/New_York"
    second = datetime.fromisoformat("2026-11-01T06:30:00+00:00")
    bench.clock.advance((second - bench.clock.now()).total_seconds())
    connector = bench.open(TOKEN)
    cursor = await bench.start(connector)
    bench.clock.advance(60)
    session = cabinet.add_call()
    bench.clock.advance(60)
    found, _, _ = await bench.pull_all(connector, cursor)
    assert ids(found) == [f"v2:{session.id}"]


async def test_what_was_stored_is_not_given_out_again(bench: Bench, cabinet: Cabinet, connector: Novofon) -> None:
    cursor = await bench.start(connector)
    session = cabinet.add_call()
    first = await connector.pull(cursor)
    bench.clock.advance(60)
    second = await connector.pull(first.cursor)
    assert (ids(first.calls), ids(second.calls)) == ([f"v2:{session.id}"], [])


async def test_a_page_that_was_not_stored_is_given_out_again(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    cursor = await bench.start(connector)
    session = cabinet.add_call()
    for _ in range(2):
        bench.clock.advance(60)
        assert ids((await connector.pull(cursor)).calls) == [f"v2:{session.id}"]


async def test_fields_that_the_tariff_has_not_are_done_without(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    cabinet.fields_off |= {"employees", "clean_talk_duration", "wav_call_records"}
    cursor = await bench.start(connector)
    cabinet.add_call(seconds=60)
    (call,), cursor, _ = await bench.pull_all(connector, cursor)
    assert call.duration == 65, "the length with its beginning, when the clean one is not told"
    before = len(cabinet.asked("get.calls_report"))
    bench.clock.advance(60)
    await bench.pull_all(connector, cursor)
    assert len(cabinet.asked("get.calls_report")) == before + 1, "remembered"


async def test_fields_are_asked_for_again_after_a_day(bench: Bench, cabinet: Cabinet, connector: Novofon) -> None:
    cabinet.fields_off.add("full_record_file_link")
    cursor = await bench.start(connector)
    _, cursor, _ = await bench.pull_all(connector, cursor)
    cabinet.fields_off.clear()
    bench.clock.advance(25 * HOUR)
    cabinet.attach_whole(cabinet.add_call(), b"ID3")
    (call,), _, _ = await bench.pull_all(connector, cursor)
    assert "link" in call.refs


@pytest.mark.parametrize(
    ("query", "body", "wakes"),
    [
        ({"call_session_id": "2457179605"}, b"", True),
        ({}, b"call_session_id=2457179605&event=x", True),
        ({}, b'{"call_session_id": 2457179605}', True),
        ({}, b'{"communication_id": "2457179605"}', True),
        ({}, b'{"call_session_id": null}', False),
        ({}, b"[" * 100_000, False),
        ({}, b"{" * 100_000, False),
        ({}, b"\xff\xfe", False),
        ({"event": "test"}, b"", False),
        ({}, b"a&" * 5000, False),
    ],
)
async def test_a_knock_is_a_hint_whatever_its_form(
    connector: Novofon, query: dict[str, str], body: bytes, wakes: bool
) -> None:
    reply = await connector.answer(Knock("POST", query, {}, body))
    assert (reply.wakes, reply.status) == (wakes, 200)
