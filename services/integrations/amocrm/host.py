"""What is known of an account's server: its rate, its clock, and until when it wants to be left alone."""

from datetime import datetime, timedelta

import structlog

from services.errors import RateLimited, Unreachable
from services.integrations.doors import Doors
from services.ports import Rate

log = structlog.get_logger(__name__)

RATE = Rate(per_second=5.0, burst=1)
"""The vendor allows an integration 7 requests in any second; so it is 6 at most."""
LONGEST_WAIT = 60.0
"""Seconds a request stands in the queue; past that the work is put off instead."""


class Host:
    """`account` names the server in the throttle that all processes share."""

    def __init__(self, account: str, doors: Doors) -> None:
        self.account = account
        self._doors = doors
        self._ahead = timedelta(0)
        self._rests_until = 0.0
        self._why: Unreachable | None = None

    def now(self) -> datetime:
        """The time by the account's clock, as far as its answers told it."""
        return self._doors.clock.now() + self._ahead

    async def admit(self) -> None:
        """Waits for one more request to be allowed. Raises why the account is left alone, while it is."""
        left = self._rests_until - self._doors.clock.now().timestamp()
        if self._why is not None and left > 0:
            raise _again(self._why, left)
        self._why = None
        await self._doors.throttle.acquire(self.account, RATE, patience=LONGEST_WAIT)

    def note_time(self, told: float | None) -> None:
        if told is not None:
            self._ahead = timedelta(seconds=round(told - self._doors.clock.now().timestamp()))

    async def slow_down(self, seconds: float) -> None:
        """For all processes."""
        await self._doors.throttle.block(self.account, seconds)

    def rest(self, why: Unreachable) -> None:
        """No request from here for as long as the failure says."""
        seconds = why.retry_after or 0.0
        self._rests_until, self._why = self._doors.clock.now().timestamp() + seconds, why
        log.warning("amocrm_rests", account=self.account, why=why.remote_code, seconds=seconds)


def _again(why: Unreachable, left: float) -> Unreachable:
    kind = RateLimited if isinstance(why, RateLimited) else Unreachable
    failure = kind(f"left alone: {why.remote_code}", remote_code=why.remote_code)
    failure.retry_after = left
    return failure
