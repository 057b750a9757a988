"""Access that ends on a known day: the owners are told two weeks ahead and once more on the last day."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.connecting.accounts import expiry_of
from services.db.locking import LOCK
from services.db.models import IntegrationRow
from services.db.unit_of_work import Database
from services.domain.integration import IntegrationState
from services.notices import Notices
from services.ports import Clock

AHEAD = (timedelta(days=1), timedelta(days=14))
"""The shortest first: whoever connects an access that ends tomorrow hears only that."""


class ExpiryWatch:
    def __init__(self, database: Database, notices: Notices, clock: Clock) -> None:
        self._database = database
        self._notices = notices
        self._clock = clock

    async def run(self, key: str, attempt: int) -> None:
        """The job, each hour. A renewed access ends on another day, and is told of anew."""
        async with self._database.read() as session:
            rows = await session.scalars(
                select(IntegrationRow).where(IntegrationRow.state == IntegrationState.ACTIVE)
            )
            ending = [row.id for row in rows if self._stage(row) is not None]
        for integration_id in ending:
            async with self._database.write() as session:
                await self._tell(session, integration_id)

    def _stage(self, row: IntegrationRow) -> timedelta | None:
        """How far ahead the end is, in what is told; None: it is far, past or unknown."""
        ends_at, now = expiry_of(row.settings), self._clock.now()
        if ends_at is None or ends_at <= now:
            return None
        return next((ahead for ahead in AHEAD if ends_at - now <= ahead), None)

    async def _tell(self, session: AsyncSession, integration_id: int) -> None:
        row = await session.get(IntegrationRow, integration_id, with_for_update=LOCK)
        stage = self._stage(row) if row is not None else None
        ends_at = expiry_of(row.settings) if row is not None else None
        if row is None or stage is None or ends_at is None:
            return
        subject = f"{row.id}:{int(ends_at.timestamp())}:{stage.days}"
        if await self._notices.was_put(session, row.workspace_id, "access_ends", subject=subject):
            return
        values = {
            "name": row.name,
            "kind": row.kind,
            "integration": str(row.id),
            "ends_at": ends_at.isoformat(),
            "days": str(stage.days),
        }
        await self._notices.put(session, row.workspace_id, "access_ends", values, subject=subject)
