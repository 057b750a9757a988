"""Kills the bot at random moments until all work is done, and counts what was lost or doubled.

`python -m bench.chaos [--calls 300] [--prompts 3] [--seed 7]`
"""

import argparse
import asyncio
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass

from bench.rig import Rig
from sandbox.faults import Fault

QUESTIONS = [
    ("Бюджет", "Какой бюджет у клиента?"),
    ("Срок", "К какому сроку нужно?"),
    ("Итог", "Кратко, о чём разговор?"),
    ("Конкуренты", "С какими конкурентами сравнивает?"),
]
PATIENCE = 1800.0


@dataclass(frozen=True)
class Outcome:
    wanted: int
    written: int
    lost: int
    doubled: int
    kills: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"comments wanted {self.wanted}, written {self.written}: "
            f"lost {self.lost}, doubled {self.doubled}; kills {self.kills}, {self.seconds:.0f} s"
        )


class Chaos:
    """`faulty`: the portal loses answers after it has done the work, now and then."""

    def __init__(self, rig: Rig, *, calls: int, prompts: int, seed: int, faulty: bool) -> None:
        self._rig = rig
        self._calls = calls
        self._prompts = prompts
        self._random = random.Random(seed)
        self._faulty = faulty
        self._deals: list[int] = []

    async def run(self) -> Outcome:
        begun = time.monotonic()
        await self._prepare()
        if self._faulty:
            self._plan_faults()
        for number, deal in enumerate(self._deals):
            sound = self._rig.sound(
                f"Звонок номер {number}: бюджет у нас {number} тысяч рублей, нужно к четвергу, "
                f"у конкурентов дешевле на {number} рублей."
            )
            self._rig.call(deal, sound)
        kills = 0
        while not self._done() and time.monotonic() - begun < PATIENCE:
            await self._rig.start()
            try:
                await self._rig.portal.wait_for(self._done, timeout=4 + self._random.random() * 8)
            except TimeoutError:
                kills += 1
                await self._rig.kill()
        await self._quiet()
        return self._count(kills, time.monotonic() - begun)

    async def _prepare(self) -> None:
        for number in range(self._calls):
            self._deals.append(self._rig.portal.add_deal(f"Сделка {number}"))
        await self._rig.start()
        await self._rig.connect()
        for name, text in QUESTIONS[: self._prompts]:
            await self._rig.make_prompt(name, text)
        self._rig.clock.advance(2)
        await self._rig.kill()

    def _plan_faults(self) -> None:
        for kind, when in (("reset", "after"), ("html", "after"), ("reset", "before"), ("html", "before")):
            self._rig.portal.faults.add(
                Fault(kind, "crm.timeline.comment.add", when, times=None, probability=0.03)  # type: ignore[arg-type]
            )

    def _written(self) -> int:
        return sum(len(self._rig.portal.comments("deal", deal)) for deal in self._deals)

    def _done(self) -> bool:
        return self._written() >= self._calls * self._prompts

    async def _quiet(self) -> None:
        """Goes on for a while after the last expected comment: a double would come now."""
        if self._rig.bot is None or self._rig.bot.returncode is not None:
            await self._rig.start()
        before = len(self._rig.portal.asked("voximplant.statistic.get"))
        await self._rig.portal.wait_for(
            lambda: len(self._rig.portal.asked("voximplant.statistic.get")) >= before + 8, timeout=60
        )

    def _count(self, kills: int, seconds: float) -> Outcome:
        wanted, found, doubled = self._calls * self._prompts, 0, 0
        for deal in self._deals:
            titles = Counter(comment.text.split("\n", 1)[0] for comment in self._rig.portal.comments("deal", deal))
            found += len(titles)
            doubled += sum(count - 1 for count in titles.values())
        return Outcome(wanted, self._written(), wanted - found, doubled, kills, seconds)


async def measure(*, calls: int, prompts: int, seed: int, faulty: bool, **settings: str) -> Outcome:
    async with Rig(LLM_CONCURRENCY="16", **settings) as rig:
        return await Chaos(rig, calls=calls, prompts=prompts, seed=seed, faulty=faulty).run()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--prompts", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    wanted = parser.parse_args()
    bad = 0
    for faulty, name in ((False, "kill -9"), (True, "kill -9 and lost answers")):
        outcome = asyncio.run(measure(calls=wanted.calls, prompts=wanted.prompts, seed=wanted.seed, faulty=faulty))
        print(f"{name}: {outcome}", flush=True)
        bad += outcome.lost + outcome.doubled
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
