"""Puts a call of a telephony or a disk into a funnel of ours: what the pipeline asks."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import FunnelRow, RouteRow, StageRow
from services.domain.call import Binding, Call, ObjectRef
from services.domain.integration import ObjectKind
from services.ownfunnels.conditions import of_json
from services.ownfunnels.rules import Goal, Rule, decide


async def route(session: AsyncSession, call: Call) -> Binding:
    """The call itself is the object; it stands in the funnel of the first rule that takes it, or in none.

    To be asked in the transaction that stores what follows from it. The rules are read by one query, so they
    are those before a change or those after it, never a mixture.
    """
    rows = await _rows(session, call.integration_id)
    rule = decide([rule_of_row(row) for row, _, _ in rows], call.found)
    funnel, stage = next(((f, s) for row, f, s in rows if rule is not None and row.id == rule.id), (None, None))
    return Binding(
        object=ObjectRef(ObjectKind.CALL, str(call.id)),
        funnel_external_id=funnel.external_id if funnel is not None else "",
        stage_external_id=stage.external_id if stage is not None else "",
        title="",
        url="",
    )


async def load_rules(session: AsyncSession, integration_id: int) -> tuple[Rule, ...]:
    """In the order they are tried."""
    return tuple(rule_of_row(row) for row, _, _ in await _rows(session, integration_id))


def rule_of_row(row: RouteRow) -> Rule:
    return Rule(row.id, of_json(row.conditions), Goal(row.funnel_id, row.stage_id))


async def _rows(
    session: AsyncSession, integration_id: int
) -> Sequence[tuple[RouteRow, FunnelRow, StageRow | None]]:
    """What leads into a funnel that is gone takes no calls."""
    rows = await session.execute(
        select(RouteRow, FunnelRow, StageRow)
        .join(FunnelRow, FunnelRow.id == RouteRow.funnel_id)
        .outerjoin(StageRow, StageRow.id == RouteRow.stage_id)
        .where(RouteRow.integration_id == integration_id, FunnelRow.missing.is_(False))
        .order_by(RouteRow.position, RouteRow.id)
    )
    return [(rule, funnel, stage) for rule, funnel, stage in rows]
