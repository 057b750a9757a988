"""Whose answer stands in a field: the latest call's. An older one never takes its place."""

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import CallRow, DeliveryRow, FieldWriteRow
from services.domain.answer import DeliveryState, FieldFate, UndoState

TAKEN_BACK = (UndoState.DONE, UndoState.PARTLY)


async def newer_than(session: AsyncSession, row: DeliveryRow) -> set[str]:
    """Fields of the object in which a later call's answer stands."""
    call = await session.get_one(CallRow, row.call_id)
    found = await session.scalars(
        select(FieldWriteRow.field_id).where(
            FieldWriteRow.integration_id == row.integration_id,
            FieldWriteRow.target == row.target,
            FieldWriteRow.started_at > call.started_at,
        )
    )
    return set(found)


async def remember(session: AsyncSession, row: DeliveryRow, names: Iterable[str]) -> None:
    call = await session.get_one(CallRow, row.call_id)
    for name in names:
        known = await _known(session, row, name)
        if known is None:
            known = FieldWriteRow(
                integration_id=row.integration_id, target=row.target, field_id=name, started_at=call.started_at
            )
            session.add(known)
        if known.started_at <= call.started_at:
            known.call_id, known.started_at = call.id, call.started_at


async def hand_back(session: AsyncSession, row: DeliveryRow, names: Iterable[str]) -> None:
    """After an answer was taken back the field is the answer's before it, where there is one."""
    for name in names:
        known = await _known(session, row, name)
        if known is None or known.call_id != row.call_id:
            continue
        await session.execute(delete(FieldWriteRow).where(FieldWriteRow.id == known.id))
        former = next((one for one in await written_later_first(session, row) if _wrote(one, name)), None)
        if former is not None:
            await remember(session, former, [name])


async def written_later_first(session: AsyncSession, row: DeliveryRow) -> list[DeliveryRow]:
    """Other writes into fields of the same object that stand, those of the latest calls first."""
    rows = await session.scalars(
        select(DeliveryRow)
        .join(CallRow, CallRow.id == DeliveryRow.call_id)
        .where(
            DeliveryRow.integration_id == row.integration_id,
            DeliveryRow.destination == row.destination,
            DeliveryRow.target == row.target,
            DeliveryRow.state == DeliveryState.CONFIRMED,
            DeliveryRow.id != row.id,
        )
        .order_by(CallRow.started_at.desc(), DeliveryRow.id.desc())
    )
    return [one for one in rows if one.undo not in TAKEN_BACK]


def _wrote(row: DeliveryRow, name: str) -> bool:
    return (row.fates or {}).get(name) == FieldFate.WRITTEN


async def _known(session: AsyncSession, row: DeliveryRow, name: str) -> FieldWriteRow | None:
    return await session.scalar(
        select(FieldWriteRow).where(
            FieldWriteRow.integration_id == row.integration_id,
            FieldWriteRow.target == row.target,
            FieldWriteRow.field_id == name,
        )
    )
