"""Fields of a deal or lead: one update per call and object, nobody's value overwritten by accident."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import CallRow, DeliveryRow, FieldWriteRow
from services.db.repositories.wordings import field_of_json
from services.db.unit_of_work import Database
from services.domain.answer import FieldFate, UndoState
from services.domain.call import Reason
from services.domain.field import RemoteField
from services.domain.prompt import Policy
from services.errors import Gone, Rejected
from services.integrations.base import Connector, FieldWriter, Remote
from services.pipeline.writers.base import Done, Group, Plan, object_of


@dataclass(frozen=True)
class _Wish:
    """A value for a field. `row` is the delivery it belongs to."""

    row: DeliveryRow
    field: RemoteField
    policy: Policy
    value: Remote


def field_writer(connector: Connector) -> FieldWriter:
    """Raises Rejected when the system's fields cannot be written."""
    if not isinstance(connector, FieldWriter):
        raise Rejected("this system writes no fields")
    return cast("FieldWriter", connector)


class FieldsWriter:
    """What stood in a field before our first try is kept: by it a lost answer of the system is judged."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self, connector: Connector, row: DeliveryRow) -> Done | None:
        """Setting a value is harmless to repeat: the next plan compares what stands there."""
        return None

    async def plan(self, connector: Connector, group: Group) -> Plan:
        wishes = _wishes(group)
        fields = [wish.field for wish in wishes]
        try:
            now = await field_writer(connector).read_values(object_of(group[0].target), fields)
        except Gone:
            return Plan(done=Done(reason=Reason.REMOTE_REJECTED))
        newer = await self._newer(group[0])
        before: dict[str, Any] = dict(now)
        for row in group:
            before |= row.before or {}
        decided = {wish.field.id: _decide(wish, now, wish.row.before, wish.field.id in newer) for wish in wishes}
        fates: dict[str, str] = {name: one.fate for name, one in decided.items()}
        values = {name: one.value for name, one in decided.items() if one.writes}
        if values:
            return Plan(before, details=(fields, values, fates))
        return Plan(before, await self._finished(group[0], fates))

    async def _newer(self, row: DeliveryRow) -> set[str]:
        """Fields in which a later call's answer stands."""
        async with self._database.read() as session:
            call = await session.get_one(CallRow, row.call_id)
            return set(
                await session.scalars(
                    select(FieldWriteRow.field_id).where(
                        FieldWriteRow.integration_id == row.integration_id,
                        FieldWriteRow.target == row.target,
                        FieldWriteRow.started_at > call.started_at,
                    )
                )
            )

    async def send(self, connector: Connector, group: Group, plan: Plan) -> Done:
        fields, values, fates = plan.details
        asked = [field for field in fields if field.id in values]
        after = await field_writer(connector).write_values(object_of(group[0].target), asked, values)
        fates = dict(fates)
        for name, value in values.items():
            if name not in after:
                fates[name] = FieldFate.GONE
            elif after[name] != value:
                fates[name] = FieldFate.LOST
        return await self._finished(group[0], fates)

    async def _finished(self, row: DeliveryRow, fates: Mapping[str, str]) -> Done:
        """Remembers whose answer stands in each field now."""
        names = [name for name, fate in fates.items() if fate == FieldFate.WRITTEN]
        async with self._database.write() as session:
            call = await session.get_one(CallRow, row.call_id)
            for name in names:
                known = await _field_write(session, row, name)
                if known is None:
                    known = FieldWriteRow(integration_id=row.integration_id, target=row.target, field_id=name)
                    session.add(known)
                known.call_id, known.started_at = call.id, call.started_at
        return Done(fates=fates, reason=_failure(fates.values()))

    async def undo(self, connector: Connector, row: DeliveryRow) -> UndoState:
        """The former values come back where nobody has changed ours since."""
        writer, target = field_writer(connector), object_of(row.target)
        wishes = [one for one in _wishes([row]) if (row.fates or {}).get(one.field.id) == FieldFate.WRITTEN]
        if not wishes:
            return UndoState.DONE
        fields = [wish.field for wish in wishes]
        try:
            now = await writer.read_values(target, fields)
        except Gone:
            return UndoState.DONE
        restored: dict[str, Remote] = {}
        changed = False
        for wish in wishes:
            former = (row.before or {}).get(wish.field.id)
            ours = _joined(former, wish.value) if wish.policy is Policy.APPEND else wish.value
            if now.get(wish.field.id) == ours:
                restored[wish.field.id] = former
            elif now.get(wish.field.id) != former:
                changed = True
        if restored:
            asked = [field for field in fields if field.id in restored]
            await writer.write_values(target, asked, restored)
        await self._forget(row, [wish.field.id for wish in wishes])
        return UndoState.PARTLY if changed else UndoState.DONE

    async def _forget(self, row: DeliveryRow, names: list[str]) -> None:
        async with self._database.write() as session:
            await session.execute(
                delete(FieldWriteRow).where(
                    FieldWriteRow.integration_id == row.integration_id,
                    FieldWriteRow.target == row.target,
                    FieldWriteRow.field_id.in_(names),
                    FieldWriteRow.call_id == row.call_id,
                )
            )


