"""Any audio file as mono sound at 8 kHz."""

import io

import av
import numpy as np

from sandbox.recordings.tones import RATE, Samples


def decode(content: bytes) -> Samples:
    """Raises av.error.FFmpegError for a damaged file."""
    pieces: list[Samples] = []
    with av.open(io.BytesIO(content), "r") as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        for frame in container.decode(audio=0):
            pieces += [piece.to_ndarray()[0] for piece in resampler.resample(frame)]
        pieces += [piece.to_ndarray()[0] for piece in resampler.resample(None)]
    return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.float32)
