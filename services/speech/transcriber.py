"""A recording into a timeline of who said what. Implements `services.ports.Transcriber`."""

import hashlib
import json
import re
from contextlib import aclosing
from pathlib import Path

import structlog

from services.domain.call import Segment
from services.ports import PieceStore, Speech
from services.speech.client import Said, SpeechClient
from services.speech.cutter import Cut, Cutter

log = structlog.get_logger(__name__)

SHORTEST = 1.0
"""Seconds below which nothing is sent."""
_SENTENCE = re.compile(r"[^.!?…]+[.!?…]*\s*")


class SpeechTranscriber:
    def __init__(self, client: SpeechClient, store: PieceStore, cutter: Cutter) -> None:
        self._client = client
        self._store = store
        self._cutter = cutter

    async def close(self) -> None:
        await self._client.close()

    async def transcribe(self, audio: Path, *, language: str = "ru") -> Speech:
        """Raises BadAudio and ModelFailure. Finished pieces are kept: a repeat pays only for missing ones."""
        segments: list[Segment] = []
        whole = 0.0
        async with aclosing(self._cutter.pieces(audio)) as pieces:
            async for piece, read in pieces:
                whole = read
                if piece is not None and piece.seconds >= SHORTEST:
                    segments += _segments(piece, await self._hear(piece, language))
        segments.sort(key=lambda segment: segment.start)
        return Speech(tuple(segments), whole, self._client.connection.model)

    async def _hear(self, piece: Cut, language: str) -> list[Said]:
        key = self._key(piece.content, language)
        stored = await self._store.get(key)
        if stored is not None:
            return [Said(*line) for line in json.loads(stored)]
        said = await self._client.hear(piece.content, piece.seconds, language)
        await self._store.put(key, json.dumps([[line.start, line.end, line.text] for line in said]))
        return said

    def _key(self, content: bytes, language: str) -> str:
        digest = hashlib.sha256(content)
        digest.update(f"|{self._client.connection.model}|{language}".encode())
        return digest.hexdigest()


def _segments(piece: Cut, said: list[Said]) -> list[Segment]:
    found: list[Segment] = []
    for line in said:
        if line.end is None:
            found += _spread(piece, line.text)
        else:
            found.append(Segment(piece.start + line.start, piece.start + line.end, piece.speaker, line.text))
    return found


def _spread(piece: Cut, text: str) -> list[Segment]:
    """Without times, sentences are laid along the piece by their length."""
    sentences = [match.group().strip() for match in _SENTENCE.finditer(text)] or [text]
    total = sum(len(sentence) for sentence in sentences)
    at, found = piece.start, []
    for sentence in sentences:
        length = piece.seconds * len(sentence) / max(1, total)
        found.append(Segment(at, at + length, piece.speaker, sentence))
        at += length
    return found
