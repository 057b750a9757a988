"""What may be written where: lists, columns, fields and people of a remote system, remembered for minutes."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from services.connecting.connectors import Connectors
from services.domain.field import Option, RemoteField, RemoteList
from services.domain.integration import ObjectKind
from services.errors import Rejected
from services.integrations.base import Connector
from services.integrations.books import PeopleBook
from services.integrations.writing import FieldWriter, ListWriter, NewColumn
from services.ports import Clock

FRESH = timedelta(minutes=10)
T = TypeVar("T")


class FieldBook:
    """All methods raise the remote failures of `services.errors` when they have to ask."""

    def __init__(self, connectors: Connectors, clock: Clock) -> None:
        self._connectors = connectors
        self._clock = clock
        self._known: dict[tuple[int, str, str], tuple[datetime, Connector, Any]] = {}
        """What was told when, and by which connector: a renewed access may belong to another account."""

    async def lists(self, integration_id: int, *, anew: bool = False) -> Sequence[RemoteList]:
        async def ask(connector: Connector) -> Sequence[RemoteList]:
            return await connector.lists() if isinstance(connector, ListWriter) else ()

        return await self._remembered(integration_id, "lists", "", ask, anew=anew)

    async def columns(self, integration_id: int, list_id: str, *, anew: bool = False) -> Sequence[RemoteField]:
        """Raises Gone when the list is not there any more."""

        async def ask(connector: Connector) -> Sequence[RemoteField]:
            return await connector.columns(list_id) if isinstance(connector, ListWriter) else ()

        return await self._remembered(integration_id, "columns", list_id, ask, anew=anew)

    async def fields(self, integration_id: int, kind: ObjectKind, *, anew: bool = False) -> Sequence[RemoteField]:
        async def ask(connector: Connector) -> Sequence[RemoteField]:
            return await connector.object_fields(kind) if isinstance(connector, FieldWriter) else ()

        return await self._remembered(integration_id, "fields", kind, ask, anew=anew)

    async def people(self, integration_id: int) -> Sequence[Option]:
        async def ask(connector: Connector) -> Sequence[Option]:
            return await connector.people() if isinstance(connector, PeopleBook) else ()

        return await self._remembered(integration_id, "people", "", ask, anew=False)

    async def create_list(
        self, integration_id: int, name: str, code: str, columns: Sequence[NewColumn]
    ) -> RemoteList:
        """Harmless to repeat with the same code. Raises Rejected when the system or its rights do not allow it."""
        connector = await self._connectors.get(integration_id)
        if not isinstance(connector, ListWriter):
            raise Rejected("this system has no lists")
        made = await connector.create_list(name, code, columns)
        self._known.pop((integration_id, "lists", ""), None)
        return made

    async def _remembered(
        self,
        integration_id: int,
        what: str,
        of: str,
        ask: Callable[[Connector], Awaitable[T]],
        *,
        anew: bool,
    ) -> T:
        key, now = (integration_id, what, of), self._clock.now()
        connector = await self._connectors.get(integration_id)
        known = self._known.get(key)
        if known is not None and not anew and now - known[0] < FRESH and known[1] is connector:
            found: T = known[2]
            return found
        found = await ask(connector)
        self._known[key] = (now, connector, found)
        return found
