"""Fields of a deal or lead: one update per call and object, nobody's value overwritten by accident."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from services.db.models import DeliveryRow
from services.db.repositories.wordings import field_of_json
from services.db.unit_of_work import Database
from services.domain.answer import FieldFate, UndoState
from services.domain.call import Reason
from services.domain.field import RemoteField
from services.domain.prompt import Policy
from services.errors import Gone, Rejected
from services.integrations.base import Connector
from services.integrations.writing import BlindWriter, FieldWriter, Remote
from services.pipeline.writers.base import Done, Group, Plan, object_of
from services.pipeline.writers.folding import Folded, Wish, fold, holds, without
from services.pipeline.writers.owners import hand_back, newer_than, remember, written_later_first

STANDS = (FieldFate.WRITTEN, FieldFate.SAME)
FINE = (*STANDS, FieldFate.KEPT, FieldFate.NEWER, FieldFate.OTHER_PROMPT)


def field_writer(connector: Connector) -> FieldWriter:
    """Raises Rejected when the system's fields cannot be written."""
    if not isinstance(connector, FieldWriter):
        raise Rejected("this system writes no fields")
    return cast("FieldWriter", connector)


@dataclass(frozen=True)
class _Update:
    """One request: what each field becomes, by field id."""

    fields: dict[str, RemoteField]
    folded: dict[str, Folded]
    barred: frozenset[int]
    """Deliveries that want to spare what stands in a field that cannot be read."""

    @property
    def values(self) -> dict[str, Remote]:
        return {name: one.value for name, one in self.folded.items() if one.writes}


