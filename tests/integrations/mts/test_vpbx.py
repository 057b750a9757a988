"""The virtual exchange: its legs, pages, recordings, people."""

import json
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web

from sandbox.faults import Fault
from sandbox.mts import Employee, Leg, Vpbx
from services.domain.call import Direction, FoundCall
from services.errors import BadAnswer, RateLimited, Unauthorized, Unreachable
from tests.fakes.clock import FakeClock
from tests.integrations.mts.conftest import HOUR, Bench, Odd, bench_of, codes, names

SOUND = b"ID3\x04" + bytes(range(256)) * 8
CLIENT = "+79000000011"


async def only(bench: Bench[Vpbx]) -> FoundCall:
    (call,) = await bench.later(7 * 60)
    return call


# --- legs ------------------------------------------------------------------------------------------


async def test_two_rows_of_one_talk_are_one_call(exchange: Bench[Vpbx]) -> None:
    """A transferred call: the customer's leg, and the colleague's who took over."""
    await exchange.start()
    exchange.stand.add_leg(phone=CLIENT, own="202", duration=30, group="148625")
    exchange.stand.add_leg(phone="202", own="205", duration=300, group="148625", recording=SOUND)
    exchange.stand.add_leg(phone="205", own="202", duration=300, group="148625", incoming=False)
    call = await only(exchange)
    assert (call.external_id, call.phone, call.direction) == ("vpbx:148625", CLIENT, Direction.INCOMING)
    assert call.duration == 300
    assert await exchange.heard(call) == SOUND


async def test_colleagues_whose_phones_rang_in_vain_do_not_hide_the_talk(exchange: Bench[Vpbx]) -> None:
    """Their rows come while the one who took it is still talking."""
    await exchange.start()
    began = exchange.clock.now().timestamp()
    for own in ("203", "204"):
        exchange.stand.add_leg(phone=CLIENT, own=own, group="500", placed=False, duration=0)
    assert await exchange.later(90) == []
    exchange.clock.advance(20 * 60)
    exchange.stand.add_leg(phone=CLIENT, own="202", group="500", duration=1250, began=began)
    found = [call for _ in range(8) for call in await exchange.later(60)]
    assert {call.external_id for call in found} == {"vpbx:500"}
    assert found[0].answered
    assert found[0].traits["extension"] == "202"


async def test_a_call_that_nobody_took_is_told_of_and_stands_in_nobodys_way(exchange: Bench[Vpbx]) -> None:
    """It has an id of its own: should somebody have taken it after all, that is a call as well."""
    await exchange.start()
    began = exchange.clock.now().timestamp()
    exchange.stand.add_leg(phone=CLIENT, group="501", placed=False, duration=0)
    found = await exchange.later(HOUR + 120)
    assert [(call.external_id, call.answered, call.duration) for call in found] == [("vpbx:missed:501", False, 0)]
    exchange.stand.add_leg(phone=CLIENT, own="205", group="501", duration=4000, began=began)
    assert [call.external_id for call in await exchange.later(6 * 60)] == ["vpbx:501"]


async def test_talks_between_colleagues_are_none_of_our_business(exchange: Bench[Vpbx]) -> None:
    await exchange.start()
    exchange.stand.add_leg(phone="205", own="202", group="7")
    exchange.stand.add_leg(phone="202", own="205", group="7", incoming=False)
    hidden = exchange.stand.add_leg(phone="", own="202")
    call = await only(exchange)
    assert (call.external_id, call.phone) == (f"vpbx:{hidden.group}", "")


async def test_colleagues_have_mobile_numbers_as_well(exchange: Bench[Vpbx]) -> None:
    """Anna's mobile is in the directory: whoever calls it from the office is no customer of hers."""
    await exchange.start()
    exchange.stand.add_leg(phone="+79001112233", own="205", incoming=False)
    exchange.stand.add_leg(phone="+79001112233", own="205", incoming=False, group="8", duration=50)
    exchange.stand.add_leg(phone=CLIENT, own="205", group="8", duration=40)
    call = await only(exchange)
    assert (call.external_id, call.phone) == ("vpbx:8", CLIENT)


