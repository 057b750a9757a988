"""Twelve calls of a small window company: what was said, by whom, and where it belongs."""

from sandbox.recordings.scenarios.calls import SCENARIOS, Scenario

__all__ = ["SCENARIOS", "Scenario"]
