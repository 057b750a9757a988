"""The book of funnels and stages: what the CRM last told, kept by our own numbers."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.connecting.connectors import Connectors
from services.db.models import FunnelRow, IntegrationRow, StageRow
from services.db.unit_of_work import Database
from services.domain.integration import Funnel, ObjectKind, Stage
from services.integrations.books import DealBook, RemoteFunnel, RemoteStage
from services.ports import Clock

FRESH = timedelta(minutes=5)


class FunnelBook:
    """Funnels of integrations. What disappears remotely is marked missing, never removed."""

    def __init__(self, database: Database, connectors: Connectors, clock: Clock) -> None:
        self._database = database
        self._connectors = connectors
        self._clock = clock

    async def of(self, integration_id: int, *, refresh: bool = False) -> tuple[Funnel, ...]:
        """The funnels, in the CRM's order. `refresh` asks the CRM first, unless it was asked a moment ago.

        Raises the remote failures of `services.errors` only when it refreshes.
        """
        if refresh and await self._is_stale(integration_id):
            await self.refresh(integration_id)
        async with self._database.read() as session:
            return await funnels_of(session, integration_id)

    async def refresh(self, integration_id: int) -> None:
        """Asks the CRM and stores what it says."""
        connector = await self._connectors.get(integration_id)
        if not isinstance(connector, DealBook):
            return
        remote = await connector.funnels()
        async with self._database.write() as session:
            await _store(session, integration_id, remote)
            row = await session.get_one(IntegrationRow, integration_id)
            row.funnels_at = self._clock.now()

    async def _is_stale(self, integration_id: int) -> bool:
        async with self._database.read() as session:
            row = await session.get_one(IntegrationRow, integration_id)
        return row.funnels_at is None or self._clock.now() - row.funnels_at > FRESH


async def funnels_of(session: AsyncSession, integration_id: int) -> tuple[Funnel, ...]:
    """Two queries, whatever the number of funnels."""
    funnels = (
        await session.scalars(
            select(FunnelRow).where(FunnelRow.integration_id == integration_id).order_by(FunnelRow.sort)
        )
    ).all()
    stages = await session.scalars(
        select(StageRow).where(StageRow.funnel_id.in_([row.id for row in funnels])).order_by(StageRow.sort)
    )
    by_funnel: dict[int, list[Stage]] = {row.id: [] for row in funnels}
    for row in stages:
        by_funnel[row.funnel_id].append(Stage(row.id, row.external_id, row.name, row.missing))
    return tuple(
        Funnel(
            id=row.id,
            object_kind=ObjectKind(row.object_kind),
            external_id=row.external_id,
            name=row.name,
            stages=tuple(by_funnel[row.id]),
            missing=row.missing,
        )
        for row in funnels
    )


async def _store(session: AsyncSession, integration_id: int, remote: Sequence[RemoteFunnel]) -> None:
    known = {
        (row.object_kind, row.external_id): row
        for row in await session.scalars(select(FunnelRow).where(FunnelRow.integration_id == integration_id))
    }
    for row in known.values():
        row.missing = True
    for sort, funnel in enumerate(remote):
        row = known.get((funnel.object_kind, funnel.external_id)) or FunnelRow(
            integration_id=integration_id, object_kind=funnel.object_kind, external_id=funnel.external_id
        )
        row.name, row.sort, row.missing = funnel.name, sort, False
        session.add(row)
        await session.flush()
        await _store_stages(session, row.id, funnel.stages)


async def _store_stages(session: AsyncSession, funnel_id: int, remote: Sequence[RemoteStage]) -> None:
    known = {
        row.external_id: row
        for row in await session.scalars(select(StageRow).where(StageRow.funnel_id == funnel_id))
    }
    for row in known.values():
        row.missing = True
    for sort, stage in enumerate(remote):
        row = known.get(stage.external_id) or StageRow(funnel_id=funnel_id, external_id=stage.external_id)
        row.name, row.sort, row.missing = stage.name, sort, False
        session.add(row)
