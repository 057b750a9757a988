"""The owner's limit of roubles a day for the model: once it is spent, calls wait for the next day."""

from datetime import timedelta

import structlog

from services.db.unit_of_work import Database
from services.domain.workspace import Workspace
from services.pipeline.model_pause import ModelPause
from services.ports import Clock
from services.spending import day_around, spent_since, told

log = structlog.get_logger(__name__)

LOOK_AGAIN = timedelta(hours=1)
"""A limit raised or lifted in the middle of the day is noticed by then."""


class DailyCap:
    def __init__(self, database: Database, pause: ModelPause, clock: Clock) -> None:
        self._database = database
        self._pause = pause
        self._clock = clock

    async def wait(self, place: Workspace) -> timedelta | None:
        """How long a call must wait, after the owners were told; None: it may be asked of.

        Without a tariff nobody knows what was spent: then there is no limit.
        """
        if place.daily_cap is None:
            return None
        now = self._clock.now()
        midnight, next_midnight = day_around(now, place.zone)
        async with self._database.read() as session:
            spent = await spent_since(session, place.id, midnight)
        if spent is None or spent < place.daily_cap:
            return None
        log.info("daily_cap_reached", workspace_id=place.id)
        await self._pause.begin(place.id, "daily_cap", {"cap": told(place.daily_cap)})
        return min(next_midnight - now, LOOK_AGAIN)
