"""Says within one process that somebody knocked."""

from datetime import datetime


class Alarm:
    """The next poll is not put off. Another process that polls meanwhile does so at its usual time."""

    def __init__(self) -> None:
        self._rang_at: datetime | None = None

    def ring(self, now: datetime) -> None:
        """Several knocks count from the first: whoever waits for the last one may wait for ever."""
        self._rang_at = self._rang_at or now

    @property
    def rang_at(self) -> datetime | None:
        return self._rang_at

    def clear(self) -> None:
        self._rang_at = None