class FieldsWriter:
    """What stood in a field before our first try is kept: by it a lost answer of the system is judged."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self, connector: Connector, row: DeliveryRow) -> Done | None:
        """Setting a value is harmless to repeat: the next plan compares what stands there."""
        return None

    async def plan(self, connector: Connector, group: Group) -> Plan:
        barred = _barred(connector, group)
        wishes = [wish for row in group if row.id not in barred for wish in _wishes(row)]
        fields = {wish.field.id: wish.field for wish in wishes}
        try:
            now = await field_writer(connector).read_values(object_of(group[0].target), list(fields.values()))
        except Gone:
            return Plan(done=Done(reason=Reason.REMOTE_REJECTED))
        async with self._database.read() as session:
            newer = await newer_than(session, group[0])
        folded = {
            name: fold(now[name], [wish for wish in wishes if wish.field.id == name], newer=name in newer)
            for name in fields
            if name in now
        }
        update = _Update(fields, folded, barred)
        if update.values:
            return Plan(now, details=update)
        return Plan(now, await self._finished(group, update, {}))

    async def send(self, connector: Connector, group: Group, plan: Plan) -> Done:
        update: _Update = plan.details
        asked = [update.fields[name] for name in update.values]
        after = await field_writer(connector).write_values(object_of(group[0].target), asked, update.values)
        broken: dict[str, FieldFate] = {}
        for name, value in update.values.items():
            if name not in after:
                broken[name] = FieldFate.GONE
            elif after[name] != value:
                broken[name] = FieldFate.LOST
        return await self._finished(group, update, broken)

    async def _finished(self, group: Group, update: _Update, broken: Mapping[str, FieldFate]) -> Done:
        written = [row for row in group if row.id not in update.barred]
        fates = {row.id: _fates(row, update, broken) for row in written}
        async with self._database.write() as session:
            for row in written:
                await remember(session, row, [name for name, fate in fates[row.id].items() if fate in STANDS])
        pieces: dict[int, dict[str, Remote]] = {}
        for name, folded in update.folded.items():
            for row_id, piece in folded.pieces.items():
                pieces.setdefault(row_id, {})[name] = piece
        reasons = {row.id: why for row in written if (why := _failure(fates[row.id].values())) is not None}
        reasons |= dict.fromkeys(update.barred, Reason.FIELD_BLIND)
        return Done(fates=fates, reasons=reasons, pieces=pieces)

    async def undo(self, connector: Connector, row: DeliveryRow) -> UndoState:
        """The former values come back where nobody has changed ours since; what cannot be read is left."""
        if isinstance(connector, BlindWriter) and connector.writes_blindly:
            raise Rejected("nobody can tell what stood there")
        writer, target = field_writer(connector), object_of(row.target)
        wishes = [one for one in _wishes(row) if (row.fates or {}).get(one.field.id) == FieldFate.WRITTEN]
        if not wishes:
            return UndoState.DONE
        try:
            now = await writer.read_values(target, [wish.field for wish in wishes])
        except Gone:
            return UndoState.DONE
        restored, left = _taken_back(row, wishes, now)
        handed = await self._hand_down(row, left)
        stuck: set[str] = set()
        if restored:
            asked = [wish.field for wish in wishes if wish.field.id in restored]
            after = await writer.write_values(target, asked, restored)
            stuck = {name for name, value in restored.items() if after.get(name) != value}
        async with self._database.write() as session:
            await hand_back(session, row, [wish.field.id for wish in wishes])
        return UndoState.PARTLY if stuck or left.keys() - handed else UndoState.DONE

    async def _hand_down(self, row: DeliveryRow, left: Mapping[str, Wish]) -> set[str]:
        """A later answer stands over ours: taken back one day, it must bring what was before us, not us."""
        handed: set[str] = set()
        async with self._database.write() as session:
            for later in await written_later_first(session, row):
                before = dict(later.before or {})
                for name, wish in left.items():
                    if name in before and before[name] == wish.value and later.call_id != row.call_id:
                        before[name] = (row.before or {}).get(name)
                        handed.add(name)
                later.before = before or later.before
        return handed


def _barred(connector: Connector, group: Group) -> frozenset[int]:
    """What cannot be read looks empty: "only if empty" and "add" would wipe it out."""
    if not (isinstance(connector, BlindWriter) and connector.writes_blindly):
        return frozenset()
    return frozenset(row.id for row in group if any(wish.policy is not Policy.OVERWRITE for wish in _wishes(row)))


def _wishes(row: DeliveryRow) -> list[Wish]:
    before = row.before
    return [
        Wish(
            row.id,
            field_of_json(one["field"]),
            Policy(one["policy"]),
            one["value"],
            tried=before is not None and name in before,
            before=(before or {}).get(name),
        )
        for name, one in (row.payload or {}).items()
    ]


def _fates(row: DeliveryRow, update: _Update, broken: Mapping[str, FieldFate]) -> dict[str, FieldFate]:
    fates: dict[str, FieldFate] = {}
    for name in row.payload or {}:
        folded = update.folded.get(name)
        fate = folded.fates[row.id] if folded is not None else FieldFate.GONE
        fates[name] = broken.get(name, fate) if fate is FieldFate.WRITTEN else fate
    return fates


def _failure(fates: Iterable[str]) -> Reason | None:
    """Why the delivery counts as failed: nothing arrived although something should have."""
    told = set(fates)
    if told & set(FINE):
        return None
    if FieldFate.FULL in told:
        return Reason.FIELD_FULL
    return Reason.VALUE_LOST if FieldFate.LOST in told else Reason.FIELD_GONE


def _taken_back(
    row: DeliveryRow, wishes: Iterable[Wish], now: Mapping[str, Remote]
) -> tuple[dict[str, Any], dict[str, Wish]]:
    """What each field becomes, and the answers that cannot simply be taken out."""
    restored: dict[str, Any] = {}
    left: dict[str, Wish] = {}
    for wish in wishes:
        name, former = wish.field.id, (row.before or {}).get(wish.field.id)
        present = now.get(name)
        if wish.policy is Policy.APPEND and present is not None and holds(present, wish.value):
            restored[name] = without(present, wish.value, former)
        elif wish.policy is not Policy.APPEND and present == wish.value:
            restored[name] = former
        elif present != former:
            left[name] = wish
    return restored, left
