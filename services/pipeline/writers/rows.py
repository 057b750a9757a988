"""Rows of a list: one per call and prompt, found by its code."""

from collections.abc import Mapping
from typing import Any, cast

from services.db.models import DeliveryRow
from services.domain.answer import FieldFate, UndoState
from services.domain.call import Reason
from services.errors import Gone, Rejected
from services.integrations.base import Connector, ListWriter
from services.integrations.base import Remote as Value
from services.pipeline.writers.base import Done, Group, Plan

PREFIX = "list:"


def list_writer(connector: Connector) -> ListWriter:
    """Raises Rejected when the system has no lists."""
    if not isinstance(connector, ListWriter):
        raise Rejected("this system writes no lists")
    return cast("ListWriter", connector)


def values_of(row: DeliveryRow) -> dict[str, Value]:
    return {name: one["value"] for name, one in (row.payload or {}).items()}


class RowWriter:
    async def look(self, connector: Connector, row: DeliveryRow) -> Done | None:
        """A row with our code is ours. Of two that were made at once the first stays."""
        lists, list_id = list_writer(connector), row.target.removeprefix(PREFIX)
        found = await lists.find_rows(list_id, row.marker)
        if not found or not _holds(found[0].values, values_of(row)):
            return None
        for double in found[1:]:
            await lists.remove_row(list_id, double.id)
        return Done(found[0].id, _all(row, FieldFate.WRITTEN))

    async def plan(self, connector: Connector, group: Group) -> Plan:
        (row,) = group
        try:
            found = await list_writer(connector).find_rows(row.target.removeprefix(PREFIX), row.marker)
        except Gone:
            return Plan(done=Done(reason=Reason.LIST_GONE))
        if not found:
            return Plan()
        present = found[0]
        missing = {name: value for name, value in values_of(row).items() if present.values.get(name) is None}
        if not missing:
            return Plan(done=Done(present.id, _fates(row, present.values, missing)))
        return Plan(details=(present, missing))

    async def send(self, connector: Connector, group: Group, plan: Plan) -> Done:
        (row,) = group
        lists, list_id = list_writer(connector), row.target.removeprefix(PREFIX)
        if plan.details is None:
            number = await lists.add_row(list_id, row.marker, row.body, values_of(row))
            return Done(number, _all(row, FieldFate.WRITTEN))
        present, missing = plan.details
        await lists.merge_row(list_id, present.id, row.marker, missing)
        return Done(present.id, _fates(row, present.values, missing))

    async def undo(self, connector: Connector, row: DeliveryRow) -> UndoState:
        """A row in which somebody has changed what we wrote is theirs now."""
        lists, list_id = list_writer(connector), row.target.removeprefix(PREFIX)
        try:
            found = [one for one in await lists.find_rows(list_id, row.marker) if one.id == row.remote_id]
        except Gone:
            return UndoState.DONE
        if not found:
            return UndoState.DONE
        written = {
            name: value
            for name, value in values_of(row).items()
            if (row.fates or {}).get(name) == FieldFate.WRITTEN
        }
        if not _holds(found[0].values, written):
            return UndoState.PARTLY
        await lists.remove_row(list_id, found[0].id)
        return UndoState.DONE


def _holds(values: Mapping[str, Value], wanted: Mapping[str, Value]) -> bool:
    return all(values.get(name) == value for name, value in wanted.items())


def _all(row: DeliveryRow, fate: FieldFate) -> dict[str, str]:
    return dict.fromkeys(row.payload or {}, fate)


def _fates(row: DeliveryRow, present: Mapping[str, Value], missing: Mapping[str, Any]) -> dict[str, str]:
    """What a row held already stays: it is the same, or somebody's."""
    fates: dict[str, str] = {}
    for name, value in values_of(row).items():
        if name in missing:
            fates[name] = FieldFate.WRITTEN
        else:
            fates[name] = FieldFate.SAME if present.get(name) == value else FieldFate.KEPT
    return fates
