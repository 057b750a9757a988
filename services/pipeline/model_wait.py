"""What a call does when the model or the speech server gave no answer, for a reason that may pass."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from services.domain.call import Call, CallState, Reason
from services.pipeline.model_pause import ModelPause
from services.pipeline.outcome import Outcomes
from services.ports import ModelFailure
from services.timing import Timing

SOONEST = timedelta(seconds=1)
PATIENCE = 20
"""A busy server is asked again after this part of the time the call has waited for already: often at
first, some hundred times a day at most, whatever little it asks for."""


class ModelWait:
    def __init__(self, outcomes: Outcomes, pause: ModelPause, timing: Timing) -> None:
        self._outcomes = outcomes
        self._pause = pause
        self._timing = timing

    async def begin(
        self,
        call: Call,
        server: Literal["model", "speech"],
        failures: Sequence[ModelFailure],
        giving_up: Reason,
        waiting: CallState | None = None,
    ) -> None:
        """A useless connection and a busy server cost the call no try; anything else does."""
        useless = next((one for one in failures if one.pauses), None)
        asked = _asked(failures)
        if useless is not None:
            await self._pause.begin(call.workspace_id, f"{server}_{useless.kind}")
            await self._outcomes.park(call.id, self._timing.model_pause)
        elif self._only_busy(call, failures):
            await self._outcomes.park(call.id, self._pause_of_busy(call, asked))
        else:
            await self._outcomes.postpone(call.id, giving_up, waiting=waiting, at_least=asked)

    def _only_busy(self, call: Call, failures: Sequence[ModelFailure]) -> bool:
        in_time = self._outcomes.age(call) < self._timing.busy_horizon
        return in_time and all(one.kind == "busy" for one in failures)

    def _pause_of_busy(self, call: Call, asked: timedelta | None) -> timedelta:
        least = asked if asked is not None else self._timing.step(0)
        return max(least or SOONEST, SOONEST, self._outcomes.age(call) / PATIENCE)


def _asked(failures: Sequence[ModelFailure]) -> timedelta | None:
    """The longest wait that was asked for."""
    seconds = [one.retry_after for one in failures if one.retry_after is not None]
    return timedelta(seconds=max(seconds)) if seconds else None
