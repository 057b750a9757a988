"""A lost access is told from a broken line, and comes back."""

from collections.abc import Callable

import pytest

from sandbox.faults import Fault
from services.errors import BadAnswer, Unauthorized, Unreachable
from tests.integrations.conformance.desk import Desk, ids
from tests.integrations.conformance.rig import Rig

RESTED = 30 * 60.0
"""Seconds after which nothing keeps us from asking again."""


async def test_an_expired_access_is_told_as_such(desk: Desk, rig: Rig) -> None:
    connector = await desk.connect()
    await desk.gather()
    rig.expire_access()
    assert isinstance(await desk.failure_of(desk.look), Unauthorized)
    assert isinstance(await desk.failure_of(connector.check), Unauthorized)


async def test_a_renewed_access_goes_on_where_it_stopped(desk: Desk, rig: Rig) -> None:
    await desk.connect()
    keys = [rig.add_call()]
    await desk.gather()
    rig.expire_access()
    keys.append(rig.add_call())
    assert isinstance(await desk.failure_of(desk.look), Unauthorized)
    rig.clock.advance(5 * 3600)
    keys.append(rig.add_call())
    rig.restore_access()
    desk.connector = desk.open()
    await desk.gather()
    assert sorted(desk.calls) == sorted(keys)


LINES: dict[str, Callable[[], Fault]] = {
    "reset": lambda: Fault("reset", times=None),
    "502 with a page": lambda: Fault("html", status=502, times=None),
    "503 with a page": lambda: Fault("html", status=503, times=None),
    "200 with a page": lambda: Fault("html", status=200, times=None),
    "cut short": lambda: Fault("truncated", times=None),
    "cut short afterwards": lambda: Fault("truncated", when="after", times=None),
    "nothing in it": lambda: Fault("status", status=200, body="", times=None),
    "no object": lambda: Fault("status", status=200, body="[[[]]]", times=None),
    "null": lambda: Fault("status", status=200, body="null", times=None),
    "500": lambda: Fault("status", status=500, body='{"odd": true}', times=None),
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES.keys())
async def test_a_broken_line_is_no_lost_access_and_loses_nothing(
    desk: Desk, rig: Rig, line: Callable[[], Fault]
) -> None:
    await desk.connect()
    keys = [rig.add_call()]
    await desk.gather()
    keys.append(rig.add_call())
    rig.faults.add(line())
    failure = await desk.failure_of(desk.look)
    assert isinstance(failure, Unreachable | BadAnswer)
    rig.faults.clear()
    rig.clock.advance(RESTED)
    keys.append(rig.add_call())
    await desk.gather()
    assert sorted(desk.calls) == sorted(keys)


async def test_a_server_that_never_answers_is_given_up(desk: Desk, rig: Rig) -> None:
    await desk.connect()
    key = rig.add_call()
    usual, desk.connector = desk.connector, desk.open(read_timeout=0.1)
    rig.faults.add(Fault("hang", times=None, seconds=0.5))
    assert isinstance(await desk.failure_of(desk.look), Unreachable)
    rig.faults.clear()
    rig.clock.advance(RESTED)
    desk.connector = usual
    assert ids(await desk.gather()) == [key]


async def test_one_broken_answer_among_good_ones_loses_nothing(desk: Desk, rig: Rig) -> None:
    """Whichever request of a look fails: the cursor of a look that failed is never stored."""
    await desk.connect()
    keys: list[str] = []
    for number in range(6):
        keys += [rig.add_call() for _ in range(2)]
        rig.clock.advance(60)
        left = number

        def reset(_path: str) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                rig.faults.add(Fault("truncated", times=1))

        rig.meanwhile = reset
        await desk.failure_of(desk.look)
        rig.meanwhile = None
        rig.faults.clear()
        rig.clock.advance(RESTED)
    await desk.gather()
    assert sorted(desk.calls) == sorted(keys)
