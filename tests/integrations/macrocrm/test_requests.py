"""How an installation is asked: its limit, its headers, and what is repeated."""

import pytest

from sandbox.faults import Fault
from services.errors import BadAnswer, RateLimited, Unauthorized, Unreachable
from services.integrations.http import Answer
from services.integrations.macrocrm.failures import pause_of, read
from tests.integrations.macrocrm.conftest import Bench

STATUSES = "estateBuy/statuses"


async def test_the_minutes_limit_is_never_met(bench: Bench) -> None:
    bench.installation.settings.limits = True
    connector = bench.open()
    for _ in range(250):
        await connector.funnels()
    assert {one.status for one in bench.installation.journal} == {200}


async def test_when_others_have_used_up_the_minute_we_keep_still(bench: Bench) -> None:
    """The key may be shared: what is left is told with each answer."""
    bench.installation.settings.limits = True
    bench.installation.settings.per_minute = 3
    connector = bench.open()
    for _ in range(3):
        await connector.funnels()
    before = bench.clock.now()
    await connector.funnels()
    assert (bench.clock.now() - before).total_seconds() >= 5


async def test_reads_are_repeated_three_times_with_growing_pauses(bench: Bench) -> None:
    bench.installation.faults.add(Fault("html", STATUSES, times=3))
    before = bench.clock.now()
    await bench.open().funnels()
    assert len(bench.installation.faults.shown) == 3
    assert (bench.clock.now() - before).total_seconds() >= 20
    bench.installation.faults.add(Fault("html", STATUSES, times=None))
    with pytest.raises(Unreachable):
        await bench.open().funnels()


async def test_without_a_word_how_long_a_minute_is_waited(bench: Bench) -> None:
    bench.installation.settings.retry_after = False
    bench.installation.faults.add(Fault("rate_limit", STATUSES))
    before = bench.clock.now()
    await bench.open().funnels()
    assert (bench.clock.now() - before).total_seconds() >= 60


async def test_the_application_number_is_sent_only_when_there_is_one(bench: Bench) -> None:
    assert await bench.open().funnels()
    bench.installation.settings.app_id = "123"
    with pytest.raises(Unauthorized):
        await bench.open().funnels()
    assert await bench.open(app_id="123").funnels()


def answer(status: int, body: str, **headers: str) -> Answer:
    return Answer(status, body.encode(), {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [("20", 20.0), ("", 60.0), ("soon", 60.0), ("-5", 1.0), ("1e9", 600.0), ("nan", 60.0), ("inf", 600.0)],
)
def test_a_pause_is_bounded_whatever_is_asked_for(retry_after: str, seconds: float) -> None:
    assert pause_of(answer(429, "", Retry_After=retry_after)) == seconds


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (200, "", BadAnswer),
        (200, "<html>", BadAnswer),
        (200, "7", BadAnswer),
        (200, "[" * 100_000, BadAnswer),
        (301, "", BadAnswer),
        (403, "<html>", BadAnswer),
        (403, '{"message": "Bad key"}', Unauthorized),
        (401, "<html>", Unauthorized),
        (429, "<html>", RateLimited),
        (500, '{"error": "System error: x", "status": 500}', Unreachable),
    ],
)
def test_what_reads_make_of_odd_answers(status: int, body: str, failure: type[Exception]) -> None:
    with pytest.raises(failure):
        read(answer(status, body), STATUSES, "read")


def test_a_failure_repeats_nothing_that_the_answer_said() -> None:
    """It may quote a client's number."""
    with pytest.raises(Exception, match="refused with status 400") as told:
        read(answer(400, '{"message": "bad phone 79000000011"}'), "contacts/find", "read")
    assert "79000000011" not in str(told.value)


async def test_a_long_rest_is_left_to_a_later_look_so_that_nobody_waits_behind_it(bench: Bench) -> None:
    connector = bench.open()
    cursor = await bench.start(connector)
    bench.installation.add_call()
    bench.clock.advance(600)
    bench.installation.faults.add(Fault("rate_limit", "calls/getSaleDepartmentsCalls", seconds=500))
    before = bench.clock.now()
    for _ in range(2):
        with pytest.raises(RateLimited):
            await connector.pull(cursor)
    assert (bench.clock.now() - before).total_seconds() < 60
    bench.clock.advance(500)
    found, _ = await bench.look(connector, cursor)
    assert len(found) == 1
