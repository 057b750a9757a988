"""People press faster than Telegram lets windows be drawn: the next press need not wait for the window before.

A window that waits for its turn gives way to whoever waits behind it in its chat: most likely the next press draws
it anew. What is still owed when nobody waits any more is drawn then.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog
from aiogram.exceptions import TelegramAPIError

from services.inbox import Left

log = structlog.get_logger(__name__)

Draw = Callable[[], Awaitable[object]]
Drawn = tuple[int | str | None, int | None]
"""A chat, and the number of a message there."""


class Line:
    """The updates of one chat, worked on one after another."""

    def __init__(self) -> None:
        self.waiting: deque[Left] = deque()
        """The first of them is under way."""
        self.place = 0
        """The turn that a window had when it gave way: the next one has it, 0 for none."""
        self.wakes: asyncio.Event | None = None
        """Of whoever would give way."""
        self._owed: dict[Drawn, Draw] = {}

    @property
    def is_waited_for(self) -> bool:
        return len(self.waiting) > 1

    def join(self, one: Left) -> None:
        self.waiting.append(one)
        if self.wakes is not None:
            self.wakes.set()

    def owe(self, drawn: Drawn, draw: Draw) -> None:
        self._owed[drawn] = draw

    def is_changed(self, drawn: Drawn) -> None:
        """Whatever was owed to this message is older than what it shows from now on."""
        self._owed.pop(drawn, None)

    async def settle(self) -> None:
        """Draws what is owed, unless somebody waits again."""
        for drawn, draw in list(self._owed.items()):
            if self.is_waited_for:
                return
            del self._owed[drawn]
            try:
                await draw()
            except TelegramAPIError as error:
                log.warning("window_not_drawn", error=type(error).__name__)


class Overtaken(Exception):
    """It has not left: somebody waits behind it in this line."""

    def __init__(self, line: Line) -> None:
        super().__init__("somebody waits behind")
        self.line = line


_line: ContextVar[Line | None] = ContextVar("line", default=None)
_gives_way: ContextVar[bool] = ContextVar("gives_way", default=False)


@contextmanager
def standing_in(line: Line) -> Iterator[None]:
    token = _line.set(line)
    try:
        yield
    finally:
        _line.reset(token)


@contextmanager
def giving_way() -> Iterator[None]:
    """A request made inside may be Overtaken."""
    token = _gives_way.set(True)
    try:
        yield
    finally:
        _gives_way.reset(token)


def current_line() -> Line | None:
    return _line.get()


def line_to_give_way() -> Line | None:
    return _line.get() if _gives_way.get() else None
