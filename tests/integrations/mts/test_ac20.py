"""Автосекретарь 2.0: trunks, local times, "no data", numbers without a country."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from sandbox.faults import Fault
from sandbox.mts import Ac20, Vpbx
from sandbox.mts.ac20 import make_token
from services.domain.call import Direction, FoundCall
from services.errors import BadAnswer, Gone, Unauthorized
from services.integrations.knocking import Knock
from tests.fakes.clock import FakeClock
from tests.integrations.mts.conftest import HOUR, Bench, Odd, bench_of, codes

SOUND = b"ID3\x04" + bytes(range(256)) * 8
READY = 7 * 60
DAY = 24 * HOUR
OTHER_TRUNK = "0123456790"


async def only(bench: Bench[Ac20]) -> FoundCall:
    (call,) = await bench.later(READY)
    return call


async def test_a_row_becomes_a_call(secretary: Bench[Ac20]) -> None:
    """The talk is without the wait; ten digits get their 7; the time on the wall is Moscow's."""
    await secretary.start()
    began = secretary.clock.now()
    call_there = secretary.stand.add_call(duration=98, recording=SOUND)
    call = await only(secretary)
    assert call.external_id == f"ac20:0123456789:{call_there.id}"
    assert (call.started_at, call.duration, call.answered) == (began, 98, True)
    assert (call.phone, call.direction) == ("+79000000011", Direction.INCOMING)
    assert call.traits == {"line": "+74951234567", "extension": "101"}
    assert await secretary.heard(call) == SOUND


async def test_names_of_a_row_in_another_case_are_understood(secretary: Bench[Ac20]) -> None:
    secretary.stand.pascal = True
    await secretary.start()
    secretary.stand.add_call()
    assert (await only(secretary)).phone == "+79000000011"


async def test_no_data_is_an_answer_and_no_error(secretary: Bench[Ac20]) -> None:
    await secretary.start()
    assert await secretary.later(READY) == []
    assert {one.status for one in secretary.stand.asked("statistics")} == {204}


async def test_two_trunks_may_have_calls_of_the_same_number(secretary: Bench[Ac20]) -> None:
    await secretary.start()
    secretary.stand.add_call(id=5)
    secretary.stand.add_call(id=5, trunk=OTHER_TRUNK)
    found = {call.external_id: call for call in await secretary.later(READY)}
    assert set(found) == {"ac20:0123456789:5", "ac20:0123456790:5"}
    assert found["ac20:0123456790:5"].traits["line"] == "+74951234568"


@pytest.mark.parametrize(
    ("caller", "called", "via", "direction", "phone"),
    [
        ("9000000011", "101", "4951234567", Direction.INCOMING, "+79000000011"),
        ("101", "9000000011", "4951234567", Direction.OUTGOING, "+79000000011"),
        ("9005556677", "9000000011", "9005556677", Direction.OUTGOING, "+79000000011"),
        ("9005556677", "9000000011", "79005556677", Direction.OUTGOING, "+79000000011"),
        ("9000000011", "9005556677", "4951234567", Direction.INCOMING, "+79000000011"),
        ("", "101", "4951234567", Direction.INCOMING, ""),
    ],
)
async def test_directions(
    secretary: Bench[Ac20], caller: str, called: str, via: str, direction: Direction, phone: str
) -> None:
    await secretary.start()
    secretary.stand.add_call(caller=caller, called=called, via=via)
    call = await only(secretary)
    assert (call.direction, call.phone) == (direction, phone)


async def test_calls_between_colleagues_are_left_out(secretary: Bench[Ac20]) -> None:
    await secretary.start()
    secretary.stand.add_call(caller="101", called="102", internal=True)
    assert await secretary.later(READY) == []


async def test_a_call_that_was_only_waited_for_is_missed(secretary: Bench[Ac20]) -> None:
    await secretary.start()
    secretary.stand.add_call(answered=False)
    call = await only(secretary)
    assert (call.answered, call.duration, call.has_recording) == (False, 0, False)


