"""Cuts recordings in this process: a process for each of hundreds of tests would take minutes."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

from services.speech.cutter import Cut
from services.speech.pieces import Piece, pieces
from services.speech.sound import encode


class HereCutter:
    """Implements `services.speech.cutter.Cutter`."""

    async def pieces(self, audio: Path) -> AsyncGenerator[tuple[Cut | None, float], None]:
        for piece, seconds in await asyncio.to_thread(lambda: list(pieces(audio))):
            yield None if piece is None else _cut(piece), seconds


def _cut(piece: Piece) -> Cut:
    return Cut(encode(piece.samples), piece.start, piece.seconds, piece.speaker)
