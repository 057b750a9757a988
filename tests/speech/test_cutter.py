"""Recordings are cut in a process of its own."""

import sys
from pathlib import Path

import pytest

from sandbox.recordings import Line, Phrasebook, synthesize
from services.errors import BadAudio
from services.speech.cutter import Cut, SeparateCutter
from tests.fakes.cutter import HereCutter

TALK = [Line("manager", "Добрый день, компания слушает."), Line("client", "Сколько стоит балкон?")]


async def cut(cutter: SeparateCutter | HereCutter, audio: Path) -> list[tuple[Cut | None, float]]:
    return [one async for one in cutter.pieces(audio)]


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "call.wav"
    path.write_bytes(synthesize(TALK, Phrasebook()))
    return path


async def test_the_pieces_are_the_same_as_in_one_process(recording: Path) -> None:
    apart = await cut(SeparateCutter(), recording)
    assert [piece.speaker for piece, _ in apart if piece is not None] == ["manager", "client"]
    assert apart == await cut(HereCutter(), recording)
    assert list(recording.parent.iterdir()) == [recording]


async def test_a_damaged_recording_is_told(tmp_path: Path) -> None:
    path = tmp_path / "call.mp3"
    path.write_bytes(b"no sound at all" * 100)
    with pytest.raises(BadAudio):
        await cut(SeparateCutter(), path)


async def test_a_decoder_that_crashes_takes_nobody_along(recording: Path) -> None:
    crashing = SeparateCutter([sys.executable, "-c", "import os; os.abort()"])
    with pytest.raises(BadAudio, match="stopped"):
        await cut(crashing, recording)


async def test_who_stops_listening_leaves_no_process_behind(recording: Path) -> None:
    pieces = SeparateCutter().pieces(recording)
    await anext(pieces)
    await pieces.aclose()
    assert list(recording.parent.iterdir()) == [recording]
