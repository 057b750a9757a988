"""Seven requests a second, and a block for whoever goes on beyond that."""

from collections import deque

from sandbox.clock import Clock

PER_SECOND = 7.0
PATIENCE = 50
"""Refusals within a minute; one more and everything is shut."""


class Limits:
    def __init__(self, clock: Clock, *, enforced: bool = True) -> None:
        self._clock = clock
        self.enforced = enforced
        self._level, self._at = 0.0, clock.now()
        self._refused: deque[float] = deque()
        self.blocked = False

    def admits(self) -> bool:
        """Counts one request."""
        if not self.enforced:
            return True
        now = self._clock.now()
        self._level = max(0.0, self._level - max(0.0, now - self._at) * PER_SECOND)
        self._at = now
        if self._level + 1 > PER_SECOND + 1e-6:
            self._refuse(now)
            return False
        self._level += 1
        return True

    def _refuse(self, now: float) -> None:
        self._refused.append(now)
        while self._refused[0] < now - 60:
            self._refused.popleft()
        self.blocked = self.blocked or len(self._refused) > PATIENCE

    def reset(self) -> None:
        """The vendor's support has lifted the block."""
        self.blocked = False
        self._refused.clear()
        self._level = 0.0
