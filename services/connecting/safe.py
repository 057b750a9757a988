"""Secrets that change by themselves: a renewed token is stored before it is used, by one holder at a time."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary, WeakValueDictionary

from sqlalchemy import text

from services.db.models import IntegrationRow
from services.db.unit_of_work import Database
from services.errors import NotFound
from services.secrets import Vault

LOCK = 0x73616665
"""First half of PostgreSQL's advisory lock; the second is the integration's number."""
AT_ONCE = 4
"""Renewals of this process that hold a connection: far fewer than there are, for what happens inside needs another
one, and would wait for it in vain if all were held that way."""

_turns: WeakKeyDictionary[Database, WeakValueDictionary[int, asyncio.Lock]] = WeakKeyDictionary()
"""Of the integrations of a database, by their numbers: all holders in the process share one."""
_rooms: WeakKeyDictionary[Database, asyncio.Semaphore] = WeakKeyDictionary()


class StoredRenewal:
    def __init__(self, database: Database, vault: Vault, integration_id: int, secrets: Mapping[str, str]) -> None:
        self._database = database
        self._vault = vault
        self._integration_id = integration_id
        self.secrets = secrets

    async def save(self, secrets: Mapping[str, str], *, account: str | None = None) -> None:
        async with self._database.write() as session:
            row = await session.get_one(IntegrationRow, self._integration_id)
            row.secrets = self._vault.close(secrets)
            row.account = account or row.account
        self.secrets = dict(secrets)


class StoredSafe:
    """Implements `services.integrations.doors.SecretSafe` for one integration."""

    def __init__(self, database: Database, vault: Vault, integration_id: int) -> None:
        self._database = database
        self._vault = vault
        self._integration_id = integration_id
        turns = _turns.setdefault(database, WeakValueDictionary())
        self._turn = turns.setdefault(integration_id, asyncio.Lock())
        self._room = _rooms.setdefault(database, asyncio.Semaphore(AT_ONCE))

    @asynccontextmanager
    async def renew(self) -> AsyncIterator[StoredRenewal]:
        """Raises NotFound when the integration is gone.

        The lock is advisory: the request for a new token takes seconds, and a locked row would hold up whatever
        else is stored about the integration meanwhile. SQLite belongs to one process.
        """
        async with self.turn():
            async with self._database.read() as session:
                row = await session.get(IntegrationRow, self._integration_id)
            if row is None or not row.secrets:
                raise NotFound(f"integration {self._integration_id}")
            yield StoredRenewal(self._database, self._vault, self._integration_id, self._vault.open(row.secrets))

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """For whoever stores other secrets in their place: a renewal under way would overwrite them."""
        async with self._turn, self._among_processes():
            yield

    @asynccontextmanager
    async def _among_processes(self) -> AsyncIterator[None]:
        if self._database.engine.dialect.name != "postgresql":
            yield
            return
        async with self._room, self._database.engine.connect() as connection, connection.begin():
            await connection.execute(
                text("SELECT pg_advisory_xact_lock(:first, :second)"),
                {"first": LOCK, "second": self._integration_id},
            )
            yield
