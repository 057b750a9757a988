"""Recordings: every place is tried, and what cannot be read now may be read later."""

from dataclasses import replace

import pytest

from sandbox.faults import Fault
from services.domain.call import FoundCall
from services.integrations.bitrix24.connector import Bitrix24
from tests.integrations.bitrix24.conftest import Bench

SOUND = b"RIFF-of-the-disk"
DEAD = "http://127.0.0.1:9/call.mp3"


async def heard(connector: Bitrix24, call: FoundCall) -> bytes | None:
    async with connector.recording(call) as path:
        return None if path is None else path.read_bytes()


async def found(bench: Bench, **told: str) -> FoundCall:
    """A call without a recording, with what the statistics are said to tell of one."""
    cursor = await bench.start()
    bench.portal.add_call()
    (call,) = (await bench.connector.pull(cursor)).calls
    return replace(call, refs={**call.refs, **told})


@pytest.mark.parametrize("status", [401, 403, 404, 410, 500])
async def test_a_closed_address_is_no_recording_yet(bench: Bench, status: int) -> None:
    link = f"{bench.portal.webhook_url}download/?token=file-1"
    bench.portal.faults.add(Fault("status", "download", status=status, body="closed"))
    assert await heard(bench.connector, await found(bench, url=link)) is None


async def test_an_address_on_a_dead_host_is_no_recording_yet(bench: Bench) -> None:
    assert await heard(bench.connector, await found(bench, url=DEAD)) is None


@pytest.mark.parametrize(
    "fault",
    [Fault("status", "download", status=403), Fault("truncated", "download"), Fault("html", "download")],
    ids=["closed", "no sound", "balancer"],
)
async def test_a_disk_file_that_cannot_be_read_leaves_the_other_places(bench: Bench, fault: Fault) -> None:
    cursor = await bench.start()
    call = bench.portal.add_call(recording=b"RIFF-replaced")
    (known,) = (await bench.connector.pull(cursor)).calls
    bench.portal.attach_recording(call, SOUND)
    bench.portal.faults.add(replace(fault))
    assert await heard(bench.connector, known) == SOUND


async def test_a_replaced_recording_is_heard_although_its_old_number_is_known(bench: Bench) -> None:
    cursor = await bench.start()
    call = bench.portal.add_call(recording=b"RIFF-replaced")
    (known,) = (await bench.connector.pull(cursor)).calls
    del bench.portal.files[call.file_id or 0]
    bench.portal.attach_recording(call, SOUND)
    assert await heard(bench.connector, known) == SOUND
