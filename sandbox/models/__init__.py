"""A strict OpenAI-compatible server: an extractive model and a listener that hears chirps."""

from sandbox.models.server import ModelServer

__all__ = ["ModelServer"]