async def test_a_call_that_is_still_going_on_comes_later(secretary: Bench[Ac20]) -> None:
    await secretary.start()
    secretary.stand.add_call()
    assert await secretary.later(120) == []
    assert len(await secretary.later(240)) == 1


async def test_more_rows_than_a_page_come_in_portions(secretary: Bench[Ac20]) -> None:
    await secretary.start()
    for number in range(1203):
        secretary.stand.add_call(id=number, trunk="0123456789" if number % 3 else OTHER_TRUNK)
    largest, found, more = 0, set(), True
    secretary.clock.advance(READY)
    while more:
        page = await secretary.connector.pull(secretary.cursor)
        found |= {call.external_id for call in page.calls}
        largest = max(largest, len(page.calls))
        secretary.cursor, more = page.cursor, page.more
    assert len(found) == 1203
    assert largest <= 1000


async def test_a_gap_of_weeks_is_asked_for_in_windows_of_ten_days_at_most(secretary: Bench[Ac20]) -> None:
    await secretary.start()
    keys = []
    for _ in range(24):
        keys.append(f"ac20:0123456789:{secretary.stand.add_call().id}")
        secretary.clock.advance(24 * HOUR)
    assert sorted(call.external_id for call in await secretary.look()) == sorted(keys)
    assert {one.status for one in secretary.stand.asked("statistics")} <= {200, 204}


async def test_requests_keep_their_pause(secretary: Bench[Ac20]) -> None:
    """The stand-in refuses a sixth request within a second."""
    await secretary.start()
    for _ in range(10):
        await secretary.later(READY)
    assert {one.status for one in secretary.stand.journal} <= {200, 204}
    assert secretary.stand.most_at_once == 1


# --- the zone --------------------------------------------------------------------------------------


async def test_a_shift_from_moscow_is_an_option(secretary: Bench[Ac20]) -> None:
    secretary.stand.zone = timedelta(hours=5)
    secretary.connector = secretary.open({"time_shift": "+2"})
    await secretary.start()
    began = secretary.clock.now()
    secretary.stand.add_call()
    assert (await only(secretary)).started_at == began


async def test_another_shift_reads_the_last_days_again(secretary: Bench[Ac20]) -> None:
    """Kaliningrad, taken for Moscow at first: its calls seemed to have begun before we were connected."""
    secretary.stand.zone = timedelta(hours=2)
    await secretary.start()
    key = f"ac20:0123456789:{secretary.stand.add_call().id}"
    assert await secretary.later(READY) == []
    secretary.connector = secretary.open({"time_shift": "-1"})
    assert [call.external_id for call in await secretary.later(60)] == [key]


@pytest.mark.parametrize(("shift", "code"), [("0", "latest_call"), ("-3", "latest_call_ahead")])
async def test_a_wrong_shift_shows_itself_in_the_trial(secretary: Bench[Ac20], shift: str, code: str) -> None:
    secretary.stand.add_call()
    secretary.clock.advance(HOUR)
    lines = await secretary.connector.try_option("time_shift", shift)
    assert codes(lines) == {code: code == "latest_call"}
    assert lines[0].values == {"minutes": "60" if shift == "0" else "120"}


async def test_a_trial_without_calls_proves_nothing_and_forbids_nothing(secretary: Bench[Ac20]) -> None:
    (line,) = await secretary.connector.try_option("time_shift", "0")
    assert (line.code, line.required) == ("no_call_to_try", False)


@pytest.mark.parametrize(("zone", "told"), [(3, "check_latest_call"), (5, "check_latest_call_ahead")])
async def test_the_check_shows_how_the_clock_of_the_cabinet_is_read(
    secretary: Bench[Ac20], zone: int, told: str
) -> None:
    """No zone is stated anywhere: only people can tell that it is another one."""
    secretary.stand.zone = timedelta(hours=zone)
    secretary.stand.add_call()
    secretary.clock.advance(HOUR)
    check = await secretary.connector.check()
    (line,) = [one for one in check.lines if one.code == told]
    assert (line.ok, line.required, line.values) == (zone == 3, False, {"minutes": "60"})


