"""An engine for tests: jobs wait until their moment by the test's clock and run when they are told to."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from tests.fakes.clock import FakeClock

Handler = Callable[[str, int], Awaitable[None]]


@dataclass(frozen=True)
class Put:
    name: str
    key: str
    attempt: int
    lane: str
    due: datetime


class JobBoard:
    """Implements `services.ports.Jobs`. A job appears when the transaction that put it commits."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.handlers: dict[str, Handler] = {}
        self.waiting: list[Put] = []
        self.done: list[Put] = []
        self._known: set[tuple[str, str, int]] = set()

    async def put(
        self,
        session: AsyncSession,
        name: str,
        key: str,
        *,
        lane: str,
        attempt: int = 0,
        after: timedelta | None = None,
    ) -> None:
        job = Put(name, key, attempt, lane, self.clock.now() + (after or timedelta(0)))

        def commit(_session: object) -> None:
            if (name, key, attempt) not in self._known:
                self._known.add((name, key, attempt))
                self.waiting.append(job)

        event.listen(session.sync_session, "after_commit", commit, once=True)

    async def under_way(self, name: str, attempts: Mapping[str, int]) -> set[str]:
        waiting = {(job.name, job.key, job.attempt) for job in self.waiting}
        return {key for key, attempt in attempts.items() if (name, key, attempt) in waiting}

    def lose_all(self) -> None:
        """The engine forgets everything, as after a restore of half a backup."""
        self.waiting.clear()

    async def run_due(self) -> int:
        """Runs what is due now, and what that makes due, until nothing is; how many jobs ran."""
        ran = 0
        while True:
            now = self.clock.now()
            job = next((job for job in self.waiting if job.due <= now), None)
            if job is None:
                return ran
            self.waiting.remove(job)
            self.done.append(job)
            await self.handlers[job.name](job.key, job.attempt)
            ran += 1

    async def run_for(self, seconds: float) -> None:
        """Lets so much time pass, stopping at each moment when a job falls due."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while True:
            await self.run_due()
            upcoming = [job.due for job in self.waiting if job.due <= end]
            if not upcoming:
                break
            self.clock.moment = max(self.clock.moment, min(upcoming))
        self.clock.moment = max(self.clock.moment, end)
        await self.run_due()
