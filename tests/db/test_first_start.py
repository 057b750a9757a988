"""Processes that start together on a new database make one company with its owners."""

import asyncio

from sqlalchemy import select

from services.db.engine import open_engine
from services.db.models import MemberRow, WorkspaceRow
from services.db.unit_of_work import Database
from services.workspace.founding import Founding
from tests.fakes.clock import FakeClock


async def test_two_processes_make_the_first_company_once(
    database: Database, database_address: str, clock: FakeClock
) -> None:
    other = Database(open_engine(database_address))
    try:
        async with asyncio.TaskGroup() as group:
            for process in (database, other, database, other):
                group.create_task(Founding(process, clock).ensure_first([1, 2]))
    finally:
        await other.close()
    async with database.read() as session:
        assert len((await session.scalars(select(WorkspaceRow))).all()) == 1
        assert sorted(await session.scalars(select(MemberRow.user_id))) == [1, 2]
