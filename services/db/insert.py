"""Insert-or-ignore, the same on both databases: uniqueness is in the schema, not in code."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.inspection import inspect

from services.db.base import Base


async def insert_unless_there(session: AsyncSession, row: type[Base], values: dict[str, Any]) -> int | None:
    """Inserts one row unless a unique key forbids it; the new row's id, or None when it was there."""
    table = inspect(row).local_table
    dialect = session.get_bind().dialect.name
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = make(table).values(**values).on_conflict_do_nothing()  # type: ignore[arg-type]
    key = inspect(row).primary_key[0]
    result = await session.execute(statement.returning(key))
    found = result.scalar_one_or_none()
    return found if isinstance(found, int) else None
