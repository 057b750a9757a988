"""A strict Novofon over real HTTP: the present platform with its media host, and the old cabinet."""

from sandbox.novofon.cabinet import Cabinet
from sandbox.novofon.legacy import LegacyCabinet
from sandbox.novofon.world import Employee, Recording, Session

__all__ = ["Cabinet", "Employee", "LegacyCabinet", "Recording", "Session"]
