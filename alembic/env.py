"""Runs migrations: at the start of the bot (a connection is given) or by the `alembic` command."""

import asyncio
import os

from alembic import context
from sqlalchemy import Connection

from services.db.engine import open_engine
from services.db.models import Base

OWN_TABLES = frozenset(Base.metadata.tables)


def _is_ours(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    # The durable engine keeps its tables in the same SQLite file: they are none of our business.
    return kind != "table" or name in OWN_TABLES


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        include_object=_is_ours,
        compare_type=True,
        user_module_prefix="base.",
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_from_command() -> None:
    engine = open_engine(os.environ.get("DATABASE_URL") or "sqlite+aiosqlite:///data/callprompt.db")
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    asyncio.run(run_from_command())
