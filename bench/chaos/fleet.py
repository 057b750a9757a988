"""The same with several processes on one PostgreSQL: one talks, the others work.

At random moments one of them is killed, and comes again under its old name or under a new one; or a worker is
frozen, often for so long that the others take its work, and then it goes on as if nothing had been.
"""

import asyncio
import signal
import time
from dataclasses import dataclass, replace
from itertools import count

from bench.chaos.run import Chaos, Outcome
from bench.postgresql import embedded
from bench.rig import Rig
from services.fleet import DEAD_AFTER

FREEZING = 0.2
"""So often a strike is a freezing, if nobody is frozen yet."""
FROZEN = (10.0, 70.0)
"""Seconds: from a short nap to one after which a process is long held for dead."""
ROLES = ("bot", "worker", "worker")


@dataclass
class Mate:
    role: str
    name: str
    process: asyncio.subprocess.Process
    frozen_until: float | None = None


class FleetChaos(Chaos):
    def __init__(self, rig: Rig, *, calls: int, prompts: int, seed: int, faulty: bool) -> None:
        super().__init__(rig, calls=calls, prompts=prompts, seed=seed, faulty=faulty)
        self._mates: list[Mate] = []
        self._names = (f"mate-{number}" for number in count(1))
        self._frozen = 0

    async def run(self) -> Outcome:
        try:
            return await super().run()
        finally:
            self._thaw(everybody=True)

    async def _start(self) -> None:
        for role in ROLES:
            name = next(self._names)
            self._mates.append(Mate(role, name, await self._run(role, name)))

    async def _strike(self) -> None:
        self._thaw()
        running = [one for one in self._mates if one.frozen_until is None]
        mate = self._random.choice(running)
        if mate.role == "worker" and len(running) == len(self._mates) and self._random.random() < FREEZING:
            mate.frozen_until = time.monotonic() + self._random.uniform(*FROZEN)
            mate.process.send_signal(signal.SIGSTOP)
            self._frozen += 1
            return
        self._kills += 1
        mate.process.kill()
        await mate.process.wait()
        if self._random.random() < 0.5:
            mate.name = next(self._names)
        mate.process = await self._run(mate.role, mate.name)

    def _thaw(self, *, everybody: bool = False) -> None:
        for mate in self._mates:
            if mate.frozen_until is not None and (everybody or time.monotonic() >= mate.frozen_until):
                mate.frozen_until = None
                mate.process.send_signal(signal.SIGCONT)

    async def _run(self, role: str, name: str) -> asyncio.subprocess.Process:
        return await self._rig.start(ROLE=role, EXECUTOR_ID=name)

    async def _quiet(self) -> None:
        """Long enough for what the killed ones have left: a double would come now."""
        self._thaw(everybody=True)
        await asyncio.sleep(1.5 * DEAD_AFTER.total_seconds())
        await super()._quiet()

    def _count(self, seconds: float) -> Outcome:
        return replace(super()._count(seconds), frozen=self._frozen)


async def measure(*, calls: int, prompts: int, seed: int, faulty: bool, rest: float = 4.0) -> Outcome:
    with embedded() as address:
        async with Rig(LLM_CONCURRENCY="16", DATABASE_URL=address) as rig:
            chaos = FleetChaos(rig, calls=calls, prompts=prompts, seed=seed, faulty=faulty)
            # Each process lives as long as the only one does elsewhere.
            return await chaos.rest(rest * len(ROLES)).run()
