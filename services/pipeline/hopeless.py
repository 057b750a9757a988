"""Calls that need no look into the CRM to know that nothing is asked of them."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import CallRow, VerdictRow
from services.domain.call import CallState, FoundCall, Reason
from services.pipeline.outcome import Outcomes
from services.prompts.matching import ScopedPrompt, match, worth_binding
from services.prompts.verdicts import add_verdicts, verdict_values
from services.timing import Timing


class Hopeless:
    def __init__(self, outcomes: Outcomes, timing: Timing) -> None:
        self._outcomes = outcomes
        self._timing = timing

    def reason(self, found: FoundCall, prompts: Sequence[ScopedPrompt]) -> Reason | None:
        if not found.answered:
            return Reason.NOT_ANSWERED
        if 0 < found.duration < self._timing.shortest_call:
            return Reason.TOO_SHORT
        if not worth_binding(prompts, found.started_at):
            return Reason.NO_PROMPTS
        return None

    async def skip(
        self, session: AsyncSession, row: CallRow, prompts: Sequence[ScopedPrompt], reason: Reason
    ) -> None:
        """The end of the call, with the reason stored for every prompt that it was not asked."""
        verdicts = match(prompts, row.started_at, None)
        await add_verdicts(session, row.id, [(prompt, why or reason) for prompt, why in verdicts])
        await self._outcomes.finish(session, row, CallState.SKIPPED, reason)

    def skip_new(
        self, session: AsyncSession, row: CallRow, prompts: Sequence[ScopedPrompt], reason: Reason
    ) -> None:
        """The same for a call that came in this very transaction: nothing has to be looked up."""
        for prompt, why in match(prompts, row.started_at, None):
            session.add(VerdictRow(**verdict_values(row.id, prompt, why or reason)))
        self._outcomes.finish_new(row, reason)
