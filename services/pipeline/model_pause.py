"""A model connection without access or money: said once a day, tried again by itself."""

from services.db.unit_of_work import Database
from services.notices import Notices
from services.ports import Clock


class ModelPause:
    def __init__(self, database: Database, notices: Notices, clock: Clock) -> None:
        self._database = database
        self._notices = notices
        self._clock = clock

    async def begin(self, workspace_id: int, code: str) -> None:
        """Tells the owners, unless they were told today."""
        today = f"{self._clock.now():%Y-%m-%d}"
        async with self._database.write() as session:
            if not await self._notices.was_put(session, workspace_id, code, subject=today):
                await self._notices.put(session, workspace_id, code, {}, subject=today)
