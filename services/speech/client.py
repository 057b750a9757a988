"""Sends one piece of sound to an OpenAI-compatible speech server."""

import asyncio
import json
import math
from dataclasses import dataclass
from typing import Any

import openai

from services.clean import without_controls
from services.llm.connection import Connection, open_client
from services.llm.failures import FormatRefused, ParameterRefused, understand
from services.llm.gate import is_phantom
from services.llm.ladder import Ladder
from services.ports import ModelFailure

FORMATS = ("verbose_json", "json")
NO_SPEECH = 0.6
UNSURE = -1.0
REPEATS = 5


@dataclass(frozen=True)
class Said:
    """Seconds from the beginning of the piece; `end` None: the server tells no times."""

    start: float
    end: float | None
    text: str


class SpeechClient:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._client = open_client(connection)
        self._places = asyncio.Semaphore(connection.concurrency)
        self._ladder = Ladder(len(FORMATS))

    async def close(self) -> None:
        await self._client.close()

    async def hear(self, content: bytes, seconds: float, language: str) -> list[Said]:
        """What is said in a FLAC file. Raises ModelFailure."""
        timeout = min(600.0, 60.0 + seconds / 2)
        while True:
            async with self._places:
                level = self._ladder.level
                try:
                    return _lines(await self._send(content, language, timeout, FORMATS[level]))
                except (FormatRefused, ParameterRefused):
                    self._ladder.refused(level)

    async def _send(self, content: bytes, language: str, timeout: float, form: str) -> Any:
        try:
            async with asyncio.timeout(timeout):
                return await self._client.audio.transcriptions.create(
                    file=("call.flac", content, "audio/flac"),
                    model=self.connection.model,
                    language=language,
                    response_format=form,  # type: ignore[call-overload]
                    timeout=timeout,
                )
        except (openai.OpenAIError, TimeoutError, json.JSONDecodeError, UnicodeDecodeError) as error:
            raise understand(error) from None


def _lines(answer: Any) -> list[Said]:
    """The spoken lines of any of the answer forms; invented ones are left out."""
    if isinstance(answer, str):
        raise ModelFailure("transient", "a page instead of an answer")
    segments = getattr(answer, "segments", None) or []
    said = [_timed(one) for one in segments if not _invented(one)]
    if not segments or any(line is None for line in said):
        text = _words(answer)
        said = [Said(0.0, None, text)] if not is_phantom(text) else []
    return _without_loops([line for line in said if line is not None and line.text])


def _words(told: Any) -> str:
    return without_controls(str(getattr(told, "text", None) or "")).strip()


def _timed(segment: Any) -> Said | None:
    """None when the server tells no usable times: then its text is taken as a whole."""
    try:
        start, end = float(segment.start), float(segment.end)
    except (AttributeError, TypeError, ValueError):
        return None
    return Said(start, end, _words(segment)) if math.isfinite(start) and math.isfinite(end) else None


def _invented(segment: Any) -> bool:
    silent = (getattr(segment, "no_speech_prob", None) or 0.0) > NO_SPEECH
    unsure = (getattr(segment, "avg_logprob", None) or 0.0) < UNSURE
    return (silent and unsure) or is_phantom(_words(segment))


def _without_loops(said: list[Said]) -> list[Said]:
    """One phrase over and over is a model stuck in a loop: it is kept once."""
    kept: list[Said] = []
    repeats = 0
    for line in said:
        repeats = repeats + 1 if kept and kept[-1].text == line.text else 0
        if repeats < REPEATS:
            kept.append(line)
    return kept
