"""Request rates of remote accounts, in one process and among several."""

import pytest

from services.db.unit_of_work import Database
from services.ports import Rate, Throttle
from services.throttle import LocalThrottle, SharedThrottle
from tests.fakes.clock import FakeClock

ACCOUNT = "portal.test"


@pytest.fixture(params=["local", "shared"])
def throttle(request: pytest.FixtureRequest, database: Database, clock: FakeClock) -> Throttle:
    return LocalThrottle(clock) if request.param == "local" else SharedThrottle(database, clock)


async def moments(throttle: Throttle, clock: FakeClock, rate: Rate, requests: int) -> list[float]:
    """Seconds from the first call to each permission, asked for one after the other."""
    begun, told = clock.now(), []
    for _ in range(requests):
        await throttle.acquire(ACCOUNT, rate)
        told.append(round((clock.now() - begun).total_seconds(), 3))
    return told


async def test_a_burst_of_one_never_lets_two_through_at_once(throttle: Throttle, clock: FakeClock) -> None:
    assert await moments(throttle, clock, Rate(2.0, 1), 4) == [0.0, 0.5, 1.0, 1.5]


async def test_after_a_rest_the_burst_goes_at_once(throttle: Throttle, clock: FakeClock) -> None:
    rate = Rate(1.0, 3)
    assert await moments(throttle, clock, rate, 5) == [0.0, 0.0, 0.0, 1.0, 2.0]
    clock.advance(60)
    assert await moments(throttle, clock, rate, 4) == [0.0, 0.0, 0.0, 1.0]


async def test_after_a_block_requests_keep_their_distance(throttle: Throttle, clock: FakeClock) -> None:
    await throttle.block(ACCOUNT, 30)
    assert await moments(throttle, clock, Rate(1.0, 1), 3) == [30.0, 31.0, 32.0]
