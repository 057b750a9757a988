"""A clock that moves only when it is told to, and that of the stand-ins, which follows it."""

from datetime import UTC, datetime, timedelta

from sandbox.clock import Clock as SandboxClock

START = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


class FakeClock:
    """Implements `services.ports.Clock`."""

    def __init__(self, start: datetime = START) -> None:
        self.moment = start

    def now(self) -> datetime:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


class RemoteClock(SandboxClock):
    """The stand-in lives in the test's time, perhaps some minutes ahead of it or behind."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp() + self._offset
