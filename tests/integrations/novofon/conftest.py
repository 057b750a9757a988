"""Connectors at work over real HTTP: on the strict stand-ins, and on ones that answer whatever a test says."""

from tests.integrations.conformance.conftest import desk, doors, lines

__all__ = ["desk", "doors", "lines"]