# --- recordings ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [204, 404, 410, 500])
async def test_what_is_not_there_is_no_recording(secretary: Bench[Ac20], status: int) -> None:
    await secretary.start()
    call_there = secretary.stand.add_call(recording_status=status)
    call = await only(secretary)
    assert not call.has_recording
    assert await secretary.heard(call) is None
    call_there.recording, call_there.recorded = SOUND, 60
    (fresh,) = await secretary.connector.refresh([call])
    assert fresh.has_recording
    assert await secretary.heard(fresh) == SOUND


@pytest.mark.parametrize("status", [404, 410])
async def test_an_hour_after_the_call_gone_means_gone(secretary: Bench[Ac20], status: int) -> None:
    """And the check of an account says that nothing is heard, whatever became of the recordings."""
    await secretary.start()
    secretary.stand.add_call(recording_status=status, recorded=60)
    call = await only(secretary)
    assert await secretary.heard(call) is None
    secretary.clock.advance(HOUR)
    with pytest.raises(Gone):
        await secretary.heard(call)
    assert codes((await secretary.connector.check()).lines)["recordings"] is False


@pytest.mark.parametrize("status", [204, 401, 403, 500])
async def test_what_may_pass_does_not_mean_gone(secretary: Bench[Ac20], status: int) -> None:
    await secretary.start()
    secretary.stand.add_call(recording_status=status, recorded=60)
    call = await only(secretary)
    secretary.clock.advance(2 * HOUR)
    assert await secretary.heard(call) is None


async def test_how_often_a_late_recording_is_looked_for(secretary: Bench[Ac20], exchange: Bench[Vpbx]) -> None:
    """Hourly on the first day, four times a day later, for the last time at the end of the week."""
    await secretary.start()
    secretary.stand.add_call(recording=SOUND, ready_after=DAY)
    call, pause = await only(secretary), secretary.connector.recording_pause
    hours = (0, 23, 24, 100, 165, 168)
    pauses = [pause(call, timedelta(hours=waited)) for waited in hours]
    assert pauses == [*(timedelta(hours=one) for one in (1, 1, 6, 6, 3)), None]
    assert pause(replace(call, has_recording=False), timedelta(hours=1)) is None
    assert exchange.connector.recording_pause(call, timedelta(hours=1)) is None


async def test_ready_texts_are_taken_only_by_option(secretary: Bench[Ac20]) -> None:
    await secretary.start()
    secretary.stand.add_call(duration=40, phrases=("Добрый день", "Здравствуйте"))
    call = await only(secretary)
    assert await secretary.connector.transcript(call) is None
    assert secretary.stand.asked("text") == []
    told = await secretary.open({"ready_text": "yes"}).transcript(call)
    assert told is not None
    assert [(one.start, one.end, one.speaker, one.text) for one in told.segments] == [
        (0, 20, "", "Добрый день"),
        (20, 40, "", "Здравствуйте"),
    ]


async def test_a_text_that_is_not_ready_or_not_paid_for_is_none(secretary: Bench[Ac20]) -> None:
    await secretary.start()
    secretary.stand.add_call()
    call = await only(secretary)
    paid = secretary.open({"ready_text": "yes"})
    assert await paid.transcript(call) is None
    secretary.stand.faults.add(Fault("status", "text", status=403, body="{}"))
    assert await paid.transcript(call) is None
    assert len(secretary.stand.asked("text")) == 2


# --- access ----------------------------------------------------------------------------------------


async def test_the_check_tells_when_the_key_ends(clock: FakeClock) -> None:
    stand = Ac20()
    stand.token = make_token(expires_at=clock.now().timestamp() + 86400)
    async with bench_of(clock, "ac20", stand, stand.token) as bench:
        check = await bench.connector.check()
    assert (check.account, check.ok) == ("firma.example", True)
    assert check.settings == {"cabinet": "ac20", "expires_at": "2026-03-11T09:00:00+00:00"}


