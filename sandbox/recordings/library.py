"""The twelve recordings as files, ready to be played, attached and heard."""

from pathlib import Path

from sandbox.recordings.phrasebook import Phrasebook
from sandbox.recordings.scenarios import SCENARIOS, Scenario

FILES = Path(__file__).parent / "files"


def teach(phrasebook: Phrasebook) -> None:
    """Puts every phrase of the recordings into the book of the speech server."""
    for scenario in SCENARIOS:
        for line in scenario.lines:
            phrasebook.add(line.text)


def recording(scenario: Scenario) -> bytes:
    return (FILES / f"{scenario.key}.mp3").read_bytes()
