"""The first step of a call: which deal or lead it belongs to, and which prompts are for it."""

from collections.abc import Sequence

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.connecting.connectors import Connectors
from services.db.locking import LOCK
from services.db.models import CallRow
from services.db.repositories.calls import call_of, update_binding
from services.db.repositories.targets import begin_search
from services.db.unit_of_work import Database
from services.domain.call import Binding, Call, CallState, FoundCall, Reason
from services.errors import Ambiguous
from services.integrations.books import DealBook, DealChoice
from services.ownfunnels.routing import route
from services.pipeline.hopeless import Hopeless
from services.pipeline.latest import latest
from services.pipeline.outcome import Outcomes
from services.pipeline.schedule import Schedule
from services.ports import Clock
from services.prompts.matching import ScopedPrompt, match, scoped_prompts
from services.prompts.verdicts import add_verdicts
from services.timing import Timing

log = structlog.get_logger(__name__)


class BindStep:
    """Runs for calls in NEW and WAIT_BINDING."""

    def __init__(
        self,
        database: Database,
        connectors: Connectors,
        outcomes: Outcomes,
        hopeless: Hopeless,
        schedule: Schedule,
        clock: Clock,
        timing: Timing,
    ) -> None:
        self._database = database
        self._connectors = connectors
        self._outcomes = outcomes
        self._hopeless = hopeless
        self._schedule = schedule
        self._clock = clock
        self._timing = timing

    async def run(self, call: Call) -> bool:
        async with self._database.read() as session:
            prompts = await scoped_prompts(session, call.integration_id)
        reason = self._hopeless.reason(call.found, prompts)
        if reason is not None:
            await self._skip(call, prompts, reason)
            return False
        connector = await self._connectors.get(call.integration_id)
        if not isinstance(connector, DealBook):
            return await self._store(call.id, None)
        waited = call.state is CallState.WAIT_BINDING
        found = await latest(self._database, connector, call) if waited else call.found
        try:
            binding = await _binding(connector, found, prompts)
        except Ambiguous:
            await self._wait(call, prompts, Reason.AMBIGUOUS)
            return False
        if binding is None:
            await self._wait(call, prompts, Reason.NO_BINDING)
            return False
        return await self._store(call.id, binding)

    async def _wait(self, call: Call, prompts: tuple[ScopedPrompt, ...], reason: Reason) -> None:
        late = self._outcomes.age(call) >= self._timing.binding_horizon
        if late:
            await self._skip(call, prompts, reason)
        else:
            await self._outcomes.postpone(call.id, reason, waiting=CallState.WAIT_BINDING)

    async def _store(self, call_id: int, binding: Binding | None) -> bool:
        """Binding and verdicts together, by the prompts as they are at this moment.

        `binding` None: a telephony and a disk have no deals, rules of our own funnels say where the call stands.
        """
        async with self._database.write() as session:
            row = await session.get_one(CallRow, call_id, with_for_update=LOCK)
            if binding is None:
                binding = await route(session, call_of(row))
            update_binding(row, binding)
            prompts = await scoped_prompts(session, row.integration_id)
            verdicts = match(prompts, row.started_at, binding)
            await add_verdicts(session, row.id, verdicts)
            if all(reason is not None for _, reason in verdicts):
                await self._outcomes.finish(session, row, CallState.SKIPPED, Reason.NO_PROMPTS)
                return False
            await self._search(session, row, verdicts)
            await self._outcomes.advance(session, row, CallState.BOUND)
        return True

    async def _search(
        self, session: AsyncSession, row: CallRow, verdicts: Sequence[tuple[ScopedPrompt, Reason | None]]
    ) -> None:
        """Other systems that receive answers are searched for the deal of the call."""
        wanted = {prompt.into for prompt, reason in verdicts if reason is None and prompt.into is not None}
        for target in await begin_search(session, row.id, wanted, self._clock.now()):
            await self._schedule.target(session, target)

    async def _skip(self, call: Call, prompts: tuple[ScopedPrompt, ...], reason: Reason) -> None:
        async with self._database.write() as session:
            row = await session.get_one(CallRow, call.id, with_for_update=LOCK)
            await self._hopeless.skip(session, row, prompts, reason)


async def _binding(connector: DealBook, found: FoundCall, prompts: tuple[ScopedPrompt, ...]) -> Binding | None:
    """Of several deals the first that a prompt is for; where none is, the CRM's own first."""
    if not isinstance(connector, DealChoice):
        return await connector.bind(found)
    several = await connector.bindings(found)
    for one in several:
        if any(reason is None for _, reason in match(prompts, found.started_at, one)):
            return one
    return several[0] if several else None
