"""Opens connectors from stored integrations and keeps them while nothing about them changes."""

from collections.abc import Mapping

from services.db.models import IntegrationRow
from services.db.unit_of_work import Database
from services.domain.integration import IntegrationState, Kind
from services.errors import NotFound, Unauthorized
from services.integrations.base import CatalogueEntry, Check, Connector, Cursor, Doors
from services.secrets import SecretsUnreadable, Vault


class Connectors:
    """One connector per integration in this process.

    An update of the row (new secret, new settings) is noticed by what the connector was opened from.
    """

    def __init__(
        self, database: Database, vault: Vault, doors: Doors, catalogue: Mapping[Kind, CatalogueEntry]
    ) -> None:
        self._database = database
        self._vault = vault
        self._doors = doors
        self.catalogue = catalogue
        self._opened: dict[int, tuple[str, Connector, CatalogueEntry]] = {}

    async def try_out(self, kind: Kind, secrets: Mapping[str, str]) -> Check:
        """Checks an account before it is saved. Raises remote failures."""
        entry = self.catalogue[kind]
        connector = entry.open(secrets, {}, self._doors)
        try:
            return await connector.check()
        finally:
            await entry.close(connector)

    async def first_cursor(self, kind: Kind, secrets: Mapping[str, str]) -> Cursor:
        """Where a newly connected account starts: calls from this moment on are new."""
        entry = self.catalogue[kind]
        connector = entry.open(secrets, {}, self._doors)
        try:
            return (await connector.pull(None)).cursor
        finally:
            await entry.close(connector)

    async def get(self, integration_id: int) -> Connector:
        """Raises NotFound when it is gone or disconnected, Unauthorized when its secrets cannot be read."""
        async with self._database.read() as session:
            row = await session.get(IntegrationRow, integration_id)
        if row is None or row.state == IntegrationState.DISCONNECTED:
            await self.forget(integration_id)
            raise NotFound(f"integration {integration_id}")
        opened_from = f"{row.secrets}|{sorted(row.settings.items())}"
        known = self._opened.get(integration_id)
        if known is not None and known[0] == opened_from:
            return known[1]
        await self.forget(integration_id)
        return self._open(row, opened_from)

    def _open(self, row: IntegrationRow, opened_from: str) -> Connector:
        entry = self.catalogue[Kind(row.kind)]
        try:
            secrets = self._vault.open(row.secrets)
        except SecretsUnreadable as failure:
            raise Unauthorized(str(failure)) from None
        connector = entry.open(secrets, row.settings, self._doors)
        self._opened[row.id] = (opened_from, connector, entry)
        return connector

    async def forget(self, integration_id: int) -> None:
        known = self._opened.pop(integration_id, None)
        if known is not None:
            _, connector, entry = known
            await entry.close(connector)

    async def close(self) -> None:
        for integration_id in list(self._opened):
            await self.forget(integration_id)
