"""Cuts recordings in a process of its own, one recording a process (`services.speech.cutting`)."""

import asyncio
import json
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import structlog

from services.errors import BadAudio

log = structlog.get_logger(__name__)

PATIENCE = 600.0
"""Seconds for one piece; a sound of ten minutes takes a few."""
PROGRAM = (sys.executable, "-m", "services.speech.cutting")
ROOT = Path(__file__).parents[2]


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
            async with _started([*self._program, str(audio), folder]) as process:
                async for told in _lines(process):
                    yield await asyncio.to_thread(_read, Path(folder), told), float(told["read"])


@asynccontextmanager
async def _started(command: Sequence[str]) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE, cwd=ROOT)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def _lines(process: Process) -> AsyncIterator[dict[str, Any]]:
    """What the program says, until it has told the whole length."""
    assert process.stdin is not None
    assert process.stdout is not None
    while True:
        try:
            async with asyncio.timeout(PATIENCE):
                line = await process.stdout.readline()
        except TimeoutError:
            raise BadAudio("takes too long") from None
        told: dict[str, Any] = json.loads(line) if line.endswith(b"\n") else {"bad": await _end_of(process)}
        if "bad" in told:
            raise BadAudio(told["bad"])
        yield told
        if "file" not in told:
            return
        process.stdin.write(b"\n")


async def _end_of(process: Process) -> str:
    """Why it stopped before it was done. What it wrote may quote the file: only its last word is kept."""
    assert process.stderr is not None
    said = (await process.stderr.read()).decode(errors="replace").strip().splitlines()
    code = await process.wait()
    log.error("cutting_stopped", code=code, cause=said[-1].partition(":")[0][:100] if said else "")
    return f"the decoder stopped with {code}"


def _read(folder: Path, told: dict[str, Any]) -> Cut | None:
    if "file" not in told:
        return None
    file = folder / told["file"]
    content = file.read_bytes()
    file.unlink()
    return Cut(content, told["start"], told["seconds"], told["speaker"])
