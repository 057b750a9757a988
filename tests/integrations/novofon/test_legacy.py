"""The old cabinet: legs that are one call, times without a zone, three statistics a minute."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox.novofon import LegacyCabinet
from services.domain.call import Direction, Trait
from services.errors import BadAnswer, Gone, RateLimited, Rejected, Unauthorized, Unreachable
from services.integrations.http import Answer
from services.integrations.knocking import Knock
from services.integrations.novofon.connector import Novofon
from services.integrations.novofon.v1 import polling
from services.integrations.novofon.v1.failures import read, reset_in
from services.integrations.novofon.v1.grouping import call_of, key_of, leg_of
from services.integrations.novofon.zones import zone_of
from tests.integrations.novofon.conftest import LEGACY, Bench

DUE = 301.0
"""Seconds after which statistics are asked for again."""


def ids(calls: Any) -> list[str]:
    return [call.external_id for call in calls]


def asked(cabinet: LegacyCabinet) -> int:
    return sum(path == polling.STATISTICS for path, _ in cabinet.requests)


async def test_legs_of_a_transferred_call_are_one_call(
    old_bench: Bench, old: Novofon, old_cabinet: LegacyCabinet
) -> None:
    cursor = await old_bench.start(old)
    first = old_cabinet.add_call(seconds=40, extension="101", recording=b"ID3")
    old_bench.clock.advance(40)
    old_cabinet.add_call(seconds=200, extension="102", recording=b"ID3", pbx_call_id=first.pbx_call_id)
    old_bench.clock.advance(600)
    (call,), _, _ = await old_bench.pull_all(old, cursor)
    assert call.external_id == f"v1:{first.pbx_call_id}"
    assert (call.duration, call.manager_id, call.refs["parts"]) == (240, "102", "2")
    assert call.started_at == first.started


async def test_a_call_is_whole_only_some_minutes_after_its_last_leg(
    old_bench: Bench, old: Novofon, old_cabinet: LegacyCabinet
) -> None:
    cursor = await old_bench.start(old)
    old_bench.clock.advance(DUE)
    leg = old_cabinet.add_call(seconds=60, recording=b"ID3")
    old_bench.clock.advance(200)
    found, cursor, _ = await old_bench.pull_all(old, cursor)
    assert found == []
    old_bench.clock.advance(DUE)
    found, _, _ = await old_bench.pull_all(old, cursor)
    assert ids(found) == [f"v1:{leg.pbx_call_id}"]


async def test_a_leg_in_the_queue_does_not_pass_for_a_missed_call(
    old_bench: Bench, old: Novofon, old_cabinet: LegacyCabinet
) -> None:
    """The conversation behind it is reported minutes later."""
    cursor = await old_bench.start(old)
    first = old_cabinet.add_call(answered=False)
    old_cabinet.add_call(
        seconds=100, recording=b"ID3", pbx_call_id=first.pbx_call_id, reported_in=500, started=first.started
    )
    old_bench.clock.advance(310)
    found, cursor, _ = await old_bench.pull_all(old, cursor)
    assert found == []
    old_bench.clock.advance(310)
    (call,), _, _ = await old_bench.pull_all(old, cursor)
    assert call.answered


async def test_a_late_row_is_found_by_the_overlap(
    old_bench: Bench, old: Novofon, old_cabinet: LegacyCabinet
) -> None:
    cursor = await old_bench.start(old)
    leg = old_cabinet.add_call(recording=b"ID3", reported_in=2 * 3600)
    came: list[Any] = []
    for _ in range(26):
        old_bench.clock.advance(DUE)
        found, cursor, _ = await old_bench.pull_all(old, cursor)
        came += found
    assert ids(came) == [f"v1:{leg.pbx_call_id}"]


async def test_a_conversation_behind_a_menu_is_waited_for(
    old_bench: Bench, old: Novofon, old_cabinet: LegacyCabinet
) -> None:
    """Legs are reported as they end: the menu's first, the talk of forty minutes when it is over."""
    cursor = await old_bench.start(old)
    menu = old_cabinet.add_call(seconds=20, extension="0")
    talk = old_cabinet.add_call(seconds=2400, reported_in=2420, recording=b"ID3", pbx_call_id=menu.pbx_call_id)
    found: list[Any] = []
    for _ in range(10):
        old_bench.clock.advance(DUE)
        some, cursor, _ = await old_bench.pull_all(old, cursor)
        found += some
    assert [(call.duration, call.manager_id) for call in found] == [(2400, talk.destination)]


async def test_a_zone_that_is_chosen_no_more_does_not_stay(old_bench: Bench, old_cabinet: LegacyCabinet) -> None:
    cursor = await old_bench.start(old_bench.open(LEGACY, zone="UTC+7"))
    old_bench.clock.advance(DUE)
    _, after, _ = await old_bench.pull_all(old_bench.open(LEGACY), cursor)
    assert after["zone"] == "UTC+03:00"


