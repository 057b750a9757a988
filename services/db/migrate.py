"""Brings the database to the present schema when a process starts."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

SCRIPTS = Path(__file__).parents[2] / "alembic"
LOCK = 0x63616C6C
"""PostgreSQL's advisory lock for starting: processes that start together wait for one another."""


def configuration(connection: Connection) -> Config:
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
        await connection.run_sync(lambda sync: command.upgrade(configuration(sync), "head"))
