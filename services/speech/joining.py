"""The program that makes one recording of several: `python -m services.speech.joining TARGET PART...`.

A conversation recorded in several parts becomes one file, so that it is heard as one. The parts come from outside
and have to be decoded: hence a process of its own. They may differ in format; what is made is lossless and at the
rate that speech is heard at. Two channels stay two only if every part has two: which side is whose is never
guessed here.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import av.error

from services.confined import confine
from services.errors import BadAudio

RATE = 16_000


def join(parts: Sequence[Path], target: Path) -> None:
    """Writes the parts one after another as a FLAC file. Raises BadAudio."""
    try:
        layout = "stereo" if all(_channels(part) > 1 for part in parts) else "mono"
        with av.open(str(target), "w", format="flac") as container:
            stream = container.add_stream("flac", rate=RATE, layout=layout)
            written = 0
            for part in parts:
                written = _append(part, container, stream, layout, written)
            container.mux(stream.encode(None))
    except (av.error.FFmpegError, ValueError, IndexError) as failure:
        raise BadAudio(f"a part of the recording is no sound: {type(failure).__name__}") from None


def _channels(part: Path) -> int:
    with av.open(str(part), "r") as container:
        return container.streams.audio[0].codec_context.channels


def _append(
    part: Path, container: "av.container.OutputContainer", stream: av.AudioStream, layout: str, written: int
) -> int:
    """Returns the samples that the file has by now: they are the time of the next ones."""
    for frame in _frames(part, layout):
        frame.pts, frame.time_base = written, Fraction(1, RATE)
        written += frame.samples
        container.mux(stream.encode(frame))
    return written


def _frames(part: Path, layout: str) -> Iterator[av.AudioFrame]:
    resampler = av.AudioResampler(format="s16", layout=layout, rate=RATE)
    with av.open(str(part), "r") as source:
        for decoded in source.decode(audio=0):
            yield from resampler.resample(decoded)
    yield from resampler.resample(None)


def main() -> int:
    confine()
    told: dict[str, str] = {"joined": sys.argv[1]}
    try:
        join([Path(part) for part in sys.argv[2:]], Path(sys.argv[1]))
    except BadAudio as failure:
        told = {"bad": str(failure)}
    print(json.dumps(told), flush=True)  # noqa: T201 - read by the other process
    return 0


if __name__ == "__main__":
    sys.exit(main())
