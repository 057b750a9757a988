"""Deals and leads of a CRM that calls of a telephony or a disk belong to."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.insert import insert_unless_there
from services.db.models import CallTargetRow
from services.domain.call import Binding, ObjectRef, Reason, TargetState
from services.domain.integration import ObjectKind


def binding_of_target(row: CallTargetRow) -> Binding | None:
    """None while it is not found. Funnel and stage do not matter: scopes go by the call's own ones."""
    if row.object_kind is None or row.object_id is None:
        return None
    return Binding(
        object=ObjectRef(ObjectKind(row.object_kind), row.object_id),
        funnel_external_id="",
        stage_external_id="",
        title=row.object_title,
        url=row.object_url,
        client_name=row.client_name,
    )


async def targets_of(session: AsyncSession, call_id: int) -> list[CallTargetRow]:
    rows = await session.scalars(
        select(CallTargetRow).where(CallTargetRow.call_id == call_id).order_by(CallTargetRow.id)
    )
    return list(rows)


async def target_in(session: AsyncSession, call_id: int, integration_id: int) -> CallTargetRow | None:
    return await session.scalar(
        select(CallTargetRow).where(
            CallTargetRow.call_id == call_id, CallTargetRow.integration_id == integration_id
        )
    )


async def begin_search(
    session: AsyncSession, call_id: int, integrations: Collection[int], now: datetime
) -> list[CallTargetRow]:
    """The searches that were not begun before."""
    begun = []
    for integration_id in sorted(integrations):
        number = await insert_unless_there(
            session,
            CallTargetRow,
            {
                "call_id": call_id,
                "integration_id": integration_id,
                "object_title": "",
                "object_url": "",
                "client_name": "",
                "state": TargetState.LOOKING,
                "since": now,
                "attempt": 0,
                "tries": 0,
                "due_at": now,
            },
        )
        if number is not None:
            begun.append(await session.get_one(CallTargetRow, number))
    return begun


def store_binding(row: CallTargetRow, binding: Binding) -> None:
    row.object_kind, row.object_id = binding.object.kind, binding.object.id
    row.object_title, row.object_url = binding.title, binding.url
    row.client_name = binding.client_name
    row.state, row.reason, row.tries = TargetState.FOUND, None, 0


async def lose_targets(session: AsyncSession, integration_id: int) -> None:
    """The CRM has become another account: its deals are no more ours."""
    await session.execute(
        update(CallTargetRow)
        .where(CallTargetRow.integration_id == integration_id)
        .values(
            state=TargetState.NONE, reason=Reason.ACCESS_EXPIRED, object_kind=None, object_id=None, due_at=None
        )
    )
