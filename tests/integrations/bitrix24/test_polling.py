"""New calls: each once, none lost, whatever the portal leaves unsaid."""

from typing import Any

import pytest

from services.errors import BadAnswer
from services.integrations.bitrix24.connector import Bitrix24
from tests.integrations.bitrix24.conftest import Bench, OddBench, doors

SETTLED = 4 * 60
"""Seconds after which an activity's statistics row would have appeared."""


def ids(calls: Any) -> list[str]:
    return [call.external_id for call in calls]


async def test_a_telephony_call_comes_once_although_it_is_in_both_sources(bench: Bench) -> None:
    cursor = await bench.start()
    call = bench.portal.add_call(deal=bench.portal.add_deal("Балкон"))
    bench.clock.advance(SETTLED)
    found, _ = await bench.pull_all(cursor)
    assert ids(found) == [f"stat:{call.statistic_id}"]


async def test_a_call_that_only_an_activity_tells_of_is_found_once_it_has_settled(bench: Bench) -> None:
    cursor = await bench.start()
    call = bench.portal.add_call(in_statistics=False)
    found, cursor = await bench.pull_all(cursor)
    assert found == []
    bench.clock.advance(SETTLED)
    found, _ = await bench.pull_all(cursor)
    assert ids(found) == [f"act:{call.activity_id}"]


async def test_a_statistics_row_that_follows_its_activity_is_not_a_second_call(bench: Bench) -> None:
    """An exchange that writes its activity first and reports to the telephony much later."""
    cursor = await bench.start()
    call = bench.portal.add_call(in_statistics=False)
    bench.clock.advance(SETTLED)
    first, cursor = await bench.pull_all(cursor)
    call.statistic_id = 5000
    bench.portal.by_statistic[5000] = call
    bench.clock.advance(60)
    later, cursor = await bench.pull_all(cursor)
    bench.clock.advance(2 * 3600)
    swept, _ = await bench.pull_all(cursor)
    assert ids(first) == [f"act:{call.activity_id}"]
    assert ids(later) == []
    assert ids(swept) == []


async def test_a_portal_whose_clock_is_ahead_loses_no_activity(bench: Bench) -> None:
    """Marks are set in the portal's own time: ours may be an hour ahead of it."""
    bench.portal.clock.advance(-3600)
    cursor = await bench.start()
    _, cursor = await bench.pull_all(cursor)
    bench.clock.advance(30)
    call = bench.portal.add_call(in_statistics=False)
    bench.clock.advance(SETTLED)
    found, _ = await bench.pull_all(cursor)
    assert ids(found) == [f"act:{call.activity_id}"]


async def test_ten_thousand_calls_after_a_gap_come_in_bounded_pages(bench: Bench) -> None:
    cursor = await bench.start()
    for number in range(1200):
        bench.portal.add_call(in_statistics=number % 2 == 0)
    bench.clock.advance(2 * 3600)
    seen: set[str] = set()
    largest, more = 0, True
    while more:
        page = await bench.connector.pull(cursor)
        largest = max(largest, len(page.calls))
        seen.update(ids(page.calls))
        cursor, more = page.cursor, page.more
    assert len(seen) == 1200
    assert largest <= 600


async def test_the_hourly_sweep_finds_a_row_that_the_cursor_has_passed(bench: Bench) -> None:
    cursor = await bench.start()
    late = bench.portal.add_call()
    hidden = bench.portal.by_statistic.pop(late.statistic_id or 0)
    for _ in range(150):
        bench.portal.add_call()
    _, cursor = await bench.pull_all(cursor)
    bench.portal.by_statistic[hidden.statistic_id or 0] = hidden
    missed, cursor = await bench.pull_all(cursor)
    assert f"stat:{late.statistic_id}" not in ids(missed)
    bench.clock.advance(3700)
    swept, _ = await bench.pull_all(cursor)
    assert f"stat:{late.statistic_id}" in ids(swept)


