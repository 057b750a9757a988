"""A model that answers nobody for a while: said once a day, tried again by itself."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from services.db.locking import LOCK
from services.db.models import WorkspaceRow
from services.db.unit_of_work import Database
from services.notices import Notices
from services.ports import Clock


class ModelPause:
    def __init__(self, database: Database, notices: Notices, clock: Clock) -> None:
        self._database = database
        self._notices = notices
        self._clock = clock

    async def begin(self, workspace_id: int, code: str, values: Mapping[str, str] | None = None) -> None:
        """Tells the owners, unless they were told today, by the company's own calendar.

        The company's row is locked, for its calls run side by side and come here together.
        """
        async with self._database.write() as session:
            place = await session.get_one(WorkspaceRow, workspace_id, with_for_update=LOCK)
            today = f"{self._clock.now().astimezone(ZoneInfo(place.zone)):%Y-%m-%d}"
            if not await self._notices.was_put(session, workspace_id, code, subject=today):
                await self._notices.put(session, workspace_id, code, values or {}, subject=today)