async def test_identity_without_a_group_is_the_leg_and_without_that_the_row(exchange: Bench[Vpbx]) -> None:
    await exchange.start()
    leg = exchange.stand.add_leg(group=None)
    exchange.stand.add_leg(group=None, tracking=None)
    exchange.stand.add_leg(group="g" * 500)
    first = {call.external_id for call in await exchange.later(7 * 60)}
    assert await exchange.later(6 * 60) == []
    exchange.cursor = {**exchange.cursor, "told": {}}
    again = {call.external_id for call in await exchange.later(6 * 60)}
    assert f"vpbx:leg:{leg.tracking}" in first
    assert {one.split(":")[1] for one in first} == {"leg", "row", "long"}
    assert first == again
    assert all(len(one) <= 128 for one in first)


async def test_the_talk_is_the_shorter_of_both_lengths(exchange: Bench[Vpbx]) -> None:
    """Which of them includes the ringing is not documented."""
    await exchange.start()
    exchange.stand.add_leg(group="1", duration=0, answered=90).duration = 97
    exchange.stand.add_leg(group="2", duration=0, answered=97).duration = 90
    exchange.stand.add_leg(group="3", duration=0, answered=0).duration = 80
    found = {call.external_id: call.duration for call in await exchange.later(7 * 60)}
    assert found == {"vpbx:1": 90, "vpbx:2": 90, "vpbx:3": 80}


async def test_line_extension_and_names_come_from_row_or_directory(exchange: Bench[Vpbx]) -> None:
    await exchange.start()
    stand = exchange.stand
    stand.employees.append(Employee("Вера", "Сова", "", mobile="9005556677", line="4951234599"))
    stand.add_leg(group="1", own="202")
    stand.add_leg(group="2", own="205", name="Олег И.", incoming=False)
    stand.add_leg(group="3", own="+79005556677")
    stand.add_leg(group="4", own="+74957777777")
    found = {call.external_id: call for call in await exchange.later(7 * 60)}
    assert found["vpbx:1"].traits == {"line": "+74951234567", "extension": "202"}
    assert found["vpbx:1"].manager_name == "Анна Петрова"
    assert found["vpbx:2"].traits == {"line": "+74951234568", "extension": "205"}
    assert found["vpbx:2"].manager_name == "Олег И."
    assert (found["vpbx:3"].manager_name, found["vpbx:3"].traits) == ("Вера Сова", {"line": "+74951234599"})
    assert found["vpbx:4"].traits == {"line": "+74957777777"}


async def test_without_the_directory_calls_come_without_names(exchange: Bench[Vpbx]) -> None:
    await exchange.start()
    exchange.stand.employees = []
    exchange.stand.add_leg()
    assert (await only(exchange)).manager_name == ""


# --- parts that come late --------------------------------------------------------------------------


async def put_through(exchange: Bench[Vpbx], group: str, seconds: int) -> Leg:
    """The secretary hangs up, her row is given out; the colleague talks on and his row comes at the end."""
    began = exchange.clock.now().timestamp()
    exchange.stand.add_leg(phone=CLIENT, own="202", duration=30, group=group, recording=b"ID3-hello")
    found = [call for _ in range(4) for call in await exchange.later(60)]
    assert [(call.external_id, call.duration) for call in found] == [(f"vpbx:{group}", 30)]
    exchange.clock.advance(seconds - 120)
    return exchange.stand.add_leg(
        phone="202", own="205", duration=seconds, group=group, began=began + 30, recording=SOUND
    )


@pytest.mark.parametrize("seconds", [200, 565, 3000])
async def test_a_talk_that_was_put_through_is_not_lost_behind_the_secretary(
    exchange: Bench[Vpbx], seconds: int
) -> None:
    await exchange.start()
    began = exchange.clock.now().timestamp()
    leg = await put_through(exchange, "9", seconds)
    (call,) = [call for _ in range(12) for call in await exchange.later(60)]
    assert call.external_id.startswith("vpbx:9:")
    assert (call.phone, call.direction, call.duration) == (CLIENT, Direction.INCOMING, seconds)
    assert (call.traits["extension"], call.started_at.timestamp()) == ("205", began + 30)
    assert leg.recording == await exchange.heard(call)
    assert await exchange.connector.refresh([call]) == [call]