async def _field_write(session: AsyncSession, row: DeliveryRow, name: str) -> FieldWriteRow | None:
    return await session.scalar(
        select(FieldWriteRow).where(
            FieldWriteRow.integration_id == row.integration_id,
            FieldWriteRow.target == row.target,
            FieldWriteRow.field_id == name,
        )
    )


def _wishes(group: Group) -> list[_Wish]:
    """Of two prompts that write the same field the later one in order counts."""
    wishes: dict[str, _Wish] = {}
    for row in group:
        for name, one in (row.payload or {}).items():
            wishes[name] = _Wish(row, field_of_json(one["field"]), Policy(one["policy"]), one["value"])
    return list(wishes.values())


@dataclass(frozen=True)
class _Decision:
    fate: FieldFate
    value: Remote = None
    writes: bool = False


def _decide(wish: _Wish, now: Mapping[str, Remote], before: Mapping[str, Remote] | None, newer: bool) -> _Decision:
    """`before` is known from an earlier try whose outcome is not: it may be ours that stands there."""
    name = wish.field.id
    if name not in now:
        return _Decision(FieldFate.GONE)
    present = now[name]
    tried = before is not None and name in before
    arrived = _Decision(FieldFate.WRITTEN if tried else FieldFate.SAME)
    if wish.policy is Policy.APPEND:
        if _contains(present, wish.value):
            return arrived
        return _Decision(FieldFate.WRITTEN, _joined(present, wish.value), writes=True)
    if present == wish.value:
        return arrived
    write = _Decision(FieldFate.WRITTEN, wish.value, writes=True)
    if wish.policy is Policy.IF_EMPTY:
        return write if present is None else _Decision(FieldFate.KEPT)
    if newer:
        return _Decision(FieldFate.NEWER)
    if before is not None and tried and present != before[name]:
        return _Decision(FieldFate.KEPT)  # our earlier try arrived, and somebody has changed it since
    return write


def _joined(former: Remote, value: Remote) -> Remote:
    if former is None:
        return value
    if isinstance(former, list):
        return sorted({*former, *value}) if isinstance(value, list) else [*former, value]
    return f"{former}\n{value}"


def _contains(present: Remote, value: Remote) -> bool:
    if isinstance(present, list):
        return all(one in present for one in value) if isinstance(value, list) else value in present
    return isinstance(present, str) and str(value) in present.split("\n")


def _failure(fates: Iterable[str]) -> Reason | None:
    """Why the delivery counts as failed: nothing arrived although something should have."""
    told = set(fates)
    if told & {FieldFate.WRITTEN, FieldFate.SAME, FieldFate.KEPT, FieldFate.NEWER}:
        return None
    return Reason.VALUE_LOST if FieldFate.LOST in told else Reason.FIELD_GONE