async def test_a_cabinet_without_lines_cannot_be_connected(secretary: Bench[Ac20]) -> None:
    secretary.stand.trunks = {}
    check = await secretary.connector.check()
    assert not check.ok
    assert codes(check.lines) == {"trunks": False}


async def test_a_foreign_key_is_a_lost_access(secretary: Bench[Ac20]) -> None:
    secretary.stand.token = make_token("other.example")
    with pytest.raises(Unauthorized):
        await secretary.connector.check()


async def test_a_trunk_that_was_removed_keeps_nobody_from_the_others(secretary: Bench[Ac20]) -> None:
    await secretary.start()
    await secretary.later(READY)
    del secretary.stand.trunks["0123456789"]
    key = f"ac20:{OTHER_TRUNK}:{secretary.stand.add_call(trunk=OTHER_TRUNK).id}"
    assert [call.external_id for call in await secretary.later(READY)] == [key]
    secretary.stand.journal.clear()
    await secretary.later(60)
    assert {one.status for one in secretary.stand.asked("statistics")} == {200}


async def test_a_trunk_that_the_key_is_not_for_keeps_nobody_from_the_others(secretary: Bench[Ac20]) -> None:
    """Its calls are read once it is allowed; the check says how many are not."""
    secretary.stand.closed.add("0123456789")
    assert codes((await secretary.connector.check()).lines)["trunks_refused"] is False
    await secretary.start()
    hidden = secretary.stand.add_call()
    shown = secretary.stand.add_call(trunk=OTHER_TRUNK)
    assert [call.refs["call"] for call in await secretary.later(READY)] == [str(shown.id)]
    secretary.clock.advance(60)
    trouble = (await secretary.connector.pull(secretary.cursor)).trouble
    assert trouble is not None
    assert trouble.remote_code == "trunks"
    secretary.stand.closed.clear()
    assert str(hidden.id) in [call.refs["call"] for call in await secretary.later(READY)]


async def test_when_all_trunks_are_refused_the_access_is_lost(secretary: Bench[Ac20]) -> None:
    await secretary.start()
    secretary.stand.closed |= set(secretary.stand.trunks)
    with pytest.raises(Unauthorized):
        await secretary.later(READY)


@pytest.mark.parametrize("said", [{}, "text", 7, [[[]]], [1, 2]])
async def test_a_body_that_is_no_statistics_is_a_bad_answer(clock: FakeClock, said: Any) -> None:
    odd = Odd()
    trunks = [{"trunkId": "1", "cli": None}]
    odd.says = lambda request: web.json_response(trunks if request.path.endswith("all") else said)
    async with bench_of(clock, "ac20", odd, make_token()) as bench:
        await bench.start()
        with pytest.raises(BadAnswer):
            await bench.later(READY)


async def test_odd_rows_do_not_stop_the_others(clock: FakeClock) -> None:
    good = {"callId": 1, "startTime": "2026-03-10T12:00:10", "an": "9000000011", "dn": "101", "duration": 50}
    rows: list[Any] = [
        None,
        [],
        {},
        {"callId": {}, "startTime": 5},
        {**good, "startTime": "soon"},
        good,
        {**good, "rel": "x"},
    ]
    odd = Odd()
    odd.says = lambda request: web.json_response([{"trunkId": "1"}] if request.path.endswith("all") else rows)
    async with bench_of(clock, "ac20", odd, make_token()) as bench:
        await bench.start()
        assert [call.external_id for call in await bench.later(READY)] == ["ac20:1:1"]


async def test_it_sends_no_knocks(secretary: Bench[Ac20]) -> None:
    reply = await secretary.connector.answer(Knock("POST", {}, {}, b"{}"))
    assert (reply.wakes, reply.status) == (False, 404)
