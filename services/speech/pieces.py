"""Cuts a recording into pieces that a speech server takes, at pauses, each channel apart.

Telephone stereo has one speaker per channel: then the speakers are known for sure. Channels that carry the
same sound are one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from services.speech.sound import RATE, Samples, blocks

LONGEST = 10 * 60 * RATE
"""A piece is never longer: servers refuse more than 25 MiB, and models more than 1400 seconds."""
SHORTEST_PAUSE = int(0.3 * RATE)
FRAME = RATE // 50
QUIET = 0.003
"""Loudness (root of the mean square) below which nobody speaks."""
ALIKE = 0.97
"""Correlation of two channels that carry the same sound."""
SPEAKERS = ("manager", "client")


@dataclass(frozen=True)
class Piece:
    samples: Samples
    start: float
    """Seconds from the beginning of the recording."""
    speaker: str

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE


@dataclass
class _Channel:
    """Collects a channel until there is enough to cut a piece off."""

    speaker: str
    waiting: list[Samples] = field(default_factory=list)
    size: int = 0
    cut: int = 0

    def add(self, samples: Samples) -> Iterator[Piece]:
        self.waiting.append(samples)
        self.size += len(samples)
        if self.size >= LONGEST:
            yield from self._cut(_pause_before(np.concatenate(self.waiting), LONGEST))

    def rest(self) -> Iterator[Piece]:
        if self.size:
            yield from self._cut(self.size)

    def _cut(self, at: int) -> Iterator[Piece]:
        whole = np.concatenate(self.waiting)
        head, tail = whole[:at], whole[at:]
        if loudness(head) >= QUIET:
            yield Piece(head, self.cut / RATE, self.speaker)
        self.cut += at
        self.waiting, self.size = [tail], len(tail)


def pieces(path: Path) -> Iterator[tuple[Piece | None, float]]:
    """(piece, seconds read so far); at the end (None, seconds of the whole). Silent pieces are left out.

    Raises BadAudio.
    """
    channels: list[_Channel] = []
    seconds = 0.0
    for block in blocks(path):
        if not channels:
            apart = block.shape[0] == 2 and not _alike(block)
            channels = [_Channel(name) for name in SPEAKERS] if apart else [_Channel("")]
        seconds += block.shape[1] / RATE
        sounds = block if len(channels) == 2 else block.mean(axis=0, keepdims=True)
        for channel, samples in zip(channels, sounds, strict=True):
            for piece in channel.add(samples):
                yield piece, seconds
    for channel in channels:
        for piece in channel.rest():
            yield piece, seconds
    yield None, seconds


def loudness(samples: Samples) -> float:
    """The loudest tenth of a second, so that one word in an hour of silence is still heard."""
    frame = RATE // 10
    usable = len(samples) // frame * frame
    if not usable:
        return float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0
    return float(np.sqrt((samples[:usable].reshape(-1, frame) ** 2).mean(axis=1).max()))


def _alike(block: Samples) -> bool:
    left, right = block[0], block[1]
    if np.allclose(left, right, atol=1e-4):
        return True
    power = float(np.sqrt((left**2).sum() * (right**2).sum()))
    if power == 0.0:
        return False
    return abs(float((left * right).sum()) / power) >= ALIKE


def _pause_before(samples: Samples, limit: int) -> int:
    """The last pause in the last quarter before the limit; the limit itself if nobody draws breath."""
    begin = limit * 3 // 4 // FRAME
    end = limit // FRAME
    frames = samples[begin * FRAME : end * FRAME].reshape(-1, FRAME)
    quiet = np.sqrt((frames**2).mean(axis=1)) < QUIET
    run = 0
    for number in range(len(quiet) - 1, -1, -1):
        run = run + 1 if quiet[number] else 0
        if run * FRAME >= SHORTEST_PAUSE:
            return (begin + number + run // 2) * FRAME
    return limit
