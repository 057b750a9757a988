"""What the delivery job asks of a destination."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from services.db.models import DeliveryRow
from services.domain.answer import UndoState
from services.domain.call import ObjectRef, Reason
from services.domain.integration import ObjectKind
from services.integrations.base import Connector
from services.integrations.writing import Remote

Group = Sequence[DeliveryRow]
"""Deliveries written with one request: several for the fields of an object, else one."""


@dataclass(frozen=True)
class Plan:
    """What is about to be written.

    `before` is what stands there now, by field, kept for taking the write back. `done`: there is nothing to
    write any more. The rest belongs to the writer that made it.
    """

    before: Mapping[str, Any] | None = None
    done: "Done | None" = None
    details: Any = None


@dataclass(frozen=True)
class Done:
    """A finished write of a group.

    `fates`, `reasons` (failures for good) and `pieces` (values that were written shortened) are by delivery;
    `reason` is the failure of those that have none of their own.
    """

    remote_id: str | None = None
    fates: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    reason: Reason | None = None
    reasons: Mapping[int, Reason] = field(default_factory=dict)
    pieces: Mapping[int, Mapping[str, Remote]] = field(default_factory=dict)

    def reason_of(self, delivery_id: int) -> Reason | None:
        return self.reasons.get(delivery_id, self.reason)


class Writer(Protocol):
    """All methods raise the remote failures of `services.errors`."""

    async def look(self, connector: Connector, row: DeliveryRow) -> Done | None:
        """After an unclear outcome: what was written, or None when it must be planned again.

        Raises Rejected when the remote system offers no way to look.
        """
        ...

    async def plan(self, connector: Connector, group: Group) -> Plan:
        """Reads only."""
        ...

    async def send(self, connector: Connector, group: Group, plan: Plan) -> Done:
        """One write, never repeated here. `sending` is committed before it."""
        ...

    async def undo(self, connector: Connector, row: DeliveryRow) -> UndoState:
        """Takes a confirmed write back; harmless to repeat."""
        ...


def object_of(target: str) -> ObjectRef:
    """`deal:456` back into what it names."""
    kind, _, number = target.partition(":")
    return ObjectRef(ObjectKind(kind), number)


def values_of(row: DeliveryRow) -> dict[str, Remote]:
    """By field id."""
    return {name: one["value"] for name, one in (row.payload or {}).items()}
