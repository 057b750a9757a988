"""Deletes the engine's finished jobs once a day. Our own rows are not touched."""

from services.jobs.engine import DurableJobs
from services.ports import Clock


class Purge:
    def __init__(self, jobs: DurableJobs, clock: Clock) -> None:
        self._jobs = jobs
        self._clock = clock

    async def run(self, key: str, attempt: int) -> None:
        """The job, once a day."""
        await self._jobs.delete_finished()
