"""MTS Exolve: ids as texts, names that are not documented, errors of two shapes."""

from typing import Any

import pytest
from aiohttp import web

from sandbox.faults import Fault
from sandbox.mts import Exolve
from services.domain.call import Direction, FoundCall
from services.errors import BadAnswer, RateLimited, Unauthorized, Unreachable
from services.integrations.knocking import Knock
from tests.fakes.clock import FakeClock
from tests.integrations.mts.conftest import HOUR, Bench, Odd, bench_of, codes

SOUND = b"ID3\x04" + bytes(range(256)) * 8


async def only(bench: Bench[Exolve]) -> FoundCall:
    (call,) = await bench.later(60)
    return call


async def test_a_row_becomes_a_call(platform: Bench[Exolve]) -> None:
    await platform.start()
    began = platform.clock.now()
    call_there = platform.stand.add_call(duration=165, recording=SOUND)
    call = await only(platform)
    assert call.external_id == f"exolve:{call_there.id}"
    assert (call.started_at, call.duration, call.answered) == (began, 165, True)
    assert (call.phone, call.direction) == ("+79000000011", Direction.INCOMING)
    assert call.traits == {"line": "+74951234567", "extension": "883140000000001"}
    assert await platform.heard(call) == SOUND


async def test_ids_are_kept_as_text_whether_they_come_as_numbers_or_not(clock: FakeClock) -> None:
    row = {"date_start": "2026-03-10T09:00:06Z", "duration": "60", "number_a": "79000000011"}
    rows = [{**row, "call_id": 18446744073709551615}, {**row, "call_id": "701234567890"}]
    odd = Odd()
    odd.says = lambda request: web.json_response({"calls": rows})
    async with bench_of(clock, "exolve", odd, "key-of-a-test") as bench:
        await bench.start()
        found = await bench.later(60)
    assert [call.external_id for call in found] == ["exolve:18446744073709551615", "exolve:701234567890"]


async def test_all_pages_are_read_whatever_the_largest_is(platform: Bench[Exolve]) -> None:
    """No total is told, and a page may be shorter than was asked for."""
    platform.stand.largest_page = 20
    await platform.start()
    for _ in range(1130):
        platform.stand.add_call()
    platform.clock.advance(60)
    found, largest, more = set(), 0, True
    while more:
        page = await platform.connector.pull(platform.cursor)
        found |= {call.external_id for call in page.calls}
        largest = max(largest, len(page.calls))
        platform.cursor, more = page.cursor, page.more
    assert len(found) == 1130
    assert largest <= 550


async def test_a_server_that_knows_no_offset_does_not_keep_us_for_ever(clock: FakeClock) -> None:
    row = {"call_id": "1", "date_start": "2026-03-10T09:00:06Z", "duration": 60}
    odd = Odd()
    odd.says = lambda request: web.json_response({"list": [row]})
    async with bench_of(clock, "exolve", odd, "key-of-a-test") as bench:
        await bench.start()
        odd.asked.clear()
        assert len(await bench.later(60)) == 1
    assert len(odd.asked) == 2


@pytest.mark.parametrize("name", ["calls", "call_history", "list"])
@pytest.mark.parametrize("versions", [{"v1"}, {"v2"}])
async def test_both_versions_and_all_names_of_the_list(
    platform: Bench[Exolve], name: str, versions: set[str]
) -> None:
    platform.stand.list_name, platform.stand.versions = name, versions
    await platform.start()
    platform.stand.add_call()
    assert (await only(platform)).answered


async def test_a_call_that_nobody_took_and_one_that_goes_on(platform: Bench[Exolve]) -> None:
    await platform.start()
    missed = platform.stand.add_call(answered=False)
    talking = platform.stand.add_call(status="In progress", duration=0)
    assert [(one.external_id, one.answered) for one in await platform.later(60)] == [
        (f"exolve:missed:{missed.id}", False)
    ]
    talking.status, talking.duration = "completed", 400
    found = {one.external_id: one for one in await platform.later(6 * 60)}
    assert found[f"exolve:{talking.id}"].duration == 400


@pytest.mark.parametrize(
    ("caller", "called", "word", "direction", "phone"),
    [
        ("79000000011", "74951234567", "inbound", Direction.INCOMING, "+79000000011"),
        ("74951234567", "79000000011", "OUT", Direction.OUTGOING, "+79000000011"),
        ("883140000000001", "79000000011", "7", Direction.OUTGOING, "+79000000011"),
        ("79000000011", "74951234567", "", Direction.UNKNOWN, ""),
        ("79000000011", "74951234567", "CALL_DIRECTION_INBOUND", Direction.INCOMING, "+79000000011"),
        ("74951234567", "79000000011", "Исходящий", Direction.OUTGOING, "+79000000011"),
        ("79000000011", "74951234567", "internal", Direction.UNKNOWN, ""),
    ],
)
async def test_directions(
    platform: Bench[Exolve], caller: str, called: str, word: str, direction: Direction, phone: str
) -> None:
    await platform.start()
    platform.stand.add_call(caller=caller, called=called, direction=word)
    call = await only(platform)
    assert (call.direction, call.phone) == (direction, phone)


