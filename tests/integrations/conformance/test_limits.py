"""The contract's own rate is never exceeded, by several processes neither, and a refusal is respected."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from sandbox.faults import Fault
from services.db.engine import open_engine
from services.db.unit_of_work import Database
from services.errors import RateLimited
from services.integrations.base import Connector
from services.integrations.doors import Doors
from services.throttle import SharedThrottle
from tests.integrations.conformance.desk import Desk, ids
from tests.integrations.conformance.rig import Asked, Limit, Rig

MORE = 12
"""Requests beyond the largest burst."""
LOOKS = 600


def exceeded(asked: list[Asked], limit: Limit) -> int:
    """How many requests more than allowed were in the worst of all windows."""
    moments = [one.at for one in asked if limit.path in one.path]
    worst = first = 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= limit.seconds:
            first += 1
        worst = max(worst, last - first + 1 - limit.requests)
    return worst


def enough(rig: Rig) -> bool:
    """The journal is long enough to have exceeded every limit, were it not kept."""
    return all(sum(limit.path in one.path for one in rig.asked) >= limit.requests + MORE for limit in rig.limits)


async def look_until_enough(desk: Desk, *connectors: Connector) -> None:
    for _ in range(LOOKS):
        if enough(desk.rig):
            return
        for connector in connectors:
            await desk.look(connector)
    raise AssertionError("too few requests to tell")


async def test_the_rate_of_the_contract_is_kept(desk: Desk, rig: Rig) -> None:
    connector = await desk.connect()
    await look_until_enough(desk, connector)
    assert [exceeded(rig.asked, limit) for limit in rig.limits] == [0] * len(rig.limits)


@pytest.fixture
async def second_doors(database: Database, database_address: str, desk: Desk) -> AsyncIterator[Doors]:
    """Both processes have the shared throttle, each with a connection of its own."""
    clock = desk.rig.clock
    desk.doors = replace(desk.doors, throttle=SharedThrottle(database, clock))
    another = Database(open_engine(database_address))
    yield replace(desk.doors, throttle=SharedThrottle(another, clock))
    await another.close()


async def test_two_workers_share_the_rate(desk: Desk, rig: Rig, second_doors: Doors) -> None:
    first = await desk.connect()
    second = desk.open(throttle=second_doors.throttle)
    await look_until_enough(desk, first, second)
    assert [exceeded(rig.asked, limit) for limit in rig.limits] == [0] * len(rig.limits)


async def test_a_refusal_for_too_many_requests_is_respected(desk: Desk, rig: Rig) -> None:
    """Whether the look waits by itself or fails: nothing is asked before the time."""
    await desk.connect()
    key = rig.add_call()
    rig.asked.clear()
    rig.faults.add(Fault("rate_limit", seconds=20))
    for _ in range(20):
        failure = await desk.failure_of(desk.look)
        assert failure is None or isinstance(failure, RateLimited)
        if failure is None:
            break
    refused, after = rig.asked[0], rig.asked[1]
    assert after.at - refused.at >= rig.limit_pause
    await desk.gather()
    assert ids(list(desk.calls.values())) == [key]


async def test_a_refusal_counts_for_the_other_workers(desk: Desk, rig: Rig) -> None:
    """What one process was told, all of them keep to, by the throttle they share."""
    await desk.connect()
    other = desk.open()
    rig.asked.clear()
    rig.faults.add(Fault("rate_limit", seconds=20))
    await desk.failure_of(lambda: desk.connector.pull(desk.cursor))
    refused = rig.asked[0]
    before = len(rig.asked)
    await desk.failure_of(lambda: other.pull(desk.cursor))
    assert all(one.at - refused.at >= rig.limit_pause for one in rig.asked[before:])
