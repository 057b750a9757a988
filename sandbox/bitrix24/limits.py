"""The portal's two limits: requests (a leaky bucket) and operating time per method."""

from dataclasses import dataclass, field

from sandbox.bitrix24.errors import PortalError
from sandbox.clock import Clock

WINDOW = 600.0


@dataclass
class Limits:
    """Off by default in tests; `spent` is what each call of a method is said to cost, in seconds."""

    clock: Clock
    enforce: bool = False
    per_second: float = 2.0
    size: float = 50.0
    operating_limit: float = 480.0
    spent: dict[str, float] = field(default_factory=dict)
    _level: float = 0.0
    _at: float = 0.0
    _operating: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def count_request(self) -> None:
        if not self.enforce:
            return
        now = self.clock.now()
        self._level = max(0.0, self._level - (now - self._at) * self.per_second)
        self._at = now
        if self._level + 1 > self.size:
            raise PortalError("QUERY_LIMIT_EXCEEDED", "Too many requests")
        self._level += 1

    def check_operating(self, method: str) -> None:
        """The call that crosses the limit still completes; the next one is refused."""
        if self.operating(method) > self.operating_limit:
            raise PortalError("OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.")

    def add_operating(self, method: str) -> None:
        cost = self.spent.get(method, 0.0)
        if cost > 0.1:
            self._operating.setdefault(method, []).append((self.clock.now(), cost))

    def operating(self, method: str) -> float:
        now = self.clock.now()
        recent = [(at, cost) for at, cost in self._operating.get(method, []) if now - at < WINDOW]
        self._operating[method] = recent
        return sum(cost for _, cost in recent)

    def reset_at(self, method: str) -> int:
        recent = self._operating.get(method) or [(self.clock.now(), 0.0)]
        return int(recent[0][0] + WINDOW)
