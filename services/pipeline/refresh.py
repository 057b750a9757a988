"""Looks at the funnels of every integration once a day, so that a deleted stage is noticed."""

import structlog
from sqlalchemy import select

from services.db.models import IntegrationRow
from services.db.unit_of_work import Database
from services.domain.integration import Ability, IntegrationState, Kind
from services.errors import CallpromptError
from services.funnels import FunnelBook
from services.integrations.entry import CatalogueEntry

log = structlog.get_logger(__name__)


class RefreshFunnels:
    def __init__(self, database: Database, book: FunnelBook, catalogue: dict[Kind, CatalogueEntry]) -> None:
        self._database = database
        self._book = book
        self._catalogue = catalogue

    async def run(self, key: str, attempt: int) -> None:
        """The job, once a day. One integration's failure does not keep the others."""
        async with self._database.read() as session:
            rows = (
                await session.scalars(
                    select(IntegrationRow).where(IntegrationRow.state == IntegrationState.ACTIVE)
                )
            ).all()
        for row in rows:
            if Ability.LISTS_FUNNELS not in self._catalogue[Kind(row.kind)].abilities:
                continue
            try:
                await self._book.refresh(row.id)
            except CallpromptError as failure:
                log.info("funnels_not_refreshed", integration_id=row.id, failure=failure.code)
