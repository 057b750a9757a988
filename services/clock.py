"""The real time."""

import asyncio
from datetime import UTC, datetime


class SystemClock:
    """Implements `services.ports.Clock`."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