async def test_a_refresh_of_the_first_part_does_not_take_the_second(exchange: Bench[Vpbx]) -> None:
    """Each part is heard by its own call."""
    await exchange.start()
    exchange.stand.add_leg(phone=CLIENT, group="9", duration=40)
    call = await only(exchange)
    exchange.stand.add_leg(
        phone="202", own="205", group="9", duration=400, began=call.started_at.timestamp() + 40, recording=SOUND
    )
    (fresh,) = await exchange.connector.refresh([call])
    assert (fresh.external_id, fresh.duration) == ("vpbx:9", 40)
    assert await exchange.heard(fresh) is None


async def test_days_later_a_part_is_still_told_once(exchange: Bench[Vpbx]) -> None:
    """The nightly look reads rows that nothing is remembered of any more: the whole is the call it was."""
    await exchange.start()
    await put_through(exchange, "9", 600)
    found = [call.external_id for _ in range(50) for call in await exchange.later(HOUR)]
    first, *others = found
    assert first.startswith("vpbx:9:")
    assert set(others) <= {"vpbx:9"}


async def test_what_is_remembered_of_a_busy_exchange_is_little(exchange: Bench[Vpbx]) -> None:
    await exchange.start()
    began = exchange.clock.now().timestamp()
    for number in range(6000):
        exchange.stand.add_leg(group=str(number), began=began + number * 2, duration=1)
    exchange.clock.advance(4 * HOUR)
    found = await exchange.look()
    assert len({call.external_id for call in found}) == 6000
    assert len(json.dumps(exchange.cursor)) < 40_000
    exchange.clock.advance(6 * HOUR)
    await exchange.look()
    assert len(json.dumps(exchange.cursor)) < 1000


# --- pages -----------------------------------------------------------------------------------------


async def test_rows_that_come_in_between_pages_are_found(exchange: Bench[Vpbx]) -> None:
    await exchange.start()
    began = exchange.clock.now().timestamp()
    for number in range(250):
        exchange.stand.add_leg(group=f"a{number}", began=began + number / 10)
    exchange.clock.advance(60)

    def more_come(_name: str) -> None:
        if (number := len(exchange.stand.legs)) < 253:
            exchange.stand.add_leg(group=f"a{number}", began=began + 30)

    exchange.stand.meanwhile = more_come
    found = {call.external_id for _ in range(8) for call in await exchange.later(60)}
    assert found == {f"vpbx:a{number}" for number in range(253)}


async def test_a_window_that_never_stands_still_is_read_a_few_times_only(clock: FakeClock) -> None:
    """Totals that change for ever: the union of what was seen is taken."""
    totals = iter(range(1000, 100_000))

    def page(request: web.Request) -> Any:
        if "abonents" in request.path:
            return []
        number = int(request.query["page"])
        row = {"callTime": 1773133200000 + number, "callGroupId": str(number), "status": "PLACED", "duration": 60}
        return {"content": [{**row, "callingNumber": CLIENT}], "totalElements": next(totals), "totalPages": 3}

    odd = Odd()
    odd.says = page
    async with bench_of(clock, "vpbx", odd, "token-of-a-test") as bench:
        await bench.start()
        bench.clock.advance(5 * HOUR)
        odd.asked.clear()
        found = await bench.look()
        history = [one for one in odd.asked if "enterprise" in one]
        assert {call.external_id for call in found} == {"vpbx:0", "vpbx:1", "vpbx:2"}
        assert len(history) == 4 * 4