async def test_statistics_are_asked_for_every_five_minutes(
    old_bench: Bench, old: Novofon, old_cabinet: LegacyCabinet
) -> None:
    cursor = await old_bench.start(old)
    for _ in range(60):
        old_bench.clock.advance(60)
        _, cursor, _ = await old_bench.pull_all(old, cursor)
    assert asked(old_cabinet) == 12


async def test_a_notification_brings_the_poll_forward_to_when_the_call_is_whole(
    old_bench: Bench, old: Novofon, old_cabinet: LegacyCabinet
) -> None:
    cursor = await old_bench.start(old)
    old_bench.clock.advance(DUE)
    _, cursor, _ = await old_bench.pull_all(old, cursor)
    leg = old_cabinet.add_call(seconds=0, recording=b"ID3")
    form, signature = old_cabinet.notification(
        event="NOTIFY_RECORD", pbx_call_id=leg.pbx_call_id, call_id_with_rec=leg.call_id
    )
    body = "&".join(f"{name}={value}" for name, value in form.items()).encode()
    assert (await old.answer(Knock("POST", {}, {"signature": signature}, body))).wakes
    before = asked(old_cabinet)
    waited = 0
    found: list[Any] = []
    while not found:
        old_bench.clock.advance(60)
        waited += 60
        found, cursor, _ = await old_bench.pull_all(old, cursor)
    assert ids(found) == [f"v1:{leg.pbx_call_id}"]
    assert waited == 180
    assert asked(old_cabinet) == before + 1


async def test_another_offset_means_looking_back_two_days(
    old_bench: Bench, old: Novofon, old_cabinet: LegacyCabinet
) -> None:
    cursor = await old_bench.start(old)
    old_bench.clock.advance(40 * 3600)
    _, cursor, _ = await old_bench.pull_all(old, cursor)
    hidden = old_cabinet.add_call(started=old_cabinet.clock.datetime() - timedelta(hours=10), recording=b"ID3")
    old_cabinet.offset = timedelta(hours=7)
    old_bench.clock.advance(25 * 3600)
    (call,), cursor, _ = await old_bench.pull_all(old, cursor)
    assert (call.external_id, call.started_at) == (f"v1:{hidden.pbx_call_id}", hidden.started)
    assert cursor["zone"] == "UTC+07:00"


async def test_no_window_is_longer_than_they_answer_in_full(
    old_bench: Bench, old: Novofon, old_cabinet: LegacyCabinet
) -> None:
    """A period over a month is cut without a word."""
    cursor = await old_bench.start(old)
    legs = []
    for _ in range(6):
        legs.append(old_cabinet.add_call(recording=b"ID3"))
        old_bench.clock.advance(15 * 24 * 3600)
    found, _, _ = await old_bench.pull_all(old, cursor)
    assert sorted(ids(found)) == sorted(f"v1:{leg.pbx_call_id}" for leg in legs)


async def test_many_calls_are_read_in_windows_of_a_page(
    old_bench: Bench, old: Novofon, old_cabinet: LegacyCabinet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "PAGE", 20)
    old_cabinet.enforce_limits = True
    cursor = await old_bench.start(old)
    legs = []
    for _ in range(100):
        legs.append(old_cabinet.add_call(recording=b"ID3"))
        old_bench.clock.advance(15 * 60)
    found, after, _ = await old_bench.pull_all(old, cursor)
    assert set(ids(found)) >= {f"v1:{leg.pbx_call_id}" for leg in legs[:-1]}
    assert "goal" not in after


async def test_pages_without_an_end_are_an_error_and_no_endless_loop(
    old_bench: Bench, old: Novofon, old_cabinet: LegacyCabinet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "PAGE", 5)
    cursor = await old_bench.start(old)
    for _ in range(5):
        old_cabinet.add_call(recording=b"ID3")
    monkeypatch.setattr(old_cabinet, "_statistics", lambda params: {"stats": _rows(old_cabinet)})
    old_bench.clock.advance(DUE)
    with pytest.raises(BadAnswer):
        await old_bench.pull_all(old, cursor)


def _rows(cabinet: LegacyCabinet) -> list[Any]:
    return [cabinet._row(leg) for leg in cabinet.legs]


async def test_what_is_sent_is_what_was_signed(old_bench: Bench, old: Novofon, old_cabinet: LegacyCabinet) -> None:
    """The client library would turn `%3A` into a colon on the way."""
    check = await old.check()
    assert check.ok
    assert any("%3A" in query for query in old_cabinet.queries)
    assert [line.code for line in check.lines] == ["key", "zone", "calls"]
    assert check.settings == {"generation": "v1", "account_zone": "UTC+03:00"}
    assert LEGACY["key"] not in check.account


