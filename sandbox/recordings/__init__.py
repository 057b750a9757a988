"""Recordings that a machine can really hear: each phrase starts with a chirp that names it."""

from sandbox.recordings.phrasebook import Phrasebook
from sandbox.recordings.synthesis import Line, silence, synthesize

__all__ = ["Line", "Phrasebook", "silence", "synthesize"]
