"""Rows of own funnels as a member may touch them. Whoever changes something waits for the one before."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.locking import LOCK
from services.db.models import FunnelRow, IntegrationRow, StageRow
from services.domain.call import Trait
from services.domain.integration import IntegrationState, Kind, ObjectKind
from services.domain.workspace import Member
from services.errors import NotFound
from services.integrations.entry import CatalogueEntry
from services.ownfunnels.ability import makes_funnels


class Owned:
    """Every method raises NotFound for what is gone, disconnected, another company's, or a CRM's own."""

    def __init__(self, catalogue: Mapping[Kind, CatalogueEntry]) -> None:
        self._catalogue = catalogue

    def fits(self, kind: Kind) -> bool:
        """Are the funnels of such a system ours to make?"""
        return kind in self._catalogue and makes_funnels(self._catalogue[kind].abilities)

    def traits(self, kind: Kind) -> frozenset[Trait]:
        return self._catalogue[kind].traits

    async def integration(
        self, session: AsyncSession, member: Member, integration_id: int, *, lock: bool = False
    ) -> IntegrationRow:
        """`lock`: funnels, stages and rules of an integration change one after another."""
        locked = LOCK if lock else None
        row = await session.get(IntegrationRow, integration_id, with_for_update=locked, populate_existing=lock)
        if row is None or row.workspace_id != member.workspace_id or not self.fits(Kind(row.kind)):
            raise NotFound(f"integration {integration_id}")
        if row.state == IntegrationState.DISCONNECTED:
            raise NotFound(f"integration {integration_id}")
        return row

    async def funnel(
        self, session: AsyncSession, member: Member, funnel_id: int, *, lock: bool = False
    ) -> FunnelRow:
        row = await session.get(FunnelRow, funnel_id)
        if row is None or row.object_kind != ObjectKind.CALL:
            raise NotFound(f"funnel {funnel_id}")
        await self.integration(session, member, row.integration_id, lock=lock)
        if lock:
            await session.refresh(row, with_for_update=LOCK)
        if row.missing:
            raise NotFound(f"funnel {funnel_id}")
        return row

    async def stage(self, session: AsyncSession, member: Member, stage_id: int, *, lock: bool = False) -> StageRow:
        row = await session.get(StageRow, stage_id)
        if row is None:
            raise NotFound(f"stage {stage_id}")
        await self.funnel(session, member, row.funnel_id, lock=lock)
        if lock:
            await session.refresh(row, with_for_update=LOCK)
        if row.missing:
            raise NotFound(f"stage {stage_id}")
        return row


async def funnel_rows(session: AsyncSession, integration_id: int) -> list[FunnelRow]:
    """Those that are there, in their order."""
    rows = await session.scalars(
        select(FunnelRow)
        .where(
            FunnelRow.integration_id == integration_id,
            FunnelRow.object_kind == ObjectKind.CALL,
            FunnelRow.missing.is_(False),
        )
        .order_by(FunnelRow.sort, FunnelRow.id)
    )
    return list(rows)


async def stage_rows(session: AsyncSession, funnel_id: int) -> list[StageRow]:
    rows = await session.scalars(
        select(StageRow)
        .where(StageRow.funnel_id == funnel_id, StageRow.missing.is_(False))
        .order_by(StageRow.sort, StageRow.id)
    )
    return list(rows)
