"""Insert-or-ignore, the same on both databases: uniqueness is in the schema, not in code."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Executable, Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.inspection import inspect

from services.db.base import Base


async def insert_unless_there(session: AsyncSession, row: type[Base], values: dict[str, Any]) -> int | None:
    """Inserts one row unless a unique key forbids it; the new row's id, or None when it was there."""
    result = await session.execute(_insert_returning(row, _dialect(session)), values)
    found = result.scalar_one_or_none()
    return found if isinstance(found, int) else None


async def insert_those_not_there(session: AsyncSession, row: type[Base], values: Sequence[dict[str, Any]]) -> None:
    """Several rows with the same keys in one statement; those that a unique key forbids are left out."""
    if values:
        await session.execute(_insert(row, _dialect(session)), list(values))


def _dialect(session: AsyncSession) -> str:
    return session.get_bind().dialect.name


@cache
def _insert_returning(row: type[Base], dialect: str) -> Executable:
    return _insert(row, dialect).returning(inspect(row).primary_key[0])


@cache
def _insert(row: type[Base], dialect: str) -> Insert:
    table = inspect(row).local_table
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return make(table).on_conflict_do_nothing()  # type: ignore[arg-type]
