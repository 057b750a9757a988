"""A clock that moves only when it is told to."""

from datetime import UTC, datetime, timedelta

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
