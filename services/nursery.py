"""Tasks that run beside the others: kept, their failures logged, ended with the process."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger(__name__)


class Nursery:
    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)  # noqa: TID251 - this is the one place
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def stop(self, *, grace_seconds: float = 2) -> None:
        """Lets them finish for a moment."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace_seconds)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("task_broke", exc_info=task.exception())
