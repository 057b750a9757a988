"""Parts of a recording are joined in a process of its own."""

import sys
from pathlib import Path

import av
import pytest

from sandbox.recordings import Line, Phrasebook, synthesize
from services.errors import BadAudio
from services.speech.joiner import join


def seconds(path: Path) -> float:
    with av.open(str(path), "r") as container:
        return sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    made = [tmp_path / "first.wav", tmp_path / "second.wav"]
    for path, words in zip(made, ("Добрый день.", "Перевожу вас на коллегу."), strict=True):
        path.write_bytes(synthesize([Line("manager", words)], Phrasebook()))
    return made


async def test_the_parts_follow_one_another(parts: list[Path], tmp_path: Path) -> None:
    await join(parts, tmp_path / "whole.flac")
    assert seconds(tmp_path / "whole.flac") == pytest.approx(sum(map(seconds, parts)), abs=0.01)


async def test_a_decoder_that_crashes_takes_nobody_along(parts: list[Path], tmp_path: Path) -> None:
    crashing = [sys.executable, "-c", "import os; os.abort()"]
    with pytest.raises(BadAudio, match="stopped"):
        await join(parts, tmp_path / "whole.flac", crashing)


async def test_a_part_that_is_no_sound_is_told(parts: list[Path], tmp_path: Path) -> None:
    parts[1].write_bytes(b"no sound at all" * 100)
    with pytest.raises(BadAudio, match="no sound"):
        await join(parts, tmp_path / "whole.flac")
