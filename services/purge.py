"""Keeps house once a day: the engine's finished jobs go, and what is kept for a time only."""

from services.jobs.engine import DurableJobs
from services.retention import Retention


class Purge:
    def __init__(self, jobs: DurableJobs, retention: Retention) -> None:
        self._jobs = jobs
        self._retention = retention

    async def run(self, key: str, attempt: int) -> None:
        """The job, once a day."""
        await self._retention.run()
        await self._jobs.delete_finished()
