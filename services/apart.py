"""Programs of ours that handle foreign bytes, each in a process of its own (`services.confined`).

A program tells what it did in lines of JSON; one with `bad` says why it could not.
"""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import structlog

from services.errors import BadAudio

log = structlog.get_logger(__name__)

ROOT = Path(__file__).parents[1]


def program(module: str) -> tuple[str, ...]:
    """The command that runs a module of ours."""
    return (sys.executable, "-m", module)


@asynccontextmanager
async def started(command: Sequence[str]) -> AsyncIterator[Process]:
    """The process ends with the context, whatever it is at."""
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE, cwd=ROOT)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def next_line(process: Process, patience: float) -> dict[str, Any]:
    """What the program says next, within so many seconds. Raises BadAudio: it could not, stopped or hangs."""
    assert process.stdout is not None
    try:
        async with asyncio.timeout(patience):
            line = await process.stdout.readline()
    except TimeoutError:
        raise BadAudio("takes too long") from None
    told: dict[str, Any] = json.loads(line) if line.endswith(b"\n") else {"bad": await _end_of(process)}
    if "bad" in told:
        raise BadAudio(told["bad"])
    return told


async def _end_of(process: Process) -> str:
    """Why it stopped before it was done. What it wrote may quote the file: only its last word is kept."""
    assert process.stderr is not None
    said = (await process.stderr.read()).decode(errors="replace").strip().splitlines()
    code = await process.wait()
    log.error("program_stopped", code=code, cause=said[-1].partition(":")[0][:100] if said else "")
    return f"the decoder stopped with {code}"