async def test_a_wrong_secret_is_a_lost_access(old_bench: Bench) -> None:
    with pytest.raises(Unauthorized):
        await old_bench.open({**LEGACY, "secret": "another-secret"}).check()


def _leg(**told: Any) -> Any:
    row = {
        "call_id": "1700470000.123456",
        "pbx_call_id": "in_1",
        "sip": "74951234567",
        "callstart": "2026-11-20 10:15:00",
        "clid": "79001112233",
        "destination": "101",
        "disposition": "answered",
        "seconds": 95,
        "is_recorded": "true",
    }
    return leg_of(row | told)


@pytest.mark.parametrize(
    ("told", "recorded"),
    [
        (True, True),
        (1, True),
        ("1", True),
        ("true", True),
        ("TRUE", True),
        (False, False),
        (0, False),
        ("0", False),
        ("false", False),
        (None, False),
        ("yes?", False),
        ([], False),
    ],
)
def test_whether_it_is_recorded_is_told_in_many_ways(told: Any, recorded: bool) -> None:
    assert _leg(is_recorded=told).recorded is recorded


def test_numbers_of_calls_keep_their_digits() -> None:
    answer = Answer(200, b'{"status": "success", "stats": [{"call_id": 1700470000.1234567890}]}', {})
    assert read(answer, "/", 0.0)["stats"][0]["call_id"] == "1700470000.1234567890"


@pytest.mark.parametrize(
    ("row", "direction", "phone", "line", "extension"),
    [
        ({}, Direction.INCOMING, "+79001112233", "", "101"),
        ({"destination": "74951234567"}, Direction.INCOMING, "+79001112233", "+74951234567", ""),
        (
            {"pbx_call_id": "out_1", "sip": "102", "clid": "74951234567", "destination": "79001112233"},
            Direction.OUTGOING,
            "+79001112233",
            "+74951234567",
            "102",
        ),
        ({"clid": '"Anna" <79001112233>'}, Direction.INCOMING, "+79001112233", "", "101"),
        ({"clid": "anonymous"}, Direction.INCOMING, "", "", "101"),
        ({"pbx_call_id": None}, Direction.UNKNOWN, "+79001112233", "", "101"),
    ],
)
def test_who_called_whom_over_which_line(
    row: dict[str, Any], direction: Direction, phone: str, line: str, extension: str
) -> None:
    zone = zone_of("UTC+3")
    assert zone is not None
    leg = _leg(**row)
    call = call_of(key_of(leg), [leg], zone)
    assert (call.direction, call.phone) == (direction, phone)
    assert call.traits == {
        name: value for name, value in ((Trait.LINE, line), (Trait.EXTENSION, extension)) if value
    }


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, b'{"status": "error", "message": "Not authorized"}', Unauthorized),
        (200, b'{"status": "error", "message": "Not authorized"}', Unauthorized),
        (400, b'{"status": "error", "message": {"error": "Wrong parameters"}}', Rejected),
        (400, b'{"status": "error", "message": 7}', Rejected),
        (404, b'{"status": "error", "message": "No such call"}', Gone),
        (403, b'{"status": "error"}', Unauthorized),
        (403, b"<html>", BadAnswer),
        (401, b"<html>", Unauthorized),
        (404, b"<html>", BadAnswer),
        (502, b"<html>", Unreachable),
        (429, b"<html>", RateLimited),
        (200, b"[" * 100_000, BadAnswer),
        (200, b'{"status": "success"', BadAnswer),
        (500, b'{"status": "success"}', Unreachable),
    ],
)
def test_what_an_answer_means(status: int, body: bytes, kind: type[Exception]) -> None:
    with pytest.raises(kind) as failure:
        read(Answer(status, body, {}), "/v1/x/", 0.0)
    assert type(failure.value) is kind


def test_numbers_in_a_message_are_kept_out_of_the_log() -> None:
    with pytest.raises(Rejected) as failure:
        read(Answer(400, b'{"status": "error", "message": "no call of 79001112233"}', {}), "/v1/x/", 0.0)
    assert "7900" not in f"{failure.value} {failure.value.remote_code}"


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("30", 30.0), ("1700000045", 45.0), ("", 60.0), ("soon", 60.0), ("-5", 60.0), ("nan", 60.0), ("1e99", 60.0)],
)
def test_when_a_limit_is_reset_is_told_as_seconds_or_as_a_moment(told: str, seconds: float) -> None:
    assert reset_in(Answer(429, b"", {"X-RateLimit-Reset": told}), 1_700_000_000.0) == seconds
