"""The program that listens to recordings' bytes: `python -m services.speech.cutting RECORDING FOLDER`.

A recording comes from outside, and a decoder is a large piece of C: hence a process of its own. Each piece is a
FLAC file in the folder and a line of JSON on the output; an empty line on the input asks for the next one.
"""

import json
import sys
from pathlib import Path
from typing import Any

from services.confined import confine
from services.errors import BadAudio
from services.speech.pieces import pieces
from services.speech.sound import encode


def cut(recording: Path, folder: Path) -> None:
    for number, (piece, seconds) in enumerate(pieces(recording)):
        told: dict[str, Any] = {"read": seconds}
        if piece is not None:
            file = folder / f"piece-{number}.flac"
            file.write_bytes(encode(piece.samples))
            told |= {"file": file.name, "start": piece.start, "seconds": piece.seconds, "speaker": piece.speaker}
        print(json.dumps(told), flush=True)  # noqa: T201 - read by the other process
        sys.stdin.readline()


def main() -> int:
    confine()
    try:
        cut(Path(sys.argv[1]), Path(sys.argv[2]))
    except BadAudio as failure:
        print(json.dumps({"bad": str(failure)}), flush=True)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
