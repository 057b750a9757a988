"""What the old cabinet holds: legs of calls, each with a recording of its own."""

import hashlib
import itertools
from dataclasses import dataclass
from datetime import datetime

from sandbox.clock import Clock


@dataclass
class LegacyLeg:
    """One row of the statistics; `reported_at` and `ready_at` (of its recording) in epoch seconds."""

    call_id: str
    pbx_call_id: str
    sip: str
    clid: str
    destination: str
    disposition: str
    started: datetime
    seconds: int
    reported_at: float
    recording: bytes | None = None
    ready_at: float = 0.0


class LegacyBuilder:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.legs: list[LegacyLeg] = []
        self._numbers = itertools.count(1)

    def add_call(
        self,
        *,
        phone: str = "79000000011",
        incoming: bool = True,
        answered: bool = True,
        seconds: int = 60,
        extension: str = "101",
        line: str = "74951234567",
        recording: bytes | None = None,
        ready_in: float = 0.0,
        started: datetime | None = None,
        reported_in: float = 0.0,
        pbx_call_id: str | None = None,
    ) -> LegacyLeg:
        """One leg; another one of the same call is given its `pbx_call_id`."""
        number = next(self._numbers)
        prefix = "in" if incoming else "out"
        digest = hashlib.sha1(str(number).encode(), usedforsecurity=False).hexdigest()
        leg = LegacyLeg(
            call_id=f"{1700470000 + number}.{number:06}",
            pbx_call_id=pbx_call_id or f"{prefix}_{digest}",
            sip=extension if not incoming else line,
            clid=phone.lstrip("+") if incoming else line,
            destination=extension if incoming else phone.lstrip("+"),
            disposition="answered" if answered else "no answer",
            started=started or self.clock.datetime(),
            seconds=seconds if answered else 0,
            reported_at=self.clock.now() + reported_in,
            recording=recording,
            ready_at=self.clock.now() + ready_in,
        )
        self.legs.append(leg)
        return leg
