"""Makes the recordings anew: `python -m sandbox.recordings.make_files` (needs the espeak-ng program)."""

import io
import subprocess
import wave

import numpy as np

from sandbox.recordings.decoding import decode
from sandbox.recordings.library import FILES
from sandbox.recordings.phrasebook import Phrasebook
from sandbox.recordings.scenarios import SCENARIOS, Scenario
from sandbox.recordings.synthesis import Line, encode
from sandbox.recordings.tones import RATE, Samples, chirp

VOICES = {
    "manager": ["-v", "ru+f3", "-p", "55", "-s", "165"],
    "client": ["-v", "ru+m3", "-p", "35", "-s", "155"],
}


def speak(line: Line) -> Samples:
    """The phrase in a robot's voice, mono at 8 kHz."""
    command = ["espeak-ng", *VOICES[line.speaker], "--stdout", line.text]
    spoken = subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603
    with wave.open(io.BytesIO(spoken)) as file:
        rate, frames = file.getframerate(), file.readframes(file.getnframes())
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(frames)
    return decode(buffer.getvalue()) * 0.6


def make(scenario: Scenario) -> bytes:
    phrasebook = Phrasebook()
    left: list[Samples] = []
    right: list[Samples] = []
    for line in scenario.lines:
        gap = np.zeros(int(0.35 * RATE), dtype=np.float32)
        said = np.concatenate([chirp(phrasebook.add(line.text)) * 0.6, speak(line), gap])
        quiet = np.zeros(len(said), dtype=np.float32)
        left.append(said if line.speaker == "manager" else quiet)
        right.append(said if line.speaker == "client" else quiet)
    return encode(np.stack([np.concatenate(left), np.concatenate(right)]), "mp3")


def main() -> None:
    FILES.mkdir(exist_ok=True)
    for scenario in SCENARIOS:
        (FILES / f"{scenario.key}.mp3").write_bytes(make(scenario))


if __name__ == "__main__":
    main()
