"""What a system may know besides its calls: deals and leads, employees, whose a telephone number is.

Each is a protocol of its own: a connector has what its system can.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from services.domain.call import Binding, FoundCall
from services.domain.field import Option
from services.domain.integration import ObjectKind


@dataclass(frozen=True)
class RemoteStage:
    external_id: str
    name: str


@dataclass(frozen=True)
class RemoteFunnel:
    """A funnel as the CRM tells it; leads are one funnel with `object_kind` LEAD."""

    object_kind: ObjectKind
    external_id: str
    name: str
    stages: tuple[RemoteStage, ...]


@runtime_checkable
class DealBook(Protocol):
    """Ability `lists_funnels`: a CRM that knows which deal or lead its calls belong to."""

    async def funnels(self) -> Sequence[RemoteFunnel]: ...

    async def bind(self, call: FoundCall) -> Binding | None:
        """The deal or lead of a call with its funnel and stage when the call started; None: not yet."""
        ...


@runtime_checkable
class DealChoice(Protocol):
    """A CRM that may know several deals for a call: one that a prompt is waiting for comes first."""

    async def bindings(self, call: FoundCall) -> Sequence[Binding]:
        """As `DealBook.bind`, all that the call may be for, in the CRM's own order; empty: none yet."""
        ...


@runtime_checkable
class PhoneBook(Protocol):
    """A CRM that finds the deal or lead of a telephone number, for calls of a telephony or a disk."""

    async def bind_phone(self, phone: str, started_at: datetime) -> Binding | None:
        """`phone` is in E.164. The CRM's own rule chooses among several; None: nothing found yet."""
        ...


@runtime_checkable
class PeopleBook(Protocol):
    """A system that knows its employees, for fields of that type."""

    async def people(self) -> Sequence[Option]:
        """Active employees, by the ids that fields take."""
        ...
