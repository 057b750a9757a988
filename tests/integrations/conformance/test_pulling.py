"""New calls: each once, none lost, history left alone."""

import json
from collections.abc import Callable

import pytest

from services.domain.call import Direction
from tests.integrations.conformance.desk import Desk, ids
from tests.integrations.conformance.rig import Rig

HOUR = 3600.0
CURSOR_LIMIT = 64 * 1024
"""Characters of a stored cursor."""


async def test_a_call_comes_once_and_says_what_it_was(desk: Desk, rig: Rig) -> None:
    await desk.connect()
    began = rig.remote_clock.datetime().replace(microsecond=0)
    key = rig.add_call(phone="+79000000011", incoming=False)
    found = await desk.gather()
    assert ids(found) == [key]
    (call,) = found
    assert call.started_at == began
    assert call.started_at.tzinfo is not None
    assert call.direction is Direction.OUTGOING
    assert call.phone.lstrip("+") == "79000000011"
    assert call.answered
    assert 0 < len(call.external_id) <= 128
    rig.clock.advance(60)
    assert await desk.gather() == []


async def test_its_length_is_told(desk: Desk, rig: Rig) -> None:
    await desk.connect()
    rig.add_call(duration=93)
    assert [call.duration for call in await desk.gather()] == [93]


async def test_a_missed_call_is_told_as_missed(desk: Desk, rig: Rig) -> None:
    await desk.connect()
    missed = rig.add_call(answered=False, duration=0)
    taken = rig.add_call(answered=True)
    await desk.gather()
    assert missed not in desk.calls or not desk.calls[missed].answered
    assert desk.calls[taken].answered


async def test_a_look_that_finds_nothing(desk: Desk, rig: Rig) -> None:
    await desk.connect()
    for _ in range(3):
        assert await desk.gather() == []
        rig.clock.advance(60)


PAGES: dict[str, Callable[[int], int]] = {
    "a page": lambda page: page,
    "a page and one": lambda page: page + 1,
    "three pages and two": lambda page: 3 * page + 2,
}


@pytest.mark.parametrize("count", PAGES.values(), ids=PAGES.keys())
async def test_the_edges_of_a_page(desk: Desk, rig: Rig, count: Callable[[int], int]) -> None:
    """All of them at one moment, too: nothing but their ids tells them apart."""
    await desk.connect()
    keys = [rig.add_call() for _ in range(count(rig.page))]
    found = await desk.gather()
    assert sorted(ids(found)) == sorted(keys)


async def test_a_call_that_comes_while_pages_are_read_is_not_lost(desk: Desk, rig: Rig) -> None:
    await desk.connect()
    keys = [rig.add_call() for _ in range(2 * rig.page)]
    rig.clock.advance(60)
    asked = 0

    def meanwhile(_path: str) -> None:
        nonlocal asked
        asked += 1
        if asked in (2, 3):
            keys.append(rig.add_call())

    rig.meanwhile = meanwhile
    await desk.gather()
    rig.meanwhile = None
    rig.clock.advance(60)
    await desk.gather()
    rig.clock.advance(2 * HOUR)
    await desk.gather()
    assert sorted(desk.calls) == sorted(keys)


async def test_looking_again_and_again_brings_nothing_new(desk: Desk, rig: Rig) -> None:
    """Overlap, hourly sweeps and nightly ones tell of the same calls by the same ids."""
    await desk.connect()
    keys = [rig.add_call() for _ in range(7)]
    await desk.gather()
    for pause in (60, 600, HOUR + 60, 7 * HOUR, 30 * HOUR):
        rig.clock.advance(pause)
        assert await desk.gather() == []
    assert sorted(desk.calls) == sorted(keys)


async def test_the_first_look_takes_no_history(desk: Desk, rig: Rig) -> None:
    for _ in range(3):
        rig.add_call()
        rig.clock.advance(HOUR)
    await desk.connect()
    for pause in (60, HOUR + 60, 7 * HOUR):
        rig.clock.advance(pause)
        assert await desk.gather() == []
    key = rig.add_call()
    assert ids(await desk.gather()) == [key]


async def test_a_gap_of_a_day_loses_nothing(desk: Desk, rig: Rig) -> None:
    """The bot stood still; so did nobody else."""
    await desk.connect()
    before = rig.add_call()
    await desk.gather()
    keys = [before]
    for _ in range(26):
        rig.clock.advance(HOUR)
        keys.append(rig.add_call())
    await desk.gather()
    assert sorted(desk.calls) == sorted(keys)


async def test_catching_up_comes_in_bounded_portions(desk: Desk, rig: Rig) -> None:
    await desk.connect()
    keys = []
    for _ in range(4):
        keys += [rig.add_call() for _ in range(rig.portion // 2)]
        rig.clock.advance(2 * HOUR)
    await desk.gather()
    assert sorted(desk.calls) == sorted(keys)
    assert desk.largest <= rig.portion


async def test_the_cursor_does_not_grow(desk: Desk, rig: Rig) -> None:
    await desk.connect()
    for _ in range(3):
        for _ in range(2 * rig.page):
            rig.add_call()
        rig.clock.advance(HOUR)
        await desk.gather()
    assert len(json.dumps(desk.cursor)) < CURSOR_LIMIT


@pytest.mark.parametrize("ahead", [420.0, -420.0], ids=["ahead", "behind"])
async def test_a_clock_that_differs_loses_no_call(desk: Desk, rig: Rig, ahead: float) -> None:
    rig.remote_clock.advance(ahead)
    await desk.connect()
    rig.clock.advance(15 * 60)
    keys = []
    for _ in range(4):
        keys.append(rig.add_call())
        await desk.gather()
        rig.clock.advance(90)
    rig.clock.advance(10 * 60)
    await desk.gather()
    assert sorted(desk.calls) == sorted(keys)


async def test_local_times_are_read_in_the_zone_of_the_account(desk: Desk, rig: Rig) -> None:
    rig.set_zone(rig.zone)
    await desk.connect()
    began = rig.remote_clock.datetime().replace(microsecond=0)
    key = rig.add_call()
    await desk.gather()
    assert desk.calls[key].started_at == began


async def test_odd_rows_do_not_stop_the_others(desk: Desk, rig: Rig) -> None:
    await desk.connect()
    before = rig.add_call()
    rig.add_odd_calls()
    after = rig.add_call()
    await desk.gather()
    rig.clock.advance(60)
    later = rig.add_call()
    await desk.gather()
    assert {before, after, later} <= set(desk.calls)


async def test_a_second_process_goes_on_where_the_first_one_stopped(desk: Desk, rig: Rig) -> None:
    """Nothing that matters is kept in a connector: it may be opened anew at any time."""
    await desk.connect()
    keys = [rig.add_call()]
    await desk.gather()
    keys.append(rig.add_call())
    desk.connector = desk.open()
    await desk.gather()
    assert sorted(desk.calls) == sorted(keys)
