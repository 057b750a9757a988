"""New calls of an integration into our table, each exactly once."""

from collections.abc import Sequence

import structlog
from sqlalchemy import select, update

from services.connecting.connectors import Connectors
from services.db.locking import LOCK
from services.db.models import IntegrationRow
from services.db.unit_of_work import Database
from services.domain.integration import IntegrationState
from services.errors import BadAnswer, NotFound, RemoteError, Unauthorized
from services.integrations.base import CallPage, Cursor
from services.pipeline.arrivals import Arrivals
from services.pipeline.health import HealthBook
from services.ports import Clock

log = structlog.get_logger(__name__)

PAGES = 20
"""At most so many pages in one job; the next tick goes on where this one stopped."""


class PullCalls:
    def __init__(
        self, database: Database, connectors: Connectors, health: HealthBook, arrivals: Arrivals, clock: Clock
    ) -> None:
        self._database = database
        self._connectors = connectors
        self._health = health
        self._arrivals = arrivals
        self._clock = clock

    async def run(self, key: str, attempt: int) -> None:
        """The job: `key` is the integration and what made it due, `12@176400`."""
        integration_id = int(key.partition("@")[0])
        for _ in range(PAGES):
            async with self._database.read() as session:
                row = await session.get(IntegrationRow, integration_id)
            if row is None or row.state != IntegrationState.ACTIVE:
                return
            page = await self.look(row)
            if page is None:
                return
            await self.store(row.id, row.cursor, page)
            if not page.more:
                return

    async def look(self, row: IntegrationRow) -> CallPage | None:
        """One page of calls since the row's cursor; None when it failed, which is then remembered."""
        try:
            connector = await self._connectors.of(row)
            return await connector.pull(row.cursor)
        except NotFound:
            return None
        except RemoteError as failure:
            if not (isinstance(failure, Unauthorized) and await self._is_renewed(row)):
                await self._health.failed(row.id, failure)
        except Exception as failure:
            log.exception("pull_broke", integration_id=row.id)
            await self._health.failed(row.id, BadAnswer(type(failure).__name__))
        return None

    async def _is_renewed(self, row: IntegrationRow) -> bool:
        """Somebody gave a new access while the old one was being refused."""
        async with self._database.read() as session:
            present = await session.scalar(select(IntegrationRow.secrets).where(IntegrationRow.id == row.id))
        return present is not None and present != row.secrets

    async def store(self, integration_id: int, before: Cursor | None, page: CallPage) -> None:
        """Calls and cursor together, or neither: nothing is lost between them."""
        now = self._clock.now()
        async with self._database.write() as session:
            row = await session.get_one(IntegrationRow, integration_id, with_for_update=LOCK)
            if row.cursor != before:
                return  # another process was here meanwhile; what it missed is seen by the overlap
            await self._arrivals.add(session, row, page.calls)
            row.cursor = dict(page.cursor)
            row.last_pull_at = now
            if page.trouble is None:
                await self._health.worked(session, row)
            else:
                await self._health.ails(session, row, page.trouble)

    async def store_quiet(self, looked: Sequence[tuple[IntegrationRow, CallPage]]) -> None:
        """Looks of healthy integrations that found nothing: most of them, so all go into one transaction."""
        now = self._clock.now()
        before = {row.id: (row.cursor, dict(page.cursor)) for row, page in looked}
        async with self._database.write() as session:
            query = select(IntegrationRow.id, IntegrationRow.cursor).where(IntegrationRow.id.in_(before))
            locked = query.order_by(IntegrationRow.id).with_for_update(**LOCK)
            present = (await session.execute(locked)).all()
            mine = [number for number, cursor in present if cursor == before[number][0]]
            moved = [number for number in mine if before[number][1] != before[number][0]]
            if mine:
                seen = [{"id": number, "last_pull_at": now} for number in mine]
                await session.execute(update(IntegrationRow), seen)
            if moved:  # a cursor may be large, and most stay as they are
                changes = [{"id": number, "cursor": before[number][1]} for number in moved]
                await session.execute(update(IntegrationRow), changes)
