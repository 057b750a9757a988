"""What the delivery job asks of a destination."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from services.db.models import DeliveryRow
from services.domain.answer import UndoState
from services.domain.call import ObjectRef, Reason
from services.domain.integration import ObjectKind
from services.integrations.base import Connector

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
    """A finished write. `reason` is set when it failed for good; `fates` are by field id."""

    remote_id: str | None = None
    fates: Mapping[str, str] = field(default_factory=dict)
    reason: Reason | None = None


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
