"""Local times without a zone: no moment may fall out of a window, wherever clocks are set back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.integrations.novofon.zones import last_night, offset_name, readings, window, zone_of

NEW_YORK = "America/New_York"
"""Clocks were set back there on November 1, 2026, at 06:00 UTC: 01:00 to 02:00 came twice."""


def test_an_hour_that_comes_twice_has_two_readings() -> None:
    zone = zone_of(NEW_YORK)
    assert zone is not None
    first, second = readings(datetime(2026, 11, 1, 1, 30), zone)  # noqa: DTZ001 - as it comes
    assert first == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert second == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


@given(
    since=st.datetimes(datetime(2026, 10, 30), datetime(2026, 11, 3)),  # noqa: DTZ001 - made aware below
    minutes=st.integers(1, 3000),
    at=st.floats(0, 1),
    name=st.sampled_from([NEW_YORK, "Europe/Moscow", "Australia/Lord_Howe", "UTC+5", "Europe/Berlin"]),
)
def test_every_moment_of_a_window_is_in_it_by_local_time(
    since: datetime, minutes: int, at: float, name: str
) -> None:
    zone = zone_of(name)
    assert zone is not None
    begin = since.replace(tzinfo=UTC, microsecond=0)
    end = begin + timedelta(minutes=minutes)
    moment = begin + (end - begin) * at
    first, last = window(begin, end, zone)
    assert first <= f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}" <= last


def test_a_window_far_from_any_change_is_not_widened() -> None:
    zone = zone_of("Europe/Moscow")
    assert zone is not None
    begin = datetime(2026, 11, 20, 6, tzinfo=UTC)
    assert window(begin, begin + timedelta(hours=1), zone) == ("2026-11-20 09:00:00", "2026-11-20 10:00:00")


@pytest.mark.parametrize(
    "name", ["", "Europe", "../../etc/passwd", "/etc/passwd", "Mars/Olympus", "UTC+99", "\0", "Europe/Moscow/"]
)
def test_what_is_no_zone_is_not_taken_for_one(name: str) -> None:
    assert zone_of(name) is None


@pytest.mark.parametrize(
    ("name", "hours"), [("UTC+3", 3.0), ("+05:30", 5.5), ("GMT-3", -3.0), ("UTC", 0.0), ("utc+10", 10.0)]
)
def test_offsets_are_zones(name: str, hours: float) -> None:
    zone = zone_of(name)
    assert zone is not None
    assert zone.utcoffset(None) == timedelta(hours=hours)


@pytest.mark.parametrize("seconds", [10_800, 10_812, 10_790])
def test_an_offset_is_told_to_a_quarter_of_an_hour(seconds: int) -> None:
    assert offset_name(timedelta(seconds=seconds)) == "UTC+03:00"


def test_nights_are_those_of_the_account() -> None:
    zone = zone_of("Asia/Kamchatka")
    assert zone is not None
    now = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)  # 02:00 of the next day there
    assert last_night(now, zone) == datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
