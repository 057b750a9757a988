"""What a failure of the database tells the log."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.db.unit_of_work import Database


async def test_a_failure_tells_the_statement_and_not_its_values(database: Database) -> None:
    insert = text("INSERT INTO claim (workspace_id, token_hash, created_at) VALUES (:number, :phone, NULL)")
    with pytest.raises(DBAPIError) as failure:
        async with database.write() as session:
            await session.execute(insert, {"number": 1, "phone": "+79001234567"})
    assert "INSERT INTO claim" in str(failure.value)
    assert "SQL parameters hidden" in str(failure.value)
