"""One call, step by step, from what its row says to its end."""

from typing import Protocol

import structlog

from services.db.models import CallRow
from services.db.repositories.calls import call_of
from services.db.unit_of_work import Database
from services.domain.call import Call, CallState, Reason
from services.errors import Exhausted, NotFound, Rejected, RemoteError, ScopeMissing, Unauthorized
from services.pipeline.health import HealthBook
from services.pipeline.outcome import Outcomes
from services.ports import Clock

log = structlog.get_logger(__name__)


class Step(Protocol):
    async def run(self, call: Call) -> bool:
        """Does what is missing and stores it; is there a next step at once?"""
        ...


class ProcessCall:
    def __init__(
        self,
        database: Database,
        steps: dict[CallState, Step],
        outcomes: Outcomes,
        health: HealthBook,
        clock: Clock,
    ) -> None:
        self._database = database
        self._steps = steps
        self._outcomes = outcomes
        self._health = health
        self._clock = clock

    async def run(self, key: str, attempt: int) -> None:
        """The job: `key` is the call's number."""
        call_id = int(key)
        while True:
            call = await self._due(call_id)
            if call is None:
                return
            try:
                if not await self._steps[call.state].run(call):
                    return
            except NotFound:
                await self._outcomes.skip(call_id, Reason.ACCESS_EXPIRED)
            except ScopeMissing as failure:
                await self._health.right_missing(call.integration_id, failure)
                await self._outcomes.postpone(call_id, Reason.RIGHT_MISSING)
            except Unauthorized as failure:
                await self._health.failed(call.integration_id, failure)
                await self._outcomes.park(call_id)
            except Rejected as failure:
                log.warning("call_rejected", call_id=call_id, detail=failure.detail)
                await self._outcomes.fail(call_id, Reason.REMOTE_REJECTED)
            except Exhausted as failure:
                await self._health.exhausted(call.integration_id, failure)
                await self._outcomes.postpone(call_id, Reason.QUOTA)
            except RemoteError as failure:
                log.info("call_postponed", call_id=call_id, failure=failure.code)
                await self._outcomes.postpone(call_id, Reason.REMOTE_UNREACHABLE)
            except Exception:
                log.exception("call_broke", call_id=call_id)
                await self._outcomes.postpone(call_id, Reason.INTERNAL)

    async def _due(self, call_id: int) -> Call | None:
        """The call, unless it is finished or its time has not come."""
        async with self._database.read() as session:
            row = await session.get(CallRow, call_id)
        if row is None or CallState(row.state).final:
            return None
        if row.due_at > self._clock.now():
            return None
        return call_of(row)
