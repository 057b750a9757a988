"""Keeps house once a day: the engine's finished jobs go, and what is kept for a time only."""

from services.forgetting.company import CompanyForgetting
from services.jobs.engine import DurableJobs
from services.retention import Retention


class Purge:
    def __init__(self, jobs: DurableJobs, retention: Retention, companies: CompanyForgetting) -> None:
        self._jobs = jobs
        self._retention = retention
        self._companies = companies

    async def run(self, key: str, attempt: int) -> None:
        """The job, once a day."""
        await self._retention.run()
        await self._companies.left_over()
        await self._jobs.delete_finished()
