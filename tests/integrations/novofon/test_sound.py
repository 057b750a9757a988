"""Recordings of both generations: whole or not at all."""

import io
import math
import struct
import wave
from dataclasses import replace

import av
import numpy as np
import pytest

from sandbox.faults import Fault
from sandbox.novofon import Cabinet, LegacyCabinet, Session
from services.domain.call import FoundCall
from services.errors import Unauthorized, Unreachable
from services.integrations.novofon.connector import Novofon
from services.integrations.novofon.recordings import secure
from tests.integrations.novofon.conftest import Bench

SOUND = b"ID3" + bytes(range(256)) * 8


def wav(seconds: float, *, rate: int = 8000, channels: int = 1, silent: bool = False) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        samples = (0 if silent else int(8000 * math.sin(number / 9)) for number in range(int(seconds * rate)))
        file.writeframes(b"".join(struct.pack("<h", sample) * channels for sample in samples))
    return target.getvalue()


def length(content: bytes) -> tuple[float, int]:
    """Seconds and channels."""
    with av.open(io.BytesIO(content), "r") as container:
        stream = container.streams.audio[0]
        samples = sum(frame.samples for frame in container.decode(audio=0))
        return samples / stream.rate, stream.codec_context.channels


async def heard(connector: Novofon, call: FoundCall) -> bytes | None:
    async with connector.recording(call) as path:
        return None if path is None else path.read_bytes()


async def now_of(connector: Novofon, call: FoundCall) -> FoundCall:
    (fresh,) = await connector.refresh([call])
    return fresh


async def found(bench: Bench, cabinet: Cabinet, connector: Novofon) -> tuple[Session, FoundCall]:
    """A call whose communication has an id of its own."""
    cursor = await bench.start(connector)
    session = cabinet.add_call(own_communication=False)
    (call,), _, _ = await bench.pull_all(connector, cursor)
    return session, call


async def test_the_one_file_of_a_session_is_preferred(bench: Bench, cabinet: Cabinet, connector: Novofon) -> None:
    session, call = await found(bench, cabinet, connector)
    cabinet.attach(session, b"ID3-a-part")
    cabinet.attach_whole(session, SOUND)
    assert await heard(connector, await now_of(connector, call)) == SOUND


