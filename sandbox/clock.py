"""The time that all stand-ins of one sandbox share."""

import time
from datetime import UTC, datetime


class Clock:
    """Wall time plus an offset; `frozen_at` makes it stand still until it is moved."""

    def __init__(self, frozen_at: float | None = None) -> None:
        self._frozen = frozen_at
        self._offset = 0.0

    def now(self) -> float:
        """Seconds since the epoch."""
        return (time.time() if self._frozen is None else self._frozen) + self._offset

    def datetime(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)

    def advance(self, seconds: float) -> None:
        """Moves the sandbox's time forward; nobody sleeps for it."""
        self._offset += seconds
