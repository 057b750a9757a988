"""Chirps: sixteen tones carry a 24-bit number and a checksum through telephone sound.

The tones lie between 1 and 2.9 kHz, so they survive 8 kHz sampling, mp3 or Opus at telephone rates, mixing
to mono and cutting at pauses.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

RATE = 8000
SYMBOL = 320
"""Samples of a tone: 40 ms."""
HOP = 80
PREAMBLE_HZ = 700.0
TONES_HZ = [1000.0 + 125.0 * number for number in range(16)]
SYMBOLS = 8
LOUDNESS = 0.3
CHIRP_SECONDS = (2 + SYMBOLS) * SYMBOL / RATE
PURITY = 0.5
"""This share of a frame's energy must lie in one tone."""


@dataclass(frozen=True)
class Heard:
    start: float
    """Seconds."""
    number: int


def _checksum(number: int) -> int:
    mixed = number * 2654435761 & 0xFFFFFFFF
    return (mixed >> 24 ^ mixed >> 11) & 0xFF


def _tone(hertz: float, samples: int) -> Samples:
    time = np.arange(samples, dtype=np.float32) / RATE
    fade = np.minimum(1.0, np.minimum(np.arange(samples), np.arange(samples)[::-1]) / 24.0)
    return (LOUDNESS * np.sin(2 * np.pi * hertz * time) * fade).astype(np.float32)


def chirp(number: int) -> Samples:
    """A preamble and eight tones: 0.4 seconds at 8 kHz."""
    word = number << 8 | _checksum(number)
    nibbles = [(word >> shift) & 0xF for shift in range(28, -4, -4)]
    return np.concatenate([_tone(PREAMBLE_HZ, 2 * SYMBOL), *(_tone(TONES_HZ[n], SYMBOL) for n in nibbles)])


_ALL_HZ = np.array([PREAMBLE_HZ, *TONES_HZ])
_WAVES = np.exp(-2j * np.pi * np.outer(np.arange(SYMBOL), _ALL_HZ) / RATE).astype(np.complex64)


def _energies(samples: Samples) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Per frame (every 10 ms): the energy of each tone as a share, and the frame's loudness."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, SYMBOL)[::HOP]
    power = (frames**2).sum(axis=1)
    spectrum = np.abs(frames @ _WAVES) ** 2 * (2.0 / SYMBOL)
    return (spectrum / np.maximum(power, 1e-9)[:, None]).astype(np.float32), power.astype(np.float32)


def hear(samples: Samples) -> list[Heard]:
    """Every chirp in mono sound at 8 kHz, in order."""
    if len(samples) < (2 + SYMBOLS) * SYMBOL:
        return []
    shares, power = _energies(samples)
    step = SYMBOL // HOP
    found: list[Heard] = []
    frame = 0
    last = len(shares) - (1 + SYMBOLS) * step
    candidates = (shares[:, 0] > PURITY) & (power > 1e-3)
    while frame <= last:
        if not candidates[frame]:
            frame += 1
            continue
        read = _read_near(shares, frame, step)
        if read is None:
            frame += 1
            continue
        start, number = read
        found.append(Heard(max(0.0, (start - 2 * step) * HOP / RATE), number))
        frame = start + SYMBOLS * step
    return found


def _read_near(shares: NDArray[np.float32], frame: int, step: int) -> tuple[int, int] | None:
    """The word that starts within the preamble's length after this frame, with the best tone purity."""
    best: tuple[float, int, int] | None = None
    for start in range(frame + 1, min(frame + 3 * step, len(shares) - (SYMBOLS - 1) * step)):
        rows = shares[start : start + SYMBOLS * step : step, 1:]
        if len(rows) < SYMBOLS:
            break
        purity = float(rows.max(axis=1).min())
        if purity < PURITY or (best is not None and purity <= best[0]):
            continue
        word = 0
        for nibble in rows.argmax(axis=1):
            word = word << 4 | int(nibble)
        number, checksum = word >> 8, word & 0xFF
        if checksum == _checksum(number):
            best = (purity, start, number)
    return None if best is None else best[1:]