async def test_a_conversation_on_two_portions_keeps_all_its_legs(exchange: Bench[Vpbx]) -> None:
    """Its rows stand on both sides of a portion's end: newest first, 500 rows in one portion."""
    await exchange.start()
    began = exchange.clock.now().timestamp()
    for number in range(700):
        exchange.stand.add_leg(group=str(number // 2), began=began + number / 10, duration=30 + 100 * (number % 2))
    found = await exchange.later(7 * 60)
    assert len(found) == 350
    assert {call.duration for call in found} == {130}


async def test_one_request_at_a_time_and_one_a_second(exchange: Bench[Vpbx]) -> None:
    await exchange.start()
    for number in range(120):
        exchange.stand.add_leg(group=str(number))
    await exchange.later(7 * 60)
    moments = [one.at for one in exchange.stand.journal]
    assert exchange.stand.most_at_once == 1
    assert all(after - before > 0.999 for before, after in pairwise(moments))


async def test_requests_are_as_documented(exchange: Bench[Vpbx]) -> None:
    """Milliseconds, pages from 0, the token in its header and nowhere else."""
    await exchange.start()
    exchange.stand.add_leg()
    call = await only(exchange)
    await exchange.heard(call)
    history = exchange.stand.asked("history")[-1]
    assert "page=0&size=100" in history.path
    assert all(one.headers["x-auth-token"] == exchange.stand.token for one in exchange.stand.journal)
    assert not any(exchange.stand.token in one.path for one in exchange.stand.journal)
    assert "%3A1" in exchange.stand.asked("recording")[0].path


async def test_a_long_rest_is_left_to_a_later_poll(exchange: Bench[Vpbx]) -> None:
    """Waiting for it here would keep a place that other accounts need."""
    await exchange.start()
    exchange.stand.faults.add(Fault("rate_limit", seconds=1800))
    before = exchange.clock.now()
    for _ in range(3):
        with pytest.raises(RateLimited):
            await exchange.look()
    assert (exchange.clock.now() - before).total_seconds() < 30
    leg = exchange.stand.add_leg()
    exchange.clock.advance(1800)
    assert [call.external_id for call in await exchange.look()] == [f"vpbx:{leg.group}"]


@pytest.mark.parametrize("said", [[], "text", 7, {}, {"content": {}}, {"content": None}, {"rows": []}])
async def test_a_body_that_is_no_page_is_a_bad_answer(clock: FakeClock, said: Any) -> None:
    odd = Odd()
    odd.says = {"content": []}
    async with bench_of(clock, "vpbx", odd, "token-of-a-test") as bench:
        await bench.start()
        odd.says = said
        with pytest.raises(BadAnswer):
            await bench.look()


@pytest.mark.parametrize(
    "date", ["Tue, 10 Mar 2026 12:00:00 GMT", "yesterday", "Tue, 10 Mar 2026 09:00:00 -0000", ""]
)
async def test_a_date_that_is_no_clock_is_not_believed(clock: FakeClock, date: str) -> None:
    """Local time that calls itself GMT: every call would seem to lie three hours in the past."""
    odd = Odd()
    odd.says = lambda request: web.json_response({"content": []}, headers={"Date": date})
    async with bench_of(clock, "vpbx", odd, "token-of-a-test") as bench:
        before = clock.now()
        await bench.start()
        assert before.isoformat() <= bench.cursor["floor"] < clock.now().isoformat()


# --- recordings ------------------------------------------------------------------------------------


@pytest.fixture
async def elsewhere() -> AsyncIterator[Odd]:
    """Another host, where recordings lie."""
    odd = Odd()
    await odd.start()
    yield odd
    await odd.stop()


async def test_the_token_does_not_follow_a_redirect_to_another_host(exchange: Bench[Vpbx], elsewhere: Odd) -> None:
    seen: list[str | None] = []

    def sound(request: web.Request) -> web.Response:
        seen.append(request.headers.get("X-AUTH-TOKEN"))
        return web.Response(body=SOUND, content_type="audio/mpeg")

    elsewhere.says = sound
    exchange.stand.redirects_to = elsewhere.url
    await exchange.start()
    exchange.stand.add_leg(recording=SOUND)
    assert await exchange.heard(await only(exchange)) == SOUND
    assert seen == [None]


async def test_a_page_that_calls_itself_sound_is_no_recording(exchange: Bench[Vpbx]) -> None:
    await exchange.start()
    exchange.stand.add_leg(recording=SOUND)
    call = await only(exchange)
    exchange.stand.sends_page_instead = True
    assert await exchange.heard(call) is None
    exchange.stand.sends_page_instead = False
    assert await exchange.heard(call) == SOUND


async def test_several_recordings_of_one_conversation_are_found_by_their_names(exchange: Bench[Vpbx]) -> None:
    await exchange.start()
    exchange.stand.add_leg(halves=[SOUND, b"ID3-second"])
    assert await exchange.heard(await only(exchange)) == SOUND


async def test_too_many_requests_stop_the_search_for_a_recording(exchange: Bench[Vpbx]) -> None:
    await exchange.start()
    leg = exchange.stand.add_leg()
    call = await only(exchange)
    exchange.stand.journal.clear()
    exchange.stand.faults.add(Fault("rate_limit", "recording", seconds=30))
    before = exchange.clock.now()
    with pytest.raises(RateLimited):
        await exchange.heard(call)
    assert names(exchange.stand) == ["recording"]
    leg.recording = SOUND
    assert await exchange.heard(call) == SOUND
    assert (exchange.clock.now() - before).total_seconds() >= 30


async def test_a_shorter_leg_stands_in_for_the_longest_only_once_that_one_is_surely_not_there(
    exchange: Bench[Vpbx],
) -> None:
    """The secretary's half minute is ready long before the talk itself: it is not what the call was about."""
    await exchange.start()
    exchange.stand.add_leg(phone=CLIENT, own="202", duration=30, group="9", recording=b"ID3-hello")
    long = exchange.stand.add_leg(phone="202", own="205", duration=300, group="9")
    call = await only(exchange)
    assert await exchange.heard(call) is None
    exchange.clock.advance(HOUR)
    exchange.stand.faults.add(Fault("status", "recording", status=503))
    assert await exchange.heard(call) is None
    assert await exchange.heard(call) == b"ID3-hello"
    long.recording = SOUND
    assert await exchange.heard(call) == SOUND


async def test_a_call_that_is_gone_is_left_out_of_a_refresh(exchange: Bench[Vpbx]) -> None:
    await exchange.start()
    exchange.stand.add_leg()
    call = await only(exchange)
    exchange.stand.legs.clear()
    assert await exchange.connector.refresh([call]) == []


# --- check and access ------------------------------------------------------------------------------


async def test_the_check_says_what_there_is(exchange: Bench[Vpbx]) -> None:
    exchange.stand.add_leg(recording=SOUND)
    exchange.clock.advance(HOUR)
    check = await exchange.connector.check()
    assert codes(check.lines) == {"history": True, "people": True, "recordings": True}
    assert check.ok
    assert (check.account, check.settings) == ("vpbx.mts.ru/101", {"cabinet": "vpbx"})


async def test_the_check_tells_of_recordings_that_nobody_switched_on(exchange: Bench[Vpbx]) -> None:
    exchange.stand.add_leg()
    exchange.clock.advance(HOUR)
    check = await exchange.connector.check()
    assert not codes(check.lines)["recordings"]
    assert check.ok


async def test_a_closed_directory_is_a_line_and_no_failure(exchange: Bench[Vpbx]) -> None:
    exchange.stand.faults.add(Fault("status", "abonents", status=403, body="{}"))
    check = await exchange.connector.check()
    assert check.ok
    assert not codes(check.lines)["people"]


@pytest.mark.parametrize(
    ("status", "page", "failure"),
    [(401, True, Unauthorized), (401, False, Unauthorized), (403, False, Unauthorized), (403, True, Unreachable)],
)
async def test_a_page_with_403_is_a_balancers(clock: FakeClock, status: int, page: bool, failure: Any) -> None:
    odd = Odd()
    kind = "text/html" if page else "application/json"
    odd.says = lambda request: web.Response(status=status, text="{}", content_type=kind)
    async with bench_of(clock, "vpbx", odd, "token-of-a-test") as bench:
        with pytest.raises(failure):
            await bench.connector.check()


async def test_an_account_is_known_by_its_provider_else_by_a_mark_of_its_token(exchange: Bench[Vpbx]) -> None:
    assert (await exchange.connector.check()).account == "vpbx.mts.ru/101"
    exchange.stand.employees = []
    nameless = (await exchange.connector.check()).account
    assert nameless.startswith("vpbx.mts.ru/")
    assert exchange.stand.token not in nameless
