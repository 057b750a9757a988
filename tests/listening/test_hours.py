"""Quiet hours, mornings and digests by the clocks of a zone, also on days that are longer or shorter."""

from datetime import UTC, datetime, time

import pytest

from services.digests.due import span
from services.domain.listening import Hush, Quiet, next_moment, tomorrow
from services.listening.stored import quiet_of, quiet_to_json

MOSCOW, BERLIN = "Europe/Moscow", "Europe/Berlin"
NIGHT = Quiet(time(21), time(9), Hush.HELD)
LUNCH = Quiet(time(13), time(14), Hush.SILENT)


def utc(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("quiet", "now", "ends"),
    [
        (NIGHT, utc(2026, 3, 10, 17, 59), None),
        (NIGHT, utc(2026, 3, 10, 18, 0), utc(2026, 3, 11, 6, 0)),
        (NIGHT, utc(2026, 3, 11, 5, 59), utc(2026, 3, 11, 6, 0)),
        (NIGHT, utc(2026, 3, 11, 6, 0), None),
        (LUNCH, utc(2026, 3, 10, 10, 30), utc(2026, 3, 10, 11, 0)),
        (LUNCH, utc(2026, 3, 10, 11, 0), None),
    ],
)
def test_quiet_hours_end_by_the_clocks_of_the_company(quiet: Quiet, now: datetime, ends: datetime | None) -> None:
    assert quiet.ends_at(now, MOSCOW) == ends


def test_a_night_in_which_the_clocks_are_changed() -> None:
    assert NIGHT.ends_at(utc(2026, 3, 28, 22, 0), BERLIN) == utc(2026, 3, 29, 7, 0)
    assert next_moment(time(19), utc(2026, 3, 28, 18, 0), BERLIN) == utc(2026, 3, 29, 17, 0)


def test_tomorrow_is_a_morning_however_late_it_is() -> None:
    assert tomorrow(utc(2026, 3, 10, 6, 0), MOSCOW) == utc(2026, 3, 11, 5, 0)
    assert tomorrow(utc(2026, 3, 10, 20, 59), MOSCOW) == utc(2026, 3, 11, 5, 0)
    assert tomorrow(utc(2026, 3, 10, 21, 1), MOSCOW) == utc(2026, 3, 12, 5, 0)


def test_a_digest_covers_the_day_since_the_one_before() -> None:
    due = utc(2026, 3, 10, 16, 0)
    assert span(due, time(19), MOSCOW, utc(2026, 3, 10, 16, 1)) == (utc(2026, 3, 9, 16, 0), due)


def test_missed_days_are_told_of_in_one_message_that_does_not_reach_far_back() -> None:
    due = utc(2026, 3, 10, 16, 0)
    assert span(due, time(19), MOSCOW, utc(2026, 3, 11, 17, 0)) == (
        utc(2026, 3, 9, 16, 0),
        utc(2026, 3, 11, 16, 0),
    )
    begin, end = span(due, time(19), MOSCOW, utc(2026, 3, 20, 17, 0))
    assert (begin, end) == (utc(2026, 3, 18, 16, 0), utc(2026, 3, 20, 16, 0))


def test_hours_are_stored_as_they_are_read() -> None:
    assert quiet_of(quiet_to_json(NIGHT)) == NIGHT
    assert quiet_of(quiet_to_json(None)) is None
