"""Opens connectors from stored integrations and keeps them while nothing about them changes."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.connecting.safe import StoredSafe
from services.db.models import IntegrationRow
from services.db.unit_of_work import Database
from services.domain.integration import IntegrationState, Kind
from services.errors import NotFound, Unauthorized
from services.integrations.base import Check, Connector, Cursor
from services.integrations.doors import Doors
from services.integrations.entry import CatalogueEntry
from services.secrets import SecretsUnreadable, Vault

REST = timedelta(minutes=15)
"""A replaced connector is closed so much later: somebody may be in the middle of a download."""


@dataclass(frozen=True)
class _Opened:
    opened_from: str
    connector: Connector
    entry: CatalogueEntry

    async def close(self) -> None:
        await self.entry.close(self.connector)


class Connectors:
    """One connector per integration in this process.

    An update of the row (new secret, new settings) is noticed by what the connector was opened from.
    """

    def __init__(
        self, database: Database, vault: Vault, doors: Doors, catalogue: Mapping[Kind, CatalogueEntry]
    ) -> None:
        self._database = database
        self._vault = vault
        self.doors = doors
        self.catalogue = catalogue
        self._opened: dict[int, _Opened] = {}
        self._resting: list[tuple[datetime, _Opened]] = []

    async def complete(self, kind: Kind, values: Mapping[str, str]) -> Mapping[str, str]:
        """What the connect dialogue asked for, as it is stored. Raises remote failures, Refused."""
        return await self.catalogue[kind].complete(values, self.doors)

    async def try_out(self, kind: Kind, secrets: Mapping[str, str]) -> Check:
        """Checks an account before it is saved. Raises remote failures."""
        entry = self.catalogue[kind]
        connector = entry.open(secrets, {}, self.doors)
        try:
            return await connector.check()
        finally:
            await entry.close(connector)

    async def first_cursor(self, kind: Kind, secrets: Mapping[str, str], settings: Mapping[str, Any]) -> Cursor:
        """Where a newly connected account starts: calls from this moment on are new. `settings`: of its check."""
        entry = self.catalogue[kind]
        connector = entry.open(secrets, settings, self.doors)
        try:
            return (await connector.pull(None)).cursor
        finally:
            await entry.close(connector)

    async def get(self, integration_id: int) -> Connector:
        """Raises NotFound when it is gone or disconnected, Unauthorized when its secrets cannot be read."""
        async with self._database.read() as session:
            row = await session.get(IntegrationRow, integration_id)
        if row is None:
            await self.forget(integration_id)
            raise NotFound(f"integration {integration_id}")
        return await self.of(row)

    async def of(self, row: IntegrationRow) -> Connector:
        """The same for a row that was read already."""
        if row.state == IntegrationState.DISCONNECTED:
            await self.forget(row.id)
            raise NotFound(f"integration {row.id}")
        opened_from = f"{row.secrets}|{sorted(_settings(row).items())}"
        known = self._opened.get(row.id)
        if known is not None and known.opened_from == opened_from:
            return known.connector
        await self.forget(row.id)
        return self._open(row, opened_from)

    def turn(self, integration_id: int) -> AbstractAsyncContextManager[None]:
        """Nobody renews the secrets of this integration meanwhile."""
        return StoredSafe(self._database, self._vault, integration_id).turn()

    def _open(self, row: IntegrationRow, opened_from: str) -> Connector:
        entry = self.catalogue[Kind(row.kind)]
        try:
            secrets = self._vault.open(row.secrets)
        except SecretsUnreadable as failure:
            raise Unauthorized(str(failure)) from None
        doors = replace(self.doors, safe=StoredSafe(self._database, self._vault, row.id))
        connector = entry.open(secrets, _settings(row), doors)
        self._opened[row.id] = _Opened(opened_from, connector, entry)
        return connector

    async def forget(self, integration_id: int) -> None:
        """The next one is opened anew; whoever works with the present one may finish."""
        now = self.doors.clock.now()
        known = self._opened.pop(integration_id, None)
        if known is not None:
            self._resting.append((now, known))
        rested = [one for since, one in self._resting if now - since >= REST]
        self._resting = [(since, one) for since, one in self._resting if now - since < REST]
        for one in rested:
            await one.close()

    async def close(self) -> None:
        for one in [*self._opened.values(), *(one for _, one in self._resting)]:
            await one.close()
        self._opened.clear()
        self._resting.clear()


def _settings(row: IntegrationRow) -> dict[str, Any]:
    """What people chose stands over what the check told."""
    return {**row.settings, **row.options}
