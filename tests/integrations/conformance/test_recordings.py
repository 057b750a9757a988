"""Recordings: the very bytes, late ones too, and never a page of somebody's error instead of sound."""

from collections.abc import Callable

import pytest

from sandbox.faults import Fault
from services.domain.call import FoundCall
from services.errors import RemoteError
from tests.integrations.conformance.desk import Desk
from tests.integrations.conformance.rig import Rig

SOUND = b"ID3\x04\x00\x00" + bytes(range(256)) * 64
LATE = 20 * 60.0


async def heard(desk: Desk, call: FoundCall) -> bytes | None:
    async with desk.connector.recording(call) as path:
        return None if path is None else path.read_bytes()


async def as_it_is_now(desk: Desk, call: FoundCall) -> FoundCall:
    """What the pipeline asks before each further try."""
    fresh = {one.external_id: one for one in await desk.connector.refresh([call])}
    return fresh.get(call.external_id, call)


async def test_a_recording_comes_whole(desk: Desk, rig: Rig) -> None:
    await desk.connect()
    rig.add_call(recording=SOUND)
    (call,) = await desk.gather()
    assert await heard(desk, call) == SOUND


async def test_a_recording_that_comes_late_is_found(desk: Desk, rig: Rig) -> None:
    await desk.connect()
    key = rig.add_call()
    (call,) = await desk.gather()
    assert await heard(desk, call) is None
    rig.clock.advance(LATE)
    rig.finish_recording(key, SOUND)
    rig.clock.advance(LATE)
    assert await heard(desk, await as_it_is_now(desk, call)) == SOUND
    assert await desk.gather() == [], "the same call came as another one"


async def test_the_file_is_gone_afterwards(desk: Desk, rig: Rig) -> None:
    await desk.connect()
    rig.add_call(recording=SOUND)
    (call,) = await desk.gather()
    async with desk.connector.recording(call) as path:
        assert path is not None
        assert path.exists()
    assert not path.exists()


BROKEN: dict[str, Callable[[], Fault]] = {
    "a page": lambda: Fault("html", status=200, times=None),
    "502": lambda: Fault("html", status=502, times=None),
    "reset": lambda: Fault("reset", times=None),
    "cut short": lambda: Fault("truncated", times=None),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
async def test_a_broken_line_is_no_recording(desk: Desk, rig: Rig, broken: Callable[[], Fault]) -> None:
    await desk.connect()
    rig.add_call(recording=SOUND)
    (call,) = await desk.gather()
    rig.faults.add(broken())
    got: list[bytes | None] = []

    async def listen() -> None:
        got.append(await heard(desk, await as_it_is_now(desk, call)))

    failure = await desk.failure_of(listen)
    assert failure is None or isinstance(failure, RemoteError)
    assert got in ([], [None])
    rig.faults.clear()
    rig.clock.advance(30 * 60)
    assert await heard(desk, await as_it_is_now(desk, call)) == SOUND