async def test_who_missed_a_call_does_not_hide_who_took_it(platform: Bench[Exolve]) -> None:
    """All rows of a call have one id, and that of the one who did not answer comes first."""
    await platform.start()
    missed = platform.stand.add_call(answered=False)
    first = await platform.later(60)
    taken = platform.stand.add_call(duration=300, id=missed.id, began=missed.began, recording=SOUND)
    found = [*first, *await platform.later(6 * 60)]
    assert [(call.external_id, call.answered) for call in found] == [
        (f"exolve:missed:{missed.id}", False),
        (f"exolve:{taken.id}", True),
    ]
    assert (await platform.connector.refresh([found[1]]))[0].duration == 300


async def test_of_several_rows_of_a_call_the_longest_talk_counts(platform: Bench[Exolve]) -> None:
    await platform.start()
    first = platform.stand.add_call(duration=20)
    platform.stand.add_call(duration=300, id=first.id, began=first.began + 20)
    platform.stand.add_call(answered=False, id=first.id, began=first.began)
    assert (await only(platform)).duration == 300


@pytest.mark.parametrize(
    ("status", "answered"),
    [
        ("CALL_STATUS_COMPLETED", True),
        ("CALL_STATUS_NO_ANSWER", False),
        ("STATE_BUSY", False),
        ("not completed", True),
    ],
)
async def test_enumerations_may_come_with_their_names(
    platform: Bench[Exolve], status: str, answered: bool
) -> None:
    """What is not known at all is told by the length: there is none of a call that nobody took."""
    await platform.start()
    platform.stand.add_call(status=status, duration=20)
    assert (await only(platform)).answered is answered


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_a_version_that_is_not_there_for_once_is_asked_again(platform: Bench[Exolve], status: int) -> None:
    await platform.start()
    platform.stand.faults.add(Fault("status", "history", status=status, body="{}"))
    await platform.later(60)
    platform.stand.versions = {"v2"}
    missed = platform.stand.add_call()
    assert [call.external_id for call in await platform.later(60)] == [f"exolve:{missed.id}"]


# --- names of the rows -----------------------------------------------------------------------------

OTHER_NAMES = {"date_start": "began", "number_a": "who", "duration": "length"}
OPTION = "start=began, from=who, duration=length"


async def test_unknown_names_are_told_by_an_option(platform: Bench[Exolve]) -> None:
    """The rows that could not be read so far are read once the names are known."""
    platform.stand.names = OTHER_NAMES
    await platform.start()
    platform.stand.add_call(duration=90)
    assert await platform.later(60) == []
    platform.connector = platform.open({"row_names": OPTION})
    call = await only(platform)
    assert (call.phone, call.duration) == ("+79000000011", 90)


async def test_the_check_and_the_trial_count_the_rows_they_understand(platform: Bench[Exolve]) -> None:
    platform.stand.names = OTHER_NAMES
    platform.stand.add_call()
    platform.clock.advance(HOUR)
    check = await platform.connector.check()
    assert (check.ok, codes(check.lines)) == (True, {"history": True, "rows": False})
    (line,) = await platform.connector.try_option("row_names", OPTION)
    assert (line.code, line.ok, line.values) == ("rows", True, {"count": "1", "of": "1"})
    (line,) = await platform.connector.try_option("row_names", "start=nowhere")
    assert not line.ok


async def test_milliseconds_are_an_option(platform: Bench[Exolve]) -> None:
    """An older method of theirs counted in them."""
    platform.connector = platform.open({"duration_unit": "milliseconds"})
    await platform.start()
    platform.stand.add_call(duration=165_000)
    assert (await only(platform)).duration == 165


@pytest.mark.parametrize("told", [1773133206, 1773133206000, "1773133206000", "2026-03-10T12:00:06+03:00"])
async def test_moments_in_any_form(clock: FakeClock, told: Any) -> None:
    odd = Odd()
    odd.says = lambda request: web.json_response({"calls": [{"uid": "1", "created_at": told, "duration": 5}]})
    async with bench_of(clock, "exolve", odd, "key-of-a-test") as bench:
        await bench.start()
        (call,) = await bench.later(60)
    assert call.started_at.isoformat() == "2026-03-10T09:00:06+00:00"


