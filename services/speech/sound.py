"""Reads recordings piece by piece, so that a long one does not fill the memory."""

import io
from collections.abc import Iterator
from pathlib import Path

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from services.errors import BadAudio

Samples = NDArray[np.float32]

RATE = 16_000
BLOCK_SECONDS = 30


def blocks(path: Path) -> Iterator[Samples]:
    """Blocks of channels × samples at 16 kHz, at most 30 seconds each. Raises BadAudio."""
    try:
        with av.open(str(path), "r") as container:
            if not container.streams.audio:
                raise BadAudio("no sound in it")
            stream = container.streams.audio[0]
            layout = "stereo" if stream.codec_context.channels > 1 else "mono"
            resampler = av.AudioResampler(format="fltp", layout=layout, rate=RATE)
            yield from _gather(_frames(container, resampler))
    except (av.error.FFmpegError, ValueError, IndexError) as failure:
        raise BadAudio(type(failure).__name__) from None


def _frames(container: "av.container.InputContainer", resampler: av.AudioResampler) -> Iterator[Samples]:
    for frame in container.decode(audio=0):
        for piece in resampler.resample(frame):
            yield piece.to_ndarray().astype(np.float32, copy=False)
    for piece in resampler.resample(None):
        yield piece.to_ndarray().astype(np.float32, copy=False)


def _gather(frames: Iterator[Samples]) -> Iterator[Samples]:
    waiting: list[Samples] = []
    size = 0
    for frame in frames:
        waiting.append(frame)
        size += frame.shape[1]
        if size >= BLOCK_SECONDS * RATE:
            yield np.concatenate(waiting, axis=1)
            waiting, size = [], 0
    if waiting:
        yield np.concatenate(waiting, axis=1)


def encode(samples: Samples) -> bytes:
    """Mono sound at 16 kHz as a FLAC file: lossless, understood everywhere, made without surprises."""
    target = io.BytesIO()
    whole = (np.clip(samples, -1.0, 1.0) * 32767).astype(np.int16).reshape(1, -1)
    with av.open(target, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=RATE, layout="mono")
        for start in range(0, whole.shape[1], 4096):
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(whole[:, start : start + 4096]), format="s16", layout="mono"
            )
            frame.sample_rate = RATE
            frame.pts = start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return target.getvalue()
