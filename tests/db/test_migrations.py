"""Migrations go up, down and up again, and agree with the models, on both databases."""

import asyncio
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.engine import open_engine
from services.db.migrate import SCRIPTS, configuration, migrate, newest
from services.db.models import Base, ForgetOrderRow
from services.db.unit_of_work import Database


async def test_stairway(database_address: str) -> None:
    engine = open_engine(database_address)
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(configuration(sync), "head"))
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: command.downgrade(configuration(sync), "base"))
    async with engine.begin() as connection:
        left = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    assert set(left) == {"alembic_version"}
    await migrate(engine)
    async with engine.begin() as connection:
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    assert set(tables) - {"alembic_version"} == set(Base.metadata.tables)
    await engine.dispose()


async def test_deletions_that_the_history_held_are_gone_through_once_more(database_address: str) -> None:
    engine = open_engine(database_address)
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(configuration(sync), "0005"))
        await connection.execute(
            text(
                "INSERT INTO workspace (id, name, zone, language, settings, created_at) "
                "VALUES (1, 'x', 'UTC', 'ru', '{}', '2026-01-01')"
            )
        )
        await connection.execute(
            text(
                "INSERT INTO audit (workspace_id, user_id, action, subject, details, at) VALUES "
                """(1, 7, 'phone_forgotten', '2', '{"calls"\\: "3 5", "left"\\: "1"}', '2026-01-01'), """
                "(1, 7, 'chat_muted', '2', '{}', '2026-01-01')"
            )
        )
    await migrate(engine)
    async with AsyncSession(engine) as session:
        order = (await session.scalars(select(ForgetOrderRow))).one()
    assert (order.calls, order.user_id, order.attempt) == ([3, 5], None, 0)
    await engine.dispose()


async def test_models_and_migrations_agree(database: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))

    async with database.engine.begin() as connection:
        assert await connection.run_sync(differences) == []


def test_the_newest_migration_is_the_one_that_the_library_finds() -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    assert ScriptDirectory.from_config(config).get_current_head() == newest()


async def test_two_processes_may_start_together(database_address: str) -> None:
    engines = [open_engine(database_address) for _ in range(3)]
    await asyncio.gather(*(migrate(engine) for engine in engines))
    async with engines[0].connect() as connection:
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    assert "workspace" in tables
    for engine in engines:
        await engine.dispose()
