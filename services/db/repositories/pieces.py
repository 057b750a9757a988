"""Finished pieces of speech. Implements `services.ports.PieceStore`."""

from services.db.insert import insert_unless_there
from services.db.models import PieceRow
from services.db.unit_of_work import Database
from services.ports import Clock


class StoredPieces:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def get(self, key: str) -> str | None:
        async with self._database.read() as session:
            row = await session.get(PieceRow, key)
        return row.text if row is not None else None

    async def put(self, key: str, text: str) -> None:
        async with self._database.write() as session:
            values = {"key": key, "text": text, "created_at": self._clock.now()}
            await insert_unless_there(session, PieceRow, values)
