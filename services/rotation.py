"""Encrypts everything that is stored with the first key: afterwards the former keys may be thrown away.

Harmless to repeat and to interrupt: what has the first key already is passed over, each batch is kept by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from services.db.locking import LOCK
from services.db.models import InboxRow, IntegrationRow, PendingAccessRow, WizardStateRow
from services.db.unit_of_work import Database
from services.secrets import SecretsUnreadable, Vault

BATCH = 100
SIGN = "gAAAAA"
"""How everything begins that was encrypted here: the version of the format, and a time of this century."""
PLACES: tuple[tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]], ...] = (
    (IntegrationRow.id, IntegrationRow.secrets),
    (PendingAccessRow.state, PendingAccessRow.sealed),
    (InboxRow.update_id, InboxRow.payload),
    (WizardStateRow.key, WizardStateRow.data),
)
"""Key and column of everything that holds secrets; in the last two they stand somewhere in a JSON."""


@dataclass
class Rotated:
    renewed: int = 0
    fresh: int = 0
    unreadable: int = 0

    def __str__(self) -> str:
        return (
            f"{self.renewed} stored secrets encrypted with the first key, {self.fresh} had it already, "
            f"{self.unreadable} cannot be read with any key"
        )


class Rotation:
    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def run(self) -> Rotated:
        report = Rotated()
        for key, column in PLACES:
            await self._rotate(key, column, report)
        return report

    async def _rotate(
        self, key: InstrumentedAttribute[Any], column: InstrumentedAttribute[Any], report: Rotated
    ) -> None:
        last = None
        while True:
            async with self._database.write() as session:
                query = select(key.class_).order_by(key).limit(BATCH).with_for_update(**LOCK)
                rows = (await session.scalars(query if last is None else query.where(key > last))).all()
                for row in rows:
                    renewed = _each(getattr(row, column.key), lambda closed: self._renewed(closed, report))
                    if renewed != getattr(row, column.key):
                        setattr(row, column.key, renewed)
                    last = getattr(row, key.key)
            if len(rows) < BATCH:
                return

    def _renewed(self, closed: str, report: Rotated) -> str:
        if self._vault.is_fresh(closed):
            report.fresh += 1
            return closed
        try:
            renewed = self._vault.renewed(closed)
        except SecretsUnreadable:
            report.unreadable += 1
            return closed
        report.renewed += 1
        return renewed


def _each(given: Any, change: Callable[[str], str]) -> Any:
    """The same with every encrypted text changed, wherever it stands."""
    if isinstance(given, str):
        return change(given) if given.startswith(SIGN) else given
    if isinstance(given, list):
        return [_each(one, change) for one in given]
    return {name: _each(one, change) for name, one in given.items()} if isinstance(given, dict) else given