async def test_the_first_pull_leaves_history_alone(bench: Bench) -> None:
    for _ in range(3):
        bench.portal.add_call()
        bench.portal.add_call(in_statistics=False)
    bench.clock.advance(3600)
    cursor = await bench.start()
    bench.clock.advance(2 * 3600)
    found, _ = await bench.pull_all(cursor)
    assert found == []


def _row(number: int) -> dict[str, Any]:
    return {"ID": str(number), "CALL_START_DATE": "2026-03-10T12:00:00+03:00", "CALL_FAILED_CODE": "200"}


CURSOR = {
    "floor": 0,
    "connected": "2026-03-10T09:00:00+00:00",
    "statistic": 500,
    "activities": "2026-03-10T09:00:00+00:00",
}


@pytest.mark.parametrize(
    "rows",
    [
        [_row(number) for number in range(1, 51)],
        [_row(number) for number in range(900, 850, -1)],
        [{"NAME": "no number"}],
        {"unexpected": "map"},
    ],
    ids=["filter dropped", "order not obeyed", "no ids", "no list"],
)
async def test_statistics_that_cannot_be_paged_are_an_error_and_no_endless_loop(odd: OddBench, rows: Any) -> None:
    odd.portal.says["voximplant.statistic.get"] = lambda _: {"result": rows}
    with pytest.raises(BadAnswer):
        await odd.connector.pull(CURSOR)
    assert len(odd.portal.asked) < 10


async def test_a_small_portal_that_drops_the_filter_is_still_read_rightly(odd: OddBench) -> None:
    odd.portal.says["voximplant.statistic.get"] = lambda _: {"result": [_row(600), _row(100), _row(550)]}
    odd.portal.says["crm.activity.list"] = lambda _: {"result": []}
    page = await odd.connector.pull(CURSOR)
    assert ids(page.calls) == ["stat:550", "stat:600"]


async def test_activities_that_are_no_finished_calls_are_left_out(odd: OddBench) -> None:
    mail = {"ID": "7", "TYPE_ID": "4", "START_TIME": "2026-03-10T09:00:00+00:00", "COMPLETED": "Y"}
    planned = {"ID": "8", "TYPE_ID": "2", "START_TIME": "2026-03-10T09:00:00+00:00", "COMPLETED": "N"}
    called = {"ID": "9", "TYPE_ID": "2", "START_TIME": "2026-03-10T09:00:00+00:00", "COMPLETED": "Y", "FILES": {}}
    odd.portal.says["voximplant.statistic.get"] = lambda _: {"result": []}
    odd.portal.says["crm.activity.list"] = lambda _: {"result": [mail, planned, called]}
    assert ids((await odd.connector.pull(CURSOR)).calls) == ["act:9"]


async def test_a_deleted_activity_does_not_keep_the_others_from_being_refreshed(bench: Bench) -> None:
    cursor = await bench.start()
    gone = bench.portal.add_call(in_statistics=False)
    stays = bench.portal.add_call(in_statistics=False)
    bench.clock.advance(SETTLED)
    calls, _ = await bench.pull_all(cursor)
    del bench.portal.by_activity[gone.activity_id or 0]
    bench.portal.attach_recording(stays, b"RIFF")
    fresh = await bench.connector.refresh(calls)
    assert ids(fresh) == [f"act:{stays.activity_id}"]
    assert fresh[0].has_recording


async def test_names_of_managers_are_not_worth_losing_calls(bench: Bench) -> None:
    bench.portal.settings.scopes.discard("user")
    cursor = await bench.start()
    bench.portal.add_call()
    found, _ = await bench.pull_all(cursor)
    assert [call.manager_name for call in found] == [""]


async def test_a_cursor_of_an_earlier_release_goes_on(bench: Bench) -> None:
    cursor = await bench.start()
    old = {key: cursor[key] for key in ("floor", "connected", "statistic", "activities", "swept")}
    call = bench.portal.add_call()
    again = Bitrix24({"webhook_url": bench.portal.webhook_url}, {}, doors(bench.clock))
    try:
        assert ids((await again.pull(old)).calls) == [f"stat:{call.statistic_id}"]
    finally:
        await again.close()
