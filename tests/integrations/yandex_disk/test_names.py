"""What file names tell: by the customer's pattern, by usual exporters, by a guess; and nothing else."""

import time as stopwatch
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.call import Direction
from services.errors import CallpromptError, Refused
from services.integrations.yandex_disk import parse_option
from services.integrations.yandex_disk.patterns import compile_pattern
from services.integrations.yandex_disk.presets import PRESETS
from services.integrations.yandex_disk.reading import NameReader, parse_zone

UPLOADED = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
BRIEF = "{date:YYYY-MM-DD}_{time:HH-mm-ss}_{phone}_{direction:in|out}_{manager}.mp3"


def told(name: str, pattern: str = "auto", zone: str = "Europe/Moscow") -> tuple[str, Direction, str, str, str]:
    """(start in UTC, direction, phone, manager, extension)."""
    reader = NameReader(pattern, zone)
    one = reader.read(name)
    started = one.started(UPLOADED, reader.zone)
    return f"{started:%m-%d %H:%M:%S}", one.direction, one.phone, one.manager, one.extension


UNREAD = (f"{UPLOADED:%m-%d %H:%M:%S}", Direction.UNKNOWN, "", "", "")


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        (
            BRIEF,
            "2026-03-10_12-05-30_79001112233_out_Иванов Иван.mp3",
            ("03-10 09:05:30", Direction.OUTGOING, "+79001112233", "Иванов Иван", ""),
        ),
        (
            "{дата:ДД.ММ.ГГ}/{менеджер}/{время:ЧЧ.мм}*{телефон}",
            "архив/10.03.26/Анна_Ким/11.00 тел 8 89001112233.wav",
            ("03-10 08:00:00", Direction.UNKNOWN, "+79001112233", "Анна Ким", ""),
        ),
        (
            "*-{extension}-{unix}.*",
            "rec-из-офиса-101-1773133530.77.wav",
            ("03-10 09:05:30", Direction.UNKNOWN, "", "", "101"),
        ),
        (
            "{direction:от клиента|клиенту} {phone}*",
            "Клиенту +79001112233 (2).ogg",
            ("03-10 09:30:00", Direction.OUTGOING, "+79001112233", "", ""),
        ),
        (
            BRIEF,
            "2026-13-10_12-05-30_79001112233_in_И.mp3",
            ("03-10 09:30:00", Direction.INCOMING, "+79001112233", "И", ""),
        ),
        (BRIEF, "просто запись.mp3", UNREAD),
        ("{time:HHmm}_*", "2359_x.mp3", ("03-09 20:59:00", Direction.UNKNOWN, "", "", "")),
        ("{date}*", "2026-03-09 x.mp3", ("03-09 20:59:59", Direction.UNKNOWN, "", "", "")),
        ("{{x}}_{phone}", "{x}_anonymous.mp3", UNREAD),
    ],
)
def test_a_pattern_reads_what_it_says(
    pattern: str, name: str, expected: tuple[str, Direction, str, str, str]
) -> None:
    assert told(name, pattern) == expected


IN, OUT, UNKNOWN = Direction.INCOMING, Direction.OUTGOING, Direction.UNKNOWN


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "out-79001112233-101-20260310-120530-1773133530.12.wav",
            ("03-10 09:05:30", OUT, "+79001112233", "", "101"),
        ),
        (
            "external-101-79001112233-20260310-120530-1773133530.1.wav",
            ("03-10 09:05:30", IN, "+79001112233", "", "101"),
        ),
        ("2026-03-10__12-05-30__79001112233__101.mp3", ("03-10 09:05:30", UNKNOWN, "+79001112233", "", "101")),
        ("2026-03-10_12-05-30_in_79001112233_Ким.mp3", ("03-10 09:05:30", IN, "+79001112233", "Ким", "")),
        ("out_79001112233_2026-03-10_12-05-30.mp3", ("03-10 09:05:30", OUT, "+79001112233", "", "")),
        (
            "2026-03-10_12-05-30.5_from_79001112233_to_101_1_talk.mp3",
            ("03-10 09:05:30", UNKNOWN, "+79001112233", "", "101"),
        ),
        ("Запись 10.03.2026 12-05 вх от 8 +79001112233.m4a", ("03-10 09:05:00", IN, "+79001112233", "", "")),
        ("20260310120530_79001112233_74951234567_out.mp3", ("03-10 09:05:30", OUT, "+74951234567", "", "")),
        ("20260310120530_79001112233_74951234567.mp3", ("03-10 09:05:30", UNKNOWN, "", "", "")),
        ("2026-03-10 inbox.mp3", ("03-10 09:30:00", UNKNOWN, "", "", "")),
        ("1234567890123456.mp3", UNREAD),
        ("", UNREAD),
    ],
)
def test_usual_names_are_understood_by_themselves(
    name: str, expected: tuple[str, Direction, str, str, str]
) -> None:
    assert told(name) == expected


