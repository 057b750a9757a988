"""A strict MacroCRM installation over real HTTP, in both of its dialects: requests, calls, recordings, notes."""

from sandbox.macrocrm.installation import Installation
from sandbox.macrocrm.settings import Settings
from sandbox.macrocrm.world import Call, Note, Request

__all__ = ["Call", "Installation", "Note", "Request", "Settings"]
