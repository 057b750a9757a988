"""Cuts recordings in a process of its own, one recording a process (`services.speech.cutting`)."""

import asyncio
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from services.apart import next_line, program, started

PATIENCE = 600.0
"""Seconds for one piece; a sound of ten minutes takes a few."""
PROGRAM = program("services.speech.cutting")


@dataclass(frozen=True)
class Cut:
    """A piece of sound as a FLAC file. `start` and `seconds` are in seconds, `speaker` as in a Segment."""

    content: bytes
    start: float
    seconds: float
    speaker: str


class Cutter(Protocol):
    def pieces(self, audio: Path) -> AsyncGenerator[tuple[Cut | None, float], None]:
        """(piece, seconds read so far); at the end (None, seconds of the whole). Raises BadAudio."""
        ...


class SeparateCutter:
    """Implements `Cutter`; a decoder that crashes is a damaged recording."""

    def __init__(self, program: Sequence[str] = PROGRAM) -> None:
        self._program = program

    async def pieces(self, audio: Path) -> AsyncGenerator[tuple[Cut | None, float], None]:
        with tempfile.TemporaryDirectory(dir=audio.parent) as folder:
            async with started([*self._program, str(audio), folder]) as process:
                async for told in _lines(process):
                    yield await asyncio.to_thread(_read, Path(folder), told), float(told["read"])


async def _lines(process: Process) -> AsyncIterator[dict[str, Any]]:
    """What the program says, until it has told the whole length."""
    assert process.stdin is not None
    while True:
        told = await next_line(process, PATIENCE)
        yield told
        if "file" not in told:
            return
        process.stdin.write(b"\n")


def _read(folder: Path, told: dict[str, Any]) -> Cut | None:
    if "file" not in told:
        return None
    file = folder / told["file"]
    content = file.read_bytes()
    file.unlink()
    return Cut(content, told["start"], told["seconds"], told["speaker"])