def test_every_preset_can_be_written_by_hand() -> None:
    for preset in PRESETS:
        for pattern in preset.patterns:
            assert parse_option("pattern", pattern) == pattern


def test_no_call_begins_after_its_recording_was_uploaded() -> None:
    """The zone is set wrongly: the name is hours ahead."""
    assert told("2026-03-10_12-05-30_in_79001112233.mp3", zone="Europe/London")[0] == "03-10 09:30:00"


def test_names_are_read_in_the_zone_of_the_exporter() -> None:
    assert told("2026-03-10_12-05-30_in_79001112233.mp3", zone="Asia/Omsk")[0] == "03-10 06:05:30"


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("{phone", "pattern_braces"),
        ("phone}", "pattern_braces"),
        ("{имя}", "pattern_field"),
        ("{phone}_{телефон}", "pattern_twice"),
        ("{date:YYYY-MM-DD HH}_{time}", "pattern_twice"),
        ("{manager}*_{phone}", "pattern_free"),
        ("**{phone}", "pattern_free"),
        ("*a" * 20 + "{phone}", "pattern_free"),
        ("{date:день}", "pattern_date"),
        ("{date:YYYY-YYYY}", "pattern_date"),
        ("{date:---}", "pattern_date"),
        ("{direction:in}", "pattern_direction"),
        ("{direction:in|}", "pattern_direction"),
        ("*.mp3", "pattern_empty"),
        ("", "pattern_empty"),
        ("x" * 301, "pattern_long"),
    ],
)
def test_a_pattern_that_cannot_be_is_refused(pattern: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        compile_pattern(pattern)
    assert refused.value.why == why


PIECES = [
    "*",
    "?",
    "{phone}",
    "{line}",
    "{extension}",
    "{manager}",
    "{direction}",
    "{date}",
    "{unix}",
    "_",
    "a",
    "1",
]


@given(st.lists(st.sampled_from(PIECES), max_size=14), st.text(alphabet="a1_+-/{", max_size=255))
def test_no_pattern_and_no_name_break_anything(pieces: list[str], name: str) -> None:
    try:
        pattern = compile_pattern("".join(pieces))
    except CallpromptError:
        return
    found = pattern.read(name)
    assert found is None or all(value in name for value in found.values())


@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_is_typed_as_a_pattern_is_refused_or_reads(text: str, name: str) -> None:
    try:
        pattern = compile_pattern(text)
    except Refused:
        return
    pattern.read(name)


@given(st.text(alphabet="0123456789-_.+ inoutвх/", max_size=120))
def test_a_guess_never_breaks_and_never_tells_a_start_after_the_upload(name: str) -> None:
    reader = NameReader()
    one = reader.read(name)
    assert one.started(UPLOADED, reader.zone) <= UPLOADED.replace(minute=35)
    assert one.phone == "" or one.phone.startswith("+")


@given(
    st.integers(1_600_000_000, 1_773_000_000).map(lambda epoch: datetime.fromtimestamp(epoch, UTC)),
    st.integers(9_000_000_000, 9_999_999_999),
    st.sampled_from(["in", "out"]),
    st.text(alphabet="абвгдАБВ abc", min_size=1, max_size=30).filter(
        lambda name: name == " ".join(name.split()) != ""
    ),
)
def test_what_was_written_by_a_pattern_is_read_by_it(
    moment: datetime, phone: int, side: str, manager: str
) -> None:
    name = f"{moment:%Y-%m-%d_%H-%M-%S}_7{phone}_{side}_{manager}.mp3"
    found = compile_pattern(BRIEF).read(name)
    assert found is not None
    assert found["manager"] == manager
    assert found["phone"] == f"7{phone}"
    assert (found["year"], found["month"], found["second"]) == (f"{moment:%Y}", f"{moment:%m}", f"{moment:%S}")
    assert ("incoming" in found) == (side == "in")


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("*a*a*a*a*a*a*{phone}b", "a" * 250),
        ("*{phone}{line}{extension}{unix}x", "1" * 255),
        ("{manager}_*_?*{direction:a,aa,aaa|aaaa,aaaaa}{phone}z", "a_" * 127),
    ],
)
def test_no_pattern_takes_long(pattern: str, name: str) -> None:
    """A regular expression with free places would try for years."""
    compiled = compile_pattern(pattern)
    began = stopwatch.perf_counter()
    assert compiled.read(name) is None
    assert stopwatch.perf_counter() - began < 1.0


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("+6", "Etc/GMT-6"),
        ("МСК+4", "Etc/GMT-7"),
        ("мск", "Etc/GMT-3"),
        ("UTC−3", "Etc/GMT+3"),
        ("Asia/Omsk", "Asia/Omsk"),
    ],
)
def test_zones_as_people_write_them(text: str, zone: str) -> None:
    assert parse_zone(text) == zone


@pytest.mark.parametrize("text", ["Омск", "+25", "../etc/passwd", "", "МСК+99"])
def test_what_is_no_zone_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        parse_zone(text)
