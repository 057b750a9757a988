"""Where a call stands among funnels of our own, in the words people gave them."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import CallRow, FunnelRow, StageRow
from services.domain.integration import ObjectKind


async def place_of(session: AsyncSession, call: CallRow) -> str:
    """`Продажи › Новые`, as they are called now; empty for a CRM's call and for one in no funnel."""
    if call.object_kind != ObjectKind.CALL or not call.funnel_external_id:
        return ""
    found = await session.execute(
        select(FunnelRow.name, StageRow.name)
        .outerjoin(
            StageRow,
            (StageRow.funnel_id == FunnelRow.id) & (StageRow.external_id == (call.stage_external_id or "")),
        )
        .where(
            FunnelRow.integration_id == call.integration_id,
            FunnelRow.object_kind == ObjectKind.CALL,
            FunnelRow.external_id == call.funnel_external_id,
        )
    )
    names = found.first()
    return " › ".join(name for name in names if name) if names is not None else ""
