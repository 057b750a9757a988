"""Puts the next job of a call or a delivery, together with the row that says when it is expected."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import CallRow, CallTargetRow, DeliveryRow, IntegrationRow
from services.jobs.queues import Job, account_lane, process_lane
from services.ports import Clock, Jobs

NOW = timedelta(0)


class Schedule:
    """`lanes` is how many calls of one company are worked on at a time."""

    def __init__(self, jobs: Jobs, clock: Clock, lanes: int) -> None:
        self._jobs = jobs
        self._clock = clock
        self._lanes = lanes

    async def process(self, session: AsyncSession, row: CallRow, after: timedelta = NOW) -> None:
        row.attempt += 1
        row.due_at = self._clock.now() + after
        await self._jobs.put(
            session,
            Job.PROCESS,
            str(row.id),
            lane=process_lane(row.workspace_id, row.id, self._lanes),
            attempt=row.attempt,
            after=after,
        )

    async def target(self, session: AsyncSession, row: CallTargetRow, after: timedelta = NOW) -> None:
        await self._put(session, Job.TARGET, row, after)

    async def deliver(self, session: AsyncSession, row: DeliveryRow, after: timedelta = NOW) -> None:
        await self._put(session, Job.DELIVER, row, after)

    async def _put(
        self, session: AsyncSession, job: Job, row: CallTargetRow | DeliveryRow, after: timedelta
    ) -> None:
        """In the lane of the account that is asked or written to."""
        integration = await session.get_one(IntegrationRow, row.integration_id)
        row.attempt += 1
        row.due_at = self._clock.now() + after
        lane = account_lane(integration.account)
        await self._jobs.put(session, job, str(row.id), lane=lane, attempt=row.attempt, after=after)
