"""Brings the database to the present schema when a process starts.

The library of migrations is loaded only when there is something to bring: most starts find the schema as it is.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

SCRIPTS = Path(__file__).parents[2] / "alembic"
LOCK = 0x63616C6C
"""PostgreSQL's advisory lock for starting: processes that start together wait for one another."""


if TYPE_CHECKING:
    from alembic.config import Config


def configuration(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


async def one_at_a_time(connection: AsyncConnection) -> None:
    """Until the end of the transaction, among processes that start.

    On SQLite the transaction itself is the lock: it begins IMMEDIATE.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


async def migrate(engine: AsyncEngine) -> None:
    """Upgrades to the newest revision."""
    async with engine.begin() as connection:
        await one_at_a_time(connection)
        if await connection.run_sync(_present) != newest():
            await connection.run_sync(_upgrade)


def newest() -> str:
    """The last of the numbered migrations; a test holds it against what the library says."""
    return max(file.name.partition("_")[0] for file in (SCRIPTS / "versions").glob("[0-9]*_*.py"))


def _present(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    from alembic import command

    command.upgrade(configuration(connection), "head")
