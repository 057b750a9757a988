"""How many requests a model is asked at a time, and who is next."""

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count


class Places:
    """A free place goes to the call that was begun first: it gets finished before more is begun.

    Served in the order of asking, a rush of calls would share the places evenly and all be ready only at its end.
    A company with ten thousand calls waiting does not hold up another: those are not begun yet.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._asked = count()

    @asynccontextmanager
    async def place(self, turn: float) -> AsyncIterator[None]:
        """Lower turns first, equal ones in the order of asking."""
        await self._enter(turn)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, turn: float) -> None:
        if self._free:
            self._free -= 1
            return
        given = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (turn, next(self._asked), given))
        try:
            await given
        except asyncio.CancelledError:
            if not given.cancelled():  # the place was given and the wait called off in the same moment
                self._leave()
            raise

    def _leave(self) -> None:
        while self._waiting:
            _, _, given = heapq.heappop(self._waiting)
            if not given.done():
                given.set_result(None)
                return
        self._free += 1
