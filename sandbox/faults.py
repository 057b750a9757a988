"""Faults that a stand-in shows on demand: which method, before or after the work was done, how often."""

import asyncio
import random
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Literal

Kind = Literal["reset", "delay", "hang", "html", "truncated", "rate_limit", "status"]


@dataclass
class Fault:
    """One planned misbehaviour.

    `before` the server does the work (nothing happened) or `after` it (it happened, the answer is lost).
    `seconds` is the length of a delay or the `retry_after` of a rate limit; `times=None` means for ever.
    """

    kind: Kind
    method: str = "*"
    when: Literal["before", "after"] = "before"
    times: int | None = 1
    probability: float = 1.0
    seconds: float = 1.0
    until: asyncio.Event | None = None
    """A delay is over when this has happened, and after its seconds at the latest."""
    status: int = 502
    body: str = "<html><body>502 Bad Gateway</body></html>"


@dataclass
class Faults:
    """The plan of one stand-in. Each request asks once for each side of its work."""

    seed: int = 0
    planned: list[Fault] = field(default_factory=list)
    shown: list[tuple[str, Fault]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def add(self, fault: Fault) -> Fault:
        self.planned.append(fault)
        return fault

    def clear(self) -> None:
        self.planned.clear()

    def take(self, method: str, when: Literal["before", "after"]) -> Fault | None:
        """The fault to show now, if one is due; counts it down."""
        for fault in self.planned:
            if fault.when != when or not fnmatch(method, fault.method):
                continue
            if fault.probability < 1.0 and self._random.random() >= fault.probability:
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.planned.remove(fault)
            self.shown.append((method, fault))
            return fault
        return None
