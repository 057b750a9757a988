"""The deal of a telephony's call in a CRM: found by the phone number, and then its answers are written there.

The search goes on beside the questions to the model: the card comes at once, and the CRM may make a deal of an
unknown caller minutes later, or people the next morning, or after the weekend. Whatever is answered by the time
the deal is found is planned then; answers that come later wake this job again.
"""

from dataclasses import replace
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.cards.wanted import want
from services.connecting.connectors import Connectors
from services.db.locking import LOCK
from services.db.models import CallRow, CallTargetRow
from services.db.repositories.accounts import stay
from services.db.repositories.calls import call_of, untouchable
from services.db.repositories.targets import binding_of_target, store_binding
from services.db.unit_of_work import Database
from services.domain.call import Binding, Call, Reason, TargetState
from services.errors import Ambiguous, NotFound, RateLimited, Rejected, RemoteError, ScopeMissing, Unauthorized
from services.integrations.base import Connector
from services.integrations.books import PhoneBook
from services.phones import e164
from services.pipeline.health import HealthBook
from services.pipeline.keep import Keeper
from services.pipeline.outcome import PARKED
from services.pipeline.schedule import Schedule
from services.pipeline.work import answered_work
from services.ports import Clock, Jobs
from services.timing import Timing

log = structlog.get_logger(__name__)

SLOWLY = timedelta(hours=2)
"""Between two looks at the least, once a deal is no longer expected."""


