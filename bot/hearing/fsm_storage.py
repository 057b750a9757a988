"""Wizard state in our own database: a restart loses nothing that was typed.

A conversation belongs to the member who began it. The same person in another company, or after they were
removed, finds none; only the counter of windows goes on, so that no old window opens a new one.
"""

from collections.abc import Mapping
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, DefaultKeyBuilder, StateType, StorageKey
from sqlalchemy import bindparam, delete, select

from handlers.belonging import present
from services.db.insert import insert_unless_there
from services.db.models import WizardStateRow
from services.db.unit_of_work import Database
from services.ports import Clock

_KEPT = select(WizardStateRow).where(WizardStateRow.key == bindparam("name"))


class DatabaseStorage(BaseStorage):
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._names = DefaultKeyBuilder(with_bot_id=True, with_destiny=True)

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        value = state.state if isinstance(state, State) else state
        await self._save(key, {"state": value})

    async def get_state(self, key: StorageKey) -> str | None:
        row = await self._kept(key)
        return row.state if row is not None and _is_theirs(row) else None

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        await self._save(key, {"data": dict(data)})

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        row = await self._kept(key)
        if row is None:
            return {}
        return dict(row.data) if _is_theirs(row) else _counter(row)

    async def close(self) -> None:
        """The database is closed by whoever opened it."""

    async def forget(self, key: StorageKey) -> None:
        async with self._database.write() as session:
            name = self._names.build(key)
            await session.execute(delete(WizardStateRow).where(WizardStateRow.key == name))

    async def _kept(self, key: StorageKey) -> WizardStateRow | None:
        async with self._database.read() as session:
            return await session.scalar(_KEPT, {"name": self._names.build(key)})

    async def _save(self, key: StorageKey, values: dict[str, Any]) -> None:
        name, now = self._names.build(key), self._clock.now()
        async with self._database.write() as session:
            fresh = {"key": name, "data": {}, "updated_at": now}
            await insert_unless_there(session, WizardStateRow, fresh)
            row = await session.get_one(WizardStateRow, name)
            if not _is_theirs(row):
                row.state, row.data = None, _counter(row)
            presence = present()
            if presence is not None:
                row.member_id = presence.member_id
            for field, value in values.items():
                setattr(row, field, value)
            row.updated_at = now


def _is_theirs(row: WizardStateRow) -> bool:
    presence = present()
    return presence is None or row.member_id in (None, presence.member_id)


def _counter(row: WizardStateRow) -> dict[str, Any]:
    return {"number": row.data["number"]} if "number" in row.data else {}
