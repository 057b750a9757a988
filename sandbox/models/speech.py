"""Transcription: hears the chirps of a recording and says the phrases they name."""

from dataclasses import dataclass, field
from typing import Any

import av

from sandbox.models.errors import ModelError, bad_request
from sandbox.recordings.decoding import decode
from sandbox.recordings.phrasebook import Phrasebook
from sandbox.recordings.tones import RATE, hear

SIGNATURES: dict[str, tuple[bytes, ...]] = {
    "wav": (b"RIFF",),
    "mp3": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xe3", b"\xff\xe2"),
    "ogg": (b"OggS",),
    "flac": (b"fLaC",),
    "m4a": (b"\x00\x00\x00",),
    "mp4": (b"\x00\x00\x00",),
    "webm": (b"\x1aE\xdf\xa3",),
}
FIELDS = {
    "file",
    "model",
    "language",
    "prompt",
    "response_format",
    "temperature",
    "timestamp_granularities[]",
}
FORMATS = frozenset({"json", "text", "verbose_json"})
FORMATS_OF = {
    "gpt-transcribe": frozenset({"json"}),
    "gpt-4o-transcribe": frozenset({"json", "text"}),
    "gpt-4o-mini-transcribe": frozenset({"json", "text"}),
}
"""Models that tell no times; all others take every format."""
LONGEST = 1400.0


@dataclass
class Speech:
    """The listener. `phantom` makes it hear subtitles in silence, as some models do.

    `odd` answers are used up first, one per request.
    """

    model: str
    phrasebook: Phrasebook
    phantom: bool = False
    odd: list[dict[str, Any]] = field(default_factory=list)

    @property
    def formats(self) -> frozenset[str]:
        return FORMATS_OF.get(self.model, FORMATS)

    def check(self, fields: dict[str, str], filename: str, content: bytes) -> None:
        if fields.get("model") != self.model:
            raise ModelError(404, "The model does not exist", code="model_not_found")
        unknown = set(fields) - FIELDS
        if unknown:
            name = sorted(unknown)[0]
            raise bad_request(f"Unknown parameter: '{name}'.", code="unknown_parameter", param=name)
        if fields.get("response_format", "json") not in self.formats:
            raise bad_request(
                "response_format is not compatible", code="unsupported_value", param="response_format"
            )
        extension = filename.rsplit(".", 1)[-1].lower()
        if extension not in SIGNATURES:
            raise bad_request("Unsupported file format", code="unsupported_value", param="file")
        if not content.startswith(SIGNATURES[extension]):
            raise bad_request("Audio file might be corrupted", code="invalid_value", param="file")

    def transcribe(self, fields: dict[str, str], content: bytes) -> dict[str, Any] | str:
        try:
            sound = decode(content)
        except av.error.FFmpegError:
            raise bad_request(
                "Audio file might be corrupted or unsupported", code="invalid_value", param="file"
            ) from None
        if self.odd:
            return self.odd.pop(0)
        seconds = len(sound) / RATE
        if seconds > LONGEST:
            raise bad_request(
                f"audio duration {seconds:.0f} seconds is longer than {LONGEST:.0f} seconds",
                code="input_too_large",
                param="file",
            )
        segments = self._segments(hear(sound), seconds)
        text = " ".join(segment["text"].strip() for segment in segments)
        wanted = fields.get("response_format", "json")
        if wanted == "text":
            return text
        if wanted == "json":
            return {"text": text, "usage": {"type": "duration", "seconds": round(seconds)}}
        return {
            "task": "transcribe",
            "language": "russian",
            "duration": seconds,
            "text": text,
            "segments": segments,
            "usage": {"type": "duration", "seconds": round(seconds)},
        }

    def _segments(self, heard: list[Any], seconds: float) -> list[dict[str, Any]]:
        starts = [one.start for one in heard] + [seconds]
        segments = []
        for number, one in enumerate(heard):
            text = self.phrasebook.text(one.number)
            if text is not None:
                segments.append(_segment(number, one.start, starts[number + 1], text, 0.01))
        if not segments and self.phantom:
            segments.append(_segment(0, 0.0, seconds, "Субтитры сделал DimaTorzok", 0.9))
        return segments


def _segment(number: int, start: float, end: float, text: str, no_speech: float) -> dict[str, Any]:
    return {
        "id": number,
        "seek": 0,
        "start": start,
        "end": end,
        "text": f" {text}",
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": -0.2 if no_speech < 0.5 else -1.4,
        "compression_ratio": 1.1,
        "no_speech_prob": no_speech,
    }
