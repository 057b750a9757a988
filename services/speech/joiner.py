"""Joins the parts of a recording in a process of its own (`services.speech.joining`)."""

from collections.abc import Sequence
from pathlib import Path

from services.apart import next_line, program, started

PATIENCE = 600.0
"""Seconds; a conversation of hours takes some."""
PROGRAM = program("services.speech.joining")


async def join(parts: Sequence[Path], target: Path, command: Sequence[str] = PROGRAM) -> None:
    """Writes the parts one after another as a FLAC file. Raises BadAudio, for a decoder that crashes as well."""
    async with started([*command, str(target), *(str(part) for part in parts)]) as process:
        await next_line(process, PATIENCE)
