"""The engine looks often while there is work, and rarely while there is none."""

import asyncio

from services.jobs.attention import Attention

EAGER, CALM = 0.5, 2.0


class Row:
    """The queue's row: remembers every interval that was written into it."""

    def __init__(self) -> None:
        self.intervals: list[float] = []
        self.broken = False
        self._written = asyncio.Condition()

    async def write(self, seconds: float) -> None:
        async with self._written:
            self.intervals.append(seconds)
            self._written.notify_all()
        if self.broken:
            raise ConnectionError

    async def holds(self, count: int) -> None:
        async with self._written, asyncio.timeout(10):
            await self._written.wait_for(lambda: len(self.intervals) >= count)


async def test_work_makes_it_eager_and_silence_calms_it() -> None:
    row = Row()
    attention = Attention(row.write, eager=EAGER, calm=CALM, settled=0)
    attention.start()
    try:
        attention.stir()
        attention.stir()
        await row.holds(2)
        assert row.intervals == [EAGER, CALM]
        attention.stir()
        await row.holds(4)
        assert row.intervals == [EAGER, CALM, EAGER, CALM]
    finally:
        await attention.stop()


async def test_while_work_goes_on_it_stays_eager() -> None:
    row = Row()
    attention = Attention(row.write, eager=EAGER, calm=CALM, settled=0)

    async def busy(seconds: float) -> None:
        await row.write(seconds)
        if len(row.intervals) < 5:
            attention.stir()

    attention._look_every = busy
    attention.start()
    try:
        attention.stir()
        await row.holds(6)
        assert row.intervals == [EAGER] * 5 + [CALM]
    finally:
        await attention.stop()


async def test_as_long_as_a_job_runs_it_stays_eager() -> None:
    row = Row()
    attention = Attention(row.write, eager=EAGER, calm=CALM, settled=0)
    attention.start()
    try:
        with attention.working():
            await row.holds(5)
            assert set(row.intervals) == {EAGER}
        before = len(row.intervals)
        await row.holds(before + 2)
        assert row.intervals[-1] == CALM
    finally:
        await attention.stop()


async def test_a_database_that_refuses_does_not_end_it() -> None:
    row = Row()
    row.broken = True
    attention = Attention(row.write, eager=EAGER, calm=CALM, settled=0)
    attention.start()
    try:
        attention.stir()
        await row.holds(2)
        row.broken = False
        attention.stir()
        await row.holds(4)
        assert row.intervals == [EAGER, CALM, EAGER, CALM]
    finally:
        await attention.stop()
