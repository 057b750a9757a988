"""The account's points, as each answer tells them: a request costs one, their number depends on the tariff.

Every worker keeps a rate that stays within the minute's points over any minute, through the shared throttle.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from services.integrations.novofon import values
from services.ports import Clock, Rate, Throttle

UNTOLD = Rate(per_second=0.5, burst=5)
"""Until the first answer has told the tariff's figures."""
PATIENCE = 120.0
"""Seconds that a request may wait for its turn; for longer the caller is told to come back."""
LONGEST = timedelta(days=1)
"""Points are of a minute or of a day: a longer wait that is told is a mistake, and would silence the account."""
SHARE = 0.8
"""Of the day's points; the rest is for other programs of the customer and for people's presses."""

USUAL = timedelta(minutes=1)
"""Polls are not closer than that anyway."""


class Limits:
    def __init__(self, account: str, throttle: Throttle, clock: Clock) -> None:
        self._account = account
        self._throttle = throttle
        self._clock = clock
        self._rate = UNTOLD
        self._day: tuple[int, datetime] | None = None
        """Points left today, and when there are new ones."""

    async def acquire(self) -> None:
        """Waits for the request's turn. Raises RateLimited while, say, the day's points are used up."""
        await self._throttle.acquire(self._account, self._rate, patience=PATIENCE)

    async def note(self, told: Mapping[str, Any]) -> None:
        """Takes over the block of limits of an answer; whatever it does not tell stays as it was."""
        minute = values.number(told.get("minute_limit"))
        if minute:
            self._rate = Rate(per_second=minute * 0.6 / 60, burst=int(minute * 0.3))
        if told.get("day_remaining") is not None:
            resets_in = min(timedelta(seconds=values.number(told.get("day_reset"))), LONGEST)
            self._day = values.number(told["day_remaining"]), self._clock.now() + resets_in
        if told.get("minute_remaining") == 0:
            await self.rest(float(values.number(told.get("minute_reset"))))
        if told.get("day_remaining") == 0:
            await self.rest(float(values.number(told.get("day_reset"))))

    async def rest(self, seconds: float) -> None:
        """No request of any worker for so long, a day at most."""
        await self._throttle.block(self._account, min(seconds, LONGEST.total_seconds()))

    @property
    def spacing(self) -> timedelta:
        """Time between polls that makes the day's points last; nothing for tariffs with enough of them."""
        if self._day is None:
            return timedelta()
        left, resets_at = self._day
        spacing = (resets_at - self._clock.now()) / max(1.0, left * SHARE)
        return spacing if spacing > USUAL else timedelta()
