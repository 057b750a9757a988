"""Who is asked next when there is no room for all: the call that was begun first."""

import asyncio

from services.llm.places import Places


class Line:
    """Requests of calls that write down when they get a place; the only place is taken until `leave`."""

    def __init__(self) -> None:
        self.places = Places(1)
        self.served: list[str] = []
        self._held = asyncio.Event()

    async def hold(self) -> None:
        async with self.places.place(0):
            await self._held.wait()

    def leave(self) -> None:
        self._held.set()

    async def ask(self, turn: float, name: str) -> None:
        async with self.places.place(turn):
            self.served.append(name)


async def _let_run() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_call_begun_first_is_served_first_and_its_questions_in_order() -> None:
    line = Line()
    async with asyncio.TaskGroup() as group:
        group.create_task(line.hold())
        for turn, name in ((7, "7a"), (5, "5a"), (7, "7b"), (5, "5b"), (6, "6a")):
            group.create_task(line.ask(turn, name))
        await _let_run()
        assert line.served == []
        line.leave()
    assert line.served == ["5a", "5b", "6a", "7a", "7b"]


async def test_who_stops_waiting_leaves_its_place_to_the_next() -> None:
    line = Line()
    async with asyncio.TaskGroup() as group:
        group.create_task(line.hold())
        impatient = group.create_task(line.ask(1, "impatient"))
        group.create_task(line.ask(2, "patient"))
        await _let_run()
        impatient.cancel()
        line.leave()
    assert line.served == ["patient"]


async def test_a_place_given_in_the_moment_of_stopping_is_not_lost() -> None:
    line = Line()
    async with asyncio.TaskGroup() as group:
        holder = group.create_task(line.hold())
        impatient = group.create_task(line.ask(1, "impatient"))
        await _let_run()
        line.leave()
        while not holder.done():  # the place goes over to the one that waits, which has not run yet
            await asyncio.sleep(0)
        impatient.cancel()
    async with asyncio.timeout(5):
        await line.ask(2, "later")
    assert line.served == ["later"]


async def test_an_asker_that_breaks_gives_its_place_back() -> None:
    places = Places(1)
    for _ in range(2):
        try:
            async with places.place(1):
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
    async with asyncio.timeout(5), places.place(2):
        pass
