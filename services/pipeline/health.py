"""What is wrong with an integration, said once when it breaks and once when it heals."""

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.connecting.troubles import code_of, remote_code_of, trouble_of
from services.db.locking import LOCK
from services.db.models import CallRow, CallTargetRow, DeliveryRow, IntegrationRow
from services.db.unit_of_work import Database
from services.domain.answer import DeliveryState
from services.domain.call import CallState
from services.domain.integration import IntegrationState
from services.errors import Exhausted, RemoteError, ScopeMissing, Unauthorized
from services.notices import Notices
from services.pipeline.schedule import Schedule
from services.ports import Clock

log = structlog.get_logger(__name__)

TOLERATED = 5
"""A source that does not answer so many pulls in a row is reported; a hiccup is not."""


class HealthBook:
    def __init__(self, database: Database, notices: Notices, schedule: Schedule, clock: Clock) -> None:
        self._database = database
        self._notices = notices
        self._schedule = schedule
        self._clock = clock

    async def failed(self, integration_id: int, failure: RemoteError) -> None:
        """Remembers a failure; expired access stops the polling and tells the owners once."""
        async with self._database.write() as session:
            row = await session.get(IntegrationRow, integration_id, with_for_update=LOCK)
            if row is None or row.state == IntegrationState.DISCONNECTED:
                return
            stops = isinstance(failure, Unauthorized) and row.state != IntegrationState.EXPIRED
            if stops:
                row.state = IntegrationState.EXPIRED
            await self._remember(session, row, failure, stops=stops)

    async def ails(self, session: AsyncSession, row: IntegrationRow, failure: RemoteError) -> None:
        """Called in the transaction of a pull that a part of the calls was kept away from."""
        await self._remember(session, row, failure, stops=False)

    async def _remember(
        self, session: AsyncSession, row: IntegrationRow, failure: RemoteError, *, stops: bool
    ) -> None:
        row.failures += 1
        if code_of(row.problem or "") != failure.code:
            row.problem_since = self._clock.now()
            log.warning("integration_failing", integration_id=row.id, problem=failure.code)
        row.problem = trouble_of(failure)
        # A pause that was told before does not tell that the polling has stopped.
        if stops or (not row.problem_told and row.failures >= TOLERATED):
            row.problem_told = True
            code = "integration_expired" if stops else "integration_unreachable"
            values = _told(row, failure, stops=stops)
            await self._notices.put(session, row.workspace_id, code, values, subject=row.id)

    async def right_missing(self, integration_id: int, failure: ScopeMissing) -> None:
        """One right is missing for one kind of work: the rest goes on, the owners hear it once a day."""
        async with self._database.write() as session:
            row = await session.get_one(IntegrationRow, integration_id)
            subject = f"{row.id}:{failure.scope}:{self._clock.now():%Y-%m-%d}"
            if not await self._notices.was_put(session, row.workspace_id, "right_missing", subject=subject):
                values = {"name": row.name, "scope": failure.scope}
                await self._notices.put(session, row.workspace_id, "right_missing", values, subject=subject)

    async def exhausted(self, integration_id: int, failure: Exhausted) -> None:
        """The day's limit of one thing is used up: the rest goes on, the owners hear it once a day."""
        async with self._database.write() as session:
            row = await session.get(IntegrationRow, integration_id)
            if row is None:
                return
            subject = f"{row.id}:{self._clock.now():%Y-%m-%d}"
            if not await self._notices.was_put(session, row.workspace_id, "exhausted", subject=subject):
                values = _told(row, failure, stops=False)
                await self._notices.put(session, row.workspace_id, "exhausted", values, subject=subject)

    async def worked(self, session: AsyncSession, row: IntegrationRow) -> None:
        """Called in the transaction of a successful pull or check."""
        healed = row.problem is not None
        row.failures = 0
        row.problem = row.problem_since = None
        if row.state == IntegrationState.EXPIRED:
            row.state = IntegrationState.ACTIVE
            await self._resume_waiting(session, row.id)
        if healed and row.problem_told:
            await self._notices.put(
                session, row.workspace_id, "integration_healed", {"name": row.name}, subject=row.id
            )
        row.problem_told = False

    async def _resume_waiting(self, session: AsyncSession, integration_id: int) -> None:
        """What waited for the access goes on at once."""
        calls = await session.scalars(
            select(CallRow).where(
                CallRow.integration_id == integration_id,
                CallRow.state.in_([state for state in CallState if not state.final]),
            )
        )
        for call in calls:
            await self._schedule.process(session, call)
        targets = await session.scalars(
            select(CallTargetRow).where(
                CallTargetRow.integration_id == integration_id, CallTargetRow.due_at.is_not(None)
            )
        )
        for target in targets:
            await self._schedule.target(session, target)
        deliveries = await session.scalars(
            select(DeliveryRow).where(
                DeliveryRow.integration_id == integration_id,
                DeliveryRow.state.in_([state for state in DeliveryState if not state.final]),
            )
        )
        for delivery in deliveries:
            await self._schedule.deliver(session, delivery)


def _told(row: IntegrationRow, failure: RemoteError, *, stops: bool) -> dict[str, str]:
    """What the owners' notice is made of; one about an access that ended carries the way to a new one."""
    values = {
        "name": row.name,
        "scope": failure.scope if isinstance(failure, ScopeMissing) else "",
        "problem": failure.code,
        "remote_code": remote_code_of(trouble_of(failure)),
        "kind": row.kind,
    }
    return values | {"integration": str(row.id)} if stops else values
