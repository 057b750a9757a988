"""Points of an account: each successful request costs one, of the minute's and of the day's."""

from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.novofon.errors import ApiError

MINUTE = 60
DAY = 24 * 3600


@dataclass
class Limits:
    """Told in every answer; refused over them only when `enforce`."""

    clock: Clock
    enforce: bool = False
    minute_limit: int = 100
    day_limit: int = 50_000
    _minute: int = -1
    _day: int = -1
    _minute_spent: int = 0
    _day_spent: int = 0

    def told(self) -> dict[str, int]:
        now = int(self.clock.now())
        if now // MINUTE != self._minute:
            self._minute, self._minute_spent = now // MINUTE, 0
        if now // DAY != self._day:
            self._day, self._day_spent = now // DAY, 0
        return {
            "day_limit": self.day_limit,
            "day_remaining": max(0, self.day_limit - self._day_spent),
            "day_reset": DAY - now % DAY,
            "minute_limit": self.minute_limit,
            "minute_remaining": max(0, self.minute_limit - self._minute_spent),
            "minute_reset": MINUTE - now % MINUTE,
        }

    def check(self) -> None:
        told = self.told()
        for kind in ("day", "minute"):
            if self.enforce and not told[f"{kind}_remaining"]:
                limit = told[f"{kind}_limit"]
                raise ApiError("limit_exceeded", params={"limit_type": kind, "limit_max_value": limit})

    def spend(self) -> None:
        self.told()
        self._minute_spent += 1
        self._day_spent += 1
