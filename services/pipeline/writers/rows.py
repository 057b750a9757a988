"""Rows of a list: one per call and prompt, found by its code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import select

from services.db.models import DeliveryRow
from services.db.repositories.wordings import field_of_json
from services.db.unit_of_work import Database
from services.domain.answer import DeliveryState, FieldFate, UndoState
from services.domain.call import Reason
from services.domain.field import FieldType, RemoteField, RemoteRow
from services.errors import Gone, Rejected
from services.integrations.base import Connector
from services.integrations.writing import ListWriter, Remote
from services.pipeline.writers.base import Done, Group, Plan, values_of

PREFIX = "list:"
ZERO = "0"


def list_writer(connector: Connector) -> ListWriter:
    """Raises Rejected when the system has no lists."""
    if not isinstance(connector, ListWriter):
        raise Rejected("this system writes no lists")
    return cast("ListWriter", connector)


@dataclass(frozen=True)
class _Merge:
    """The row that is there, and our values for columns that are empty in it."""

    present: RemoteRow
    missing: Mapping[str, Remote]


class RowWriter:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self, connector: Connector, row: DeliveryRow) -> Done | None:
        """A row with our code is ours. Of two that were made at once the first stays."""
        lists, list_id = list_writer(connector), _list_of(row)
        found = await lists.find_rows(list_id, row.marker)
        if not found or not _holds(found[0].values, values_of(row)):
            return None
        for double in found[1:]:
            if _holds(values_of(row), _filled(double, values_of(row))):
                await lists.remove_row(list_id, double.id)
        return Done(found[0].id, {row.id: dict.fromkeys(row.payload or {}, FieldFate.WRITTEN)})

    async def plan(self, connector: Connector, group: Group) -> Plan:
        (row,) = group
        lists, list_id = list_writer(connector), _list_of(row)
        try:
            found = await lists.find_rows(list_id, row.marker)
            if not found:
                lacking = _lacking(await lists.columns(list_id), values_of(row))
                return Plan(done=Done(reason=Reason.REQUIRED_EMPTY)) if lacking else Plan()
        except Gone:
            return Plan(done=Done(reason=Reason.LIST_GONE))
        present = found[0]
        missing = {name: value for name, value in values_of(row).items() if _is_empty(row, name, present.values)}
        if not missing:
            return Plan(done=Done(present.id, {row.id: _fates(row, present.values, {})}))
        return Plan(details=_Merge(present, missing))

    async def send(self, connector: Connector, group: Group, plan: Plan) -> Done:
        (row,) = group
        lists, list_id = list_writer(connector), _list_of(row)
        merge: _Merge | None = plan.details
        if merge is None:
            number = await lists.add_row(list_id, row.marker, row.body, values_of(row))
            sent = values_of(row)
        else:
            number, sent = merge.present.id, dict(merge.missing)
            await lists.merge_row(list_id, number, row.marker, sent)
        found = await lists.find_rows(list_id, row.marker)
        after = found[0].values if found else {}
        fates = _fates(row, after, sent)
        nothing = fates and not set(fates.values()) - {FieldFate.LOST, FieldFate.GONE}
        return Done(number, {row.id: fates}, reason=Reason.VALUE_LOST if nothing else None)

    async def undo(self, connector: Connector, row: DeliveryRow) -> UndoState:
        """The row goes when all in it is ours. Where people have been at work only our own values go."""
        lists, list_id = list_writer(connector), _list_of(row)
        try:
            found = [one for one in await lists.find_rows(list_id, row.marker) if one.id == row.remote_id]
        except Gone:
            return UndoState.DONE
        if not found:
            return UndoState.DONE
        present, ours = found[0], await self._written(row)
        if present.name in ("", row.body) and _is_only(present, ours):
            await lists.remove_row(list_id, present.id)
            return UndoState.DONE
        own = {name: value for name, value in _own(row).items() if present.values.get(name) == value}
        if own:
            await lists.merge_row(list_id, present.id, row.marker, dict.fromkeys(own))
        return UndoState.PARTLY

    async def _written(self, row: DeliveryRow) -> dict[str, Remote]:
        """All that we have written into this row, in whatever parts."""
        async with self._database.read() as session:
            parts = await session.scalars(
                select(DeliveryRow).where(
                    DeliveryRow.integration_id == row.integration_id,
                    DeliveryRow.target == row.target,
                    DeliveryRow.marker == row.marker,
                    DeliveryRow.state == DeliveryState.CONFIRMED,
                )
            )
            return {name: value for part in parts for name, value in _own(part).items()}


def _list_of(row: DeliveryRow) -> str:
    return row.target.removeprefix(PREFIX)


def _own(row: DeliveryRow) -> dict[str, Remote]:
    """Values of this delivery that arrived."""
    fates = row.fates or {}
    return {name: value for name, value in values_of(row).items() if fates.get(name) == FieldFate.WRITTEN}


def _holds(values: Mapping[str, Remote], wanted: Mapping[str, Remote]) -> bool:
    return all(values.get(name) == value for name, value in wanted.items())


def _filled(row: RemoteRow, ours: Mapping[str, Remote]) -> dict[str, Remote]:
    """What stands in a row; a zero that nobody sent is the system's own way of saying nothing."""
    return {
        name: value for name, value in row.values.items() if value is not None and (value != ZERO or name in ours)
    }


def _is_only(row: RemoteRow, ours: Mapping[str, Remote]) -> bool:
    there = _filled(row, ours)
    return _holds(there, ours) and there.keys() <= ours.keys()


def _is_empty(row: DeliveryRow, name: str, present: Mapping[str, Remote]) -> bool:
    """An omitted number is written as 0 by the system itself."""
    stands = present.get(name)
    column = field_of_json((row.payload or {})[name]["field"])
    return stands is None or (stands == ZERO and column.type is FieldType.NUMBER)


def _lacking(columns: Sequence[RemoteField], values: Mapping[str, Remote]) -> list[str]:
    """Required columns without a value; a zero counts as none there."""
    return [one.id for one in columns if one.required and values.get(one.id) in (None, ZERO)]


def _fates(row: DeliveryRow, after: Mapping[str, Remote], sent: Mapping[str, Any]) -> dict[str, str]:
    """What a row held already stays: it is the same, or somebody's."""
    fates: dict[str, str] = {}
    for name, value in values_of(row).items():
        if name in sent:
            arrived = FieldFate.LOST if name in after else FieldFate.GONE
            fates[name] = FieldFate.WRITTEN if after.get(name) == value else arrived
        else:
            fates[name] = FieldFate.SAME if after.get(name) == value else FieldFate.KEPT
    return fates