async def test_a_link_that_leads_nowhere_leaves_the_parts(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    session, call = await found(bench, cabinet, connector)
    cabinet.attach(session, SOUND)
    cabinet.attach_whole(session, b"ID3", ready_in=3600)
    assert await heard(connector, await now_of(connector, call)) == SOUND


async def test_a_place_that_is_out_of_order_does_not_keep_the_parts_away(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    session, call = await found(bench, cabinet, connector)
    cabinet.attach_whole(session, b"ID3")
    fresh = await now_of(connector, call)
    cabinet.faults.add(Fault("status", "media", status=500))
    with pytest.raises(Unreachable):
        await heard(connector, fresh)
    cabinet.attach(session, SOUND)
    cabinet.faults.add(Fault("status", "media", status=500))
    assert await heard(connector, await now_of(connector, call)) == SOUND


async def test_a_transferred_call_is_not_judged_by_the_part_that_was_told_first(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    second = cabinet.add_employee("Иванов Пётр", "102")
    cursor = await bench.start(connector)
    session = cabinet.add_call(talks=[(cabinet.employees[0], 20), (second, 300)])
    cabinet.attach(session, wav(1.0))
    cabinet.attach(session, wav(2.0), told_in=200)
    (call,), _, _ = await bench.pull_all(connector, cursor)
    assert call.has_recording
    assert await heard(connector, call) is None
    bench.clock.advance(320 + 300)
    joined = await heard(connector, await now_of(connector, call))
    assert joined is not None
    assert length(joined)[0] == pytest.approx(3.0, abs=0.05)


@pytest.mark.parametrize("by_session", [False, True], ids=["communication", "session"])
async def test_parts_are_looked_for_under_both_ids(
    bench: Bench, cabinet: Cabinet, connector: Novofon, by_session: bool
) -> None:
    cabinet.media.by_session = by_session
    session, call = await found(bench, cabinet, connector)
    cabinet.attach(session, SOUND)
    assert await heard(connector, await now_of(connector, call)) == SOUND


async def test_ids_are_told_late_and_files_later_still(bench: Bench, cabinet: Cabinet, connector: Novofon) -> None:
    session, call = await found(bench, cabinet, connector)
    cabinet.attach(session, SOUND, told_in=60, ready_in=120)
    told: list[tuple[bool, bytes | None]] = []
    for _ in range(3):
        fresh = await now_of(connector, call)
        told.append((fresh.has_recording, await heard(connector, fresh)))
        bench.clock.advance(60)
    assert told == [(False, None), (True, None), (True, SOUND)]


async def test_the_parts_of_a_session_are_heard_one_after_another(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    session, call = await found(bench, cabinet, connector)
    cabinet.attach(session, wav(1.5))
    cabinet.attach(session, wav(2.0, rate=44100, channels=2))
    joined = await heard(connector, await now_of(connector, call))
    assert joined is not None
    seconds, channels = length(joined)
    assert (round(seconds, 1), channels) == (3.5, 1)


async def test_two_channels_stay_two_if_every_part_has_them(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    session, call = await found(bench, cabinet, connector)
    for _ in range(2):
        cabinet.attach(session, wav(1.0, channels=2))
    joined = await heard(connector, await now_of(connector, call))
    assert joined is not None
    seconds, channels = length(joined)
    assert (round(seconds, 1), channels) == (2.0, 2)


async def test_a_conversation_is_not_judged_by_a_part_of_it(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    session, call = await found(bench, cabinet, connector)
    cabinet.attach(session, wav(1.0))
    cabinet.attach(session, wav(1.0), ready_in=600)
    fresh = await now_of(connector, call)
    assert await heard(connector, fresh) is None
    bench.clock.advance(601)
    assert await heard(connector, fresh) is not None


async def test_a_part_that_is_no_sound_is_no_recording(bench: Bench, cabinet: Cabinet, connector: Novofon) -> None:
    session, call = await found(bench, cabinet, connector)
    cabinet.attach(session, wav(1.0))
    cabinet.attach(session, b"just bytes")
    assert await heard(connector, await now_of(connector, call)) is None


async def test_recordings_kept_as_wav_only(bench: Bench, cabinet: Cabinet, connector: Novofon) -> None:
    session, call = await found(bench, cabinet, connector)
    cabinet.attach(session, wav(1.0), kind="wav")
    assert await heard(connector, await now_of(connector, call)) == wav(1.0)


async def test_a_media_host_that_sends_on_is_followed(bench: Bench, cabinet: Cabinet, connector: Novofon) -> None:
    cabinet.media.moved = True
    session, call = await found(bench, cabinet, connector)
    cabinet.attach(session, SOUND)
    assert await heard(connector, await now_of(connector, call)) == SOUND


def test_links_over_http_are_asked_over_https() -> None:
    assert secure("http://media.example.com/1/a") == "https://media.example.com/1/a"
    assert secure("https://media.example.com/http://") == "https://media.example.com/http://"


async def test_ids_that_would_lead_elsewhere_are_not_put_into_addresses(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    session, call = await found(bench, cabinet, connector)
    cabinet.attach(session, SOUND).id = "../../../secret"
    assert not (await now_of(connector, call)).has_recording


async def test_calls_that_are_not_there_any_more_are_left_out(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    cursor = await bench.start(connector)
    gone, stays = cabinet.add_call(), cabinet.add_call()
    calls, _, _ = await bench.pull_all(connector, cursor)
    del cabinet.sessions[gone.id]
    far = replace(calls[0], external_id="v2:1", started_at=calls[0].started_at.replace(year=2025))
    assert [one.external_id for one in await connector.refresh([*calls, far])] == [f"v2:{stays.id}"]


# --- the old cabinet -----------------------------------------------------------------------------------


async def old_call(bench: Bench, connector: Novofon, cabinet: LegacyCabinet, *parts: bytes) -> FoundCall:
    cursor = await bench.start(connector)
    first = cabinet.add_call(recording=parts[0], ready_in=40)
    for part in parts[1:]:
        bench.clock.advance(10)
        cabinet.add_call(recording=part, ready_in=40, pbx_call_id=first.pbx_call_id)
    bench.clock.advance(320)
    (call,), _, _ = await bench.pull_all(connector, cursor)
    return call


async def test_all_parts_of_an_old_call_are_heard(
    old_bench: Bench, old: Novofon, old_cabinet: LegacyCabinet
) -> None:
    call = await old_call(old_bench, old, old_cabinet, wav(1.0), wav(2.0))
    joined = await heard(old, call)
    assert joined is not None
    assert length(joined)[0] == pytest.approx(3.0, abs=0.05)


async def test_the_parts_of_an_old_call_follow_its_legs(
    old_bench: Bench, old: Novofon, old_cabinet: LegacyCabinet
) -> None:
    """All links at once come in any order: a conversation told backwards would be misread."""
    call = await old_call(old_bench, old, old_cabinet, wav(1.0, silent=True), wav(1.0))
    joined = await heard(old, call)
    assert joined is not None
    with av.open(io.BytesIO(joined), "r") as container:
        loud = [bool(np.abs(frame.to_ndarray()).max() > 1000) for frame in container.decode(audio=0)]
    assert loud == sorted(loud)
    assert True in loud


async def test_links_expire_and_are_asked_for_each_time(
    old_bench: Bench, old: Novofon, old_cabinet: LegacyCabinet
) -> None:
    call = await old_call(old_bench, old, old_cabinet, SOUND)
    assert await heard(old, call) == SOUND
    old_bench.clock.advance(7200)
    assert await heard(old, call) == SOUND
    assert len(old_cabinet.links) == 2


async def test_a_part_that_is_not_ready_is_waited_for_an_hour(
    old_bench: Bench, old: Novofon, old_cabinet: LegacyCabinet
) -> None:
    call = await old_call(old_bench, old, old_cabinet, SOUND, SOUND)
    old_cabinet.legs[1].ready_at = old_cabinet.clock.now() + 10**6
    assert await heard(old, call) is None
    old_bench.clock.advance(3700)
    assert await heard(old, call) == SOUND


async def test_a_recording_that_is_not_ready_looks_like_a_wrong_request(
    old_bench: Bench, old: Novofon, old_cabinet: LegacyCabinet
) -> None:
    call = await old_call(old_bench, old, old_cabinet, SOUND)
    old_cabinet.legs[0].ready_at = old_cabinet.clock.now() + 60
    assert await heard(old, call) is None
    old_bench.clock.advance(60)
    assert await heard(old, call) == SOUND


async def test_a_lost_access_is_not_taken_for_a_missing_recording(
    old_bench: Bench, old: Novofon, old_cabinet: LegacyCabinet
) -> None:
    call = await old_call(old_bench, old, old_cabinet, SOUND)
    old_cabinet.key = "another-key"
    with pytest.raises(Unauthorized):
        await heard(old, call)


async def test_a_closed_link_is_no_recording_yet(
    old_bench: Bench, old: Novofon, old_cabinet: LegacyCabinet
) -> None:
    call = await old_call(old_bench, old, old_cabinet, SOUND)
    old_cabinet.faults.add(Fault("status", "media", status=403, body="closed"))
    assert await heard(old, call) is None
