"""Makes recordings of given words in milliseconds: a chirp per phrase and something that sounds alive."""

import io
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import av
import numpy as np

from sandbox.recordings.phrasebook import Phrasebook
from sandbox.recordings.tones import RATE, Samples, chirp

Format = Literal["wav", "mp3"]


@dataclass(frozen=True)
class Line:
    speaker: Literal["manager", "client"]
    text: str


def murmur(seconds: float, seed: int) -> Samples:
    """Noise with the rhythm of syllables, for sound that nobody will listen to."""
    size = int(seconds * RATE)
    noise = np.random.default_rng(seed).standard_normal(size).astype(np.float32)
    smooth = np.convolve(noise, np.ones(8, dtype=np.float32) / 8, mode="same")
    rhythm = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * np.arange(size) / RATE)
    return (0.12 * smooth * rhythm).astype(np.float32)


def synthesize(
    lines: Sequence[Line],
    phrasebook: Phrasebook,
    *,
    stereo: bool = True,
    format: Format = "wav",  # noqa: A002
    pause: float = 0.3,
    voice: float = 0.3,
) -> bytes:
    """A recording of the lines; in stereo the manager is left and the client right."""
    left: list[Samples] = []
    right: list[Samples] = []
    gap = np.zeros(int(pause * RATE), dtype=np.float32)
    for line in lines:
        number = phrasebook.add(line.text)
        said = np.concatenate([chirp(number), murmur(voice, number), gap])
        quiet = np.zeros(len(said), dtype=np.float32)
        left.append(said if line.speaker == "manager" else quiet)
        right.append(said if line.speaker == "client" else quiet)
    channels = np.stack([np.concatenate(left), np.concatenate(right)])
    return encode(channels if stereo else channels.sum(axis=0, keepdims=True), format)


def silence(seconds: float, *, stereo: bool = True) -> bytes:
    """A recording in which nobody speaks."""
    return encode(np.zeros((2 if stereo else 1, int(seconds * RATE)), dtype=np.float32), "wav")


def encode(channels: Samples, format: Format) -> bytes:  # noqa: A002
    """Channels × samples at 8 kHz as a file."""
    clipped = (np.clip(channels, -1.0, 1.0) * 32767).astype(np.int16)
    if format == "wav":
        return _wav(clipped)
    return _mp3(clipped)


def _wav(channels: np.ndarray[tuple[int, ...], np.dtype[np.int16]]) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(channels.shape[0])
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(channels.T.tobytes())
    return target.getvalue()


def _mp3(channels: np.ndarray[tuple[int, ...], np.dtype[np.int16]]) -> bytes:
    target = io.BytesIO()
    layout = "stereo" if channels.shape[0] == 2 else "mono"
    with av.open(target, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=RATE, layout=layout)
        stream.bit_rate = 16000 * channels.shape[0]
        interleaved = np.ascontiguousarray(channels.T).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(interleaved, format="s16", layout=layout)
        frame.sample_rate = RATE
        for packet in stream.encode(frame):
            container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return target.getvalue()
