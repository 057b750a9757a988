"""What a call does whose recording is not there yet."""

from datetime import timedelta

from services.domain.call import CallState, FoundCall, Reason
from services.integrations.base import Connector, SlowRecorder
from services.pipeline.outcome import Outcomes
from services.ports import Clock
from services.timing import Timing


class RecordingWait:
    def __init__(self, outcomes: Outcomes, clock: Clock, timing: Timing) -> None:
        self._outcomes = outcomes
        self._clock = clock
        self._timing = timing

    async def begin(self, call_id: int, found: FoundCall, connector: Connector) -> None:
        """As long as the system says that it may come; then, or where it says nothing, for a day at most."""
        pause = self._pause(found, connector)
        if pause is not None:
            await self._outcomes.linger(call_id, CallState.WAIT_RECORD, pause)
        else:
            await self._outcomes.postpone(
                call_id,
                Reason.NO_RECORD,
                waiting=CallState.WAIT_RECORD,
                horizon=self._timing.recording_horizon,
            )

    def _pause(self, found: FoundCall, connector: Connector) -> timedelta | None:
        if not isinstance(connector, SlowRecorder):
            return None
        return connector.recording_pause(found, self._clock.now() - found.started_at)