# --- failures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("flat", [True, False], ids=["error is a text", "error is an object"])
async def test_a_wrong_key_is_a_lost_access(platform: Bench[Exolve], flat: bool) -> None:
    platform.stand.flat_errors = flat
    platform.stand.key = "another-key"
    with pytest.raises(Unauthorized):
        await platform.connector.check()


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        ({"error": {"message": "secret words", "code": 16}}, Unauthorized),
        ({"error": "secret words", "code": 7}, Unauthorized),
        ({"error": {"message": "secret words", "code": 8}}, RateLimited),
        ({"error": {"message": "secret words", "code": 14}}, Unreachable),
        ({"error": "secret words"}, BadAnswer),
        ({"error": {"message": "secret words", "code": {}}}, BadAnswer),
        ({"rows": [{"call_id": 1}]}, BadAnswer),
        ({"calls": [1, 2]}, BadAnswer),
        ([], BadAnswer),
        (None, BadAnswer),
    ],
)
async def test_errors_that_come_with_200(clock: FakeClock, body: Any, failure: Any) -> None:
    odd = Odd()
    odd.says = lambda request: web.json_response(body)
    async with bench_of(clock, "exolve", odd, "key-of-a-test") as bench:
        with pytest.raises(failure) as raised:
            await bench.connector.check()
    assert "secret" not in str(raised.value)


async def test_odd_rows_do_not_stop_the_others(clock: FakeClock) -> None:
    good = {"call_id": "1", "date_start": "2026-03-10T09:00:06Z", "duration": 60}
    rows: list[Any] = [
        None,
        5,
        {},
        {"call_id": []},
        {**good, "date_start": {}},
        {**good, "call_id": "2", "duration": "x"},
        good,
    ]
    odd = Odd()
    odd.says = lambda request: web.json_response({"calls": rows})
    async with bench_of(clock, "exolve", odd, "key-of-a-test") as bench:
        await bench.start()
        found = {call.external_id: call.answered for call in await bench.later(60)}
    assert found == {"exolve:1": True, "exolve:missed:2": False}


async def test_our_own_rate_is_kept_and_a_refusal_respected(platform: Bench[Exolve]) -> None:
    await platform.start()
    for _ in range(20):
        await platform.look()
    moments = [one.at for one in platform.stand.journal]
    assert len(moments) > 15
    assert all(later - earlier >= 1.999 for earlier, later in zip(moments, moments[9:], strict=False))
    platform.stand.faults.add(Fault("rate_limit", seconds=20))
    platform.stand.journal.clear()
    await platform.look()
    refused, after = platform.stand.journal[:2]
    assert after.at - refused.at >= 20


# --- recordings ------------------------------------------------------------------------------------


async def test_a_recording_that_is_not_ready_is_404(platform: Bench[Exolve]) -> None:
    await platform.start()
    call_there = platform.stand.add_call()
    call = await only(platform)
    assert await platform.heard(call) is None
    call_there.recording = SOUND
    (fresh,) = await platform.connector.refresh([call])
    assert await platform.heard(fresh) == SOUND


async def test_a_link_of_the_record_is_followed_without_the_key(platform: Bench[Exolve]) -> None:
    """The direct address gives nothing; the record names another host."""
    seen: list[str | None] = []

    def sound(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization"))
        return web.Response(body=SOUND, content_type="audio/mpeg")

    elsewhere = Odd()
    elsewhere.says = sound
    await elsewhere.start()
    try:
        await platform.start()
        platform.stand.add_call(link=f"{elsewhere.url}/record.mp3")
        assert await platform.heard(await only(platform)) == SOUND
    finally:
        await elsewhere.stop()
    assert seen == [None]


@pytest.mark.parametrize("chunks", [("Добрый день",), ("Добрый день", "До свидания")])
async def test_ready_texts_with_one_chunk_or_several(platform: Bench[Exolve], chunks: tuple[str, ...]) -> None:
    await platform.start()
    platform.stand.add_call(chunks=chunks)
    call = await only(platform)
    assert await platform.connector.transcript(call) is None
    told = await platform.open({"ready_text": "yes"}).transcript(call)
    assert told is not None
    assert told.text == "\n".join(chunks)
    platform.stand.faults.add(Fault("status", "text", status=404, body="{}"))
    assert await platform.open({"ready_text": "yes"}).transcript(call) is None


async def test_any_event_is_a_hint(platform: Bench[Exolve]) -> None:
    assert (await platform.connector.answer(Knock("POST", {}, {}, b"\xff"))).wakes
