"""Recordings: told by their first bytes, and "no recording yet" in all its disguises."""

from typing import Literal

import pytest
from aiohttp import web

from sandbox.faults import Fault
from sandbox.serving import Server
from services.domain.call import FoundCall
from services.errors import RateLimited, ScopeMissing, Unauthorized
from services.integrations.macrocrm.connector import MacroCRM
from services.integrations.macrocrm.sound import kind_of
from tests.integrations.macrocrm.conftest import SOUND, Bench, OddBench

KINDS = [
    (SOUND, ".mp3"),
    (b"\xff\xfb\x90\x64\x00", ".mp3"),
    (b"RIFF\x24\x00\x00\x00WAVEfmt ", ".wav"),
    (b"OggS\x00\x02", ".ogg"),
    (b"\x00\x00\x00\x20ftypM4A ", ".m4a"),
    (b"fLaC\x00", ".flac"),
    (b"\x1aE\xdf\xa3\x01", ".webm"),
    (b"\x80\x81\x00\x9f unknown", ""),
    (b"<html>busy</html>", None),
    ("Записи нет".encode() * 100, None),
    (b'{"record": null}', None),
    (b"", None),
]


@pytest.mark.parametrize(("head", "suffix"), KINDS, ids=[str(index) for index in range(len(KINDS))])
def test_a_sound_is_known_by_its_first_bytes(head: bytes, suffix: str | None) -> None:
    assert kind_of(head[:512]) == suffix


async def heard(connector: MacroCRM, call: FoundCall) -> bytes | None:
    async with connector.recording(call) as path:
        return None if path is None else path.read_bytes()


@pytest.mark.parametrize("disguise", ["404", "400", "error", "empty", "json", "text"])
async def test_no_recording_yet_in_every_disguise(
    bench: Bench, disguise: Literal["404", "400", "error", "empty", "json", "text"]
) -> None:
    bench.installation.settings.no_record = disguise
    connector = bench.open()
    call = await bench.one_call(connector, recording=SOUND, recorded_after=3600)
    assert await heard(connector, call) is None
    bench.clock.advance(3600)
    assert await heard(connector, call) == SOUND


async def test_the_file_has_the_name_of_its_kind(bench: Bench) -> None:
    connector = bench.open()
    call = await bench.one_call(connector, recording=b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(64))
    async with connector.recording(call) as path:
        assert path is not None
        assert path.suffix == ".wav"
    assert not path.exists()


async def test_a_lost_right_does_not_look_like_a_late_recording(bench: Bench) -> None:
    connector = bench.open()
    call = await bench.one_call(connector, recording=SOUND)
    bench.installation.settings.granted.discard("calls/getRecord")
    with pytest.raises(ScopeMissing) as missing:
        await heard(connector, call)
    assert missing.value.scope == "calls/getRecord"
    bench.installation.revoke()
    with pytest.raises(Unauthorized):
        await heard(connector, call)


async def test_a_page_of_a_guard_before_the_server_is_no_lost_right(bench: Bench) -> None:
    connector = bench.open()
    call = await bench.one_call(connector, recording=SOUND)
    bench.installation.faults.add(Fault("html", "calls/getRecord", status=403, times=2))
    assert await heard(connector, call) is None


async def test_too_many_requests_are_waited_out(bench: Bench) -> None:
    connector = bench.open()
    call = await bench.one_call(connector, recording=SOUND)
    bench.installation.faults.add(Fault("rate_limit", "calls/getRecord", seconds=20))
    with pytest.raises(RateLimited):
        await heard(connector, call)
    before = bench.clock.now()
    assert await heard(connector, call) == SOUND
    assert (bench.clock.now() - before).total_seconds() >= 20


class Store(Server):
    """Where a recording really lies; remembers what it was shown."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.app.router.add_get("/record.mp3", self._answer)

    async def _answer(self, request: web.Request) -> web.Response:
        self.shown += [name for name in ("Authorization", "AppId") if name in request.headers]
        return web.Response(body=SOUND, content_type="audio/mpeg")


async def test_a_redirect_to_another_host_does_not_carry_the_key(odd: OddBench) -> None:
    store = Store()
    await store.start()
    try:
        odd.installation.says["calls/getRecord"] = lambda: web.Response(
            status=302, headers={"Location": f"{store.url}/record.mp3"}
        )
        call = FoundCall("call:7", odd.clock.now(), 30, "incoming", "", True, refs={"call": "7"})  # type: ignore[arg-type]
        assert await heard(odd.connector, call) == SOUND
        assert store.shown == []
    finally:
        await store.stop()
