"""How often the engine looks for work: often while there is some, rarely while there is none.

A look costs several statements, and most of the day there is nothing to find. The interval stands in the
queue's row, which every process reads before each of its looks, so one that has work speeds up the others.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import structlog

from services.nursery import Nursery

log = structlog.get_logger(__name__)

EAGER_SECONDS = 0.5
CALM_SECONDS = 2.0
SETTLED_SECONDS = 5.0
"""So long after the last work the engine stays eager. As often it says so again: another process, which has
nothing to do, may have calmed down meanwhile."""


class Attention:
    def __init__(
        self,
        look_every: Callable[[float], Awaitable[None]],
        *,
        eager: float = EAGER_SECONDS,
        calm: float = CALM_SECONDS,
        settled: float = SETTLED_SECONDS,
    ) -> None:
        self._look_every = look_every
        self._eager = eager
        self._calm = calm
        self._settled = settled
        self._work = asyncio.Event()
        self._running = 0
        self._nursery = Nursery()

    def start(self) -> None:
        self._nursery.start(self._follow())

    async def stop(self) -> None:
        await self._nursery.stop(grace_seconds=0)

    def stir(self) -> None:
        """There is work. Costs nothing, so each piece of it may say so."""
        self._work.set()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Around a job: as long as one runs, those that stand behind it are waited for."""
        self._running += 1
        self._work.set()
        try:
            yield
        finally:
            self._running -= 1
            self._work.set()

    async def _follow(self) -> None:
        while True:
            await self._work.wait()
            while self._work.is_set() or self._running:
                self._work.clear()
                await self._set(self._eager)
                await asyncio.sleep(self._settled)
            await self._set(self._calm)

    async def _set(self, seconds: float) -> None:
        try:
            await self._look_every(seconds)
        except Exception:
            # Work is found at the old interval as well.
            log.warning("attention_not_set", exc_info=True)