class FindTarget:
    def __init__(
        self,
        database: Database,
        connectors: Connectors,
        keeper: Keeper,
        health: HealthBook,
        schedule: Schedule,
        jobs: Jobs,
        clock: Clock,
        timing: Timing,
    ) -> None:
        self._database = database
        self._connectors = connectors
        self._keeper = keeper
        self._health = health
        self._schedule = schedule
        self._jobs = jobs
        self._clock = clock
        self._timing = timing

    async def run(self, key: str, attempt: int) -> None:
        """The job: `key` is the number of the search."""
        async with self._database.read() as session:
            row = await session.get(CallTargetRow, int(key))
            if row is None or row.due_at is None or row.due_at > self._clock.now():
                return
            call = await session.get_one(CallRow, row.call_id)
        if untouchable(call) is not None:
            await self._end(row, Reason.ACCESS_EXPIRED)
            return
        try:
            await self._go_on(row, call_of(call))
        except NotFound:
            await self._end(row, Reason.ACCESS_EXPIRED)
        except ScopeMissing as failure:
            await self._health.right_missing(row.integration_id, failure)
            await self._again(row, Reason.RIGHT_MISSING)
        except Unauthorized as failure:
            await self._health.failed(row.integration_id, failure)
            await self._later(row, PARKED)
        except Rejected as failure:
            log.warning("target_rejected", target_id=row.id, code=failure.remote_code)
            await self._end(row, Reason.REMOTE_REJECTED)
        except RateLimited as failure:
            await self._later(row, timedelta(seconds=failure.retry_after or 5.0))
        except RemoteError as failure:
            log.info("target_postponed", target_id=row.id, failure=failure.code)
            await self._again(row, Reason.REMOTE_UNREACHABLE)
        except Exception:
            log.exception("target_broke", target_id=row.id)
            await self._again(row, Reason.INTERNAL)

    async def _go_on(self, row: CallTargetRow, call: Call) -> None:
        connector = await self._connectors.get(row.integration_id)
        binding = binding_of_target(row)
        if binding is None:
            phone = e164(call.found.phone)
            if not phone:
                await self._end(row, Reason.NO_PHONE)
                return
            if not isinstance(connector, PhoneBook):
                raise Rejected("this system does not find deals by phone")
            try:
                binding = await connector.bind_phone(phone, call.found.started_at)
            except Ambiguous:
                await self._again(row, Reason.AMBIGUOUS)
                return
        if binding is None:
            await self._again(row, Reason.NO_DEAL)
        else:
            await self._plan(row, call, connector, binding)

    async def _plan(self, known: CallTargetRow, call: Call, connector: Connector, binding: Binding) -> None:
        """The deal and what is to be written there, together. The call's row keeps new answers out meanwhile."""
        now = self._clock.now()
        async with self._database.write() as session:
            await stay(session, known.integration_id)
            shown = await session.get_one(CallRow, call.id, with_for_update=LOCK)
            row = await session.get_one(CallTargetRow, known.id, with_for_update=LOCK)
            found = binding_of_target(row)
            is_over = row.state == TargetState.NONE and row.due_at is None
            if is_over or (found is None and row.attempt != known.attempt):
                return  # the CRM has become another account, or somebody else looks for the deal by now
            if untouchable(shown) is not None:
                row.state, row.reason, row.due_at = TargetState.NONE, Reason.ACCESS_EXPIRED, None
                return  # its words have been deleted meanwhile
            binding = found or binding  # the first one that was found stays
            store_binding(row, binding)
            row.due_at = None
            _show_on(shown, binding)
            # The telephony's number of an employee is nobody's in the CRM.
            there = replace(call, binding=binding, found=replace(call.found, manager_id=""))
            for work in await answered_work(session, call.id, row.integration_id):
                await self._keeper.plan(session, there, connector, work)
            await want(session, self._jobs, call.id, now)
        log.info("target_found", call_id=call.id, integration_id=row.integration_id)

    async def _again(self, known: CallTargetRow, reason: Reason) -> None:
        """After the next back-off step. Once those have ended the card says why, and the search goes on slowly."""
        now = self._clock.now()
        async with self._database.write() as session:
            row = await self._ours(session, known)
            if row is None:
                return
            age = now - row.since
            if age < self._timing.search_horizon:
                step = self._timing.step(row.tries) if age < self._timing.binding_horizon else None
                if step is None and row.state == TargetState.LOOKING:
                    row.state, row.reason = TargetState.NONE, reason
                    await want(session, self._jobs, row.call_id, now)
                row.tries += 1
                await self._schedule.target(session, row, self._pause(step, age))
                return
        await self._end(known, reason)

    def _pause(self, step: timedelta | None, age: timedelta) -> timedelta:
        """The older the search, the rarer; the last look of either pace comes when its time is over."""
        if step is None:
            return min(max(SLOWLY, age / 6), self._timing.search_horizon - age)
        return min(step, self._timing.binding_horizon - age)

    async def _later(self, known: CallTargetRow, after: timedelta) -> None:
        """Waits without counting a try: the obstacle is not the search's."""
        async with self._database.write() as session:
            row = await self._ours(session, known)
            if row is not None:
                await self._schedule.target(session, row, after)

    async def _end(self, known: CallTargetRow, reason: Reason) -> None:
        """No deal: the answers stay on the card, which says why."""
        async with self._database.write() as session:
            row = await self._ours(session, known)
            if row is None:
                return
            was_told = (row.state, row.reason) == (TargetState.NONE, reason)
            row.state, row.reason, row.due_at = TargetState.NONE, reason, None
            if not was_told:
                await want(session, self._jobs, row.call_id, self._clock.now())
            log.info("target_given_up", call_id=row.call_id, reason=reason)

    async def _ours(self, session: AsyncSession, known: CallTargetRow) -> CallTargetRow | None:
        """The row to be changed; None when somebody else has gone on with the search while we were at it."""
        row = await session.get_one(CallTargetRow, known.id, with_for_update=LOCK)
        return row if (row.state, row.attempt) == (known.state, known.attempt) else None


def _show_on(call: CallRow, binding: Binding) -> None:
    """The card and the status name the first deal that was found."""
    if not (call.object_title or call.object_url):
        call.object_title, call.object_url = binding.title, binding.url
        call.client_name = binding.client_name
