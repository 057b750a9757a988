"""How often Telegram may be asked to put something into a chat, and how much of that is kept free for whom."""

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

SOON = 0.05
"""Seconds after which it is worth looking again whether an answer has come."""


class Priority(IntEnum):
    """Whose turn it is first. People wait for answers; nobody waits for a digest."""

    ANSWER = 0
    ALERT = 1
    CARD = 2
    DIGEST = 3


@dataclass
class Window:
    """At most so many requests within `span` seconds, as Telegram counts them.

    It counts a request some time between its leaving and its answer. So one counts here from its leaving until
    `span` after its answer: then no delay on the way can bring more into a window than are allowed.
    """

    most: int
    span: float
    spare: int
    """So many of them are kept for answers to people; alerts may use half of it."""
    _under_way: int = 0
    _answered: deque[float] = field(default_factory=deque)

    def wait(self, now: float, priority: Priority) -> float:
        """Seconds until there is room for one more."""
        while self._answered and self._answered[0] + self.span <= now:
            self._answered.popleft()
        allowed = self.most - _kept_from(priority, self.spare)
        surplus = self._under_way + len(self._answered) - allowed + 1
        if surplus <= 0:
            return 0.0
        if surplus > len(self._answered):
            return SOON
        return self._answered[surplus - 1] + self.span - now

    def leaves(self) -> None:
        self._under_way += 1

    def takes_back(self) -> None:
        """It did not leave after all."""
        self._under_way -= 1

    def answered(self, now: float) -> None:
        self._under_way -= 1
        self._answered.append(now)

    def recall(self, under_way: int, answered: Iterable[float]) -> None:
        """As it is known from elsewhere, the answers in order of time."""
        self._under_way, self._answered = under_way, deque(answered)


def _kept_from(priority: Priority, spare: int) -> int:
    if priority is Priority.ANSWER:
        return 0
    return spare // 2 if priority is Priority.ALERT else spare


@dataclass
class Pace:
    """Cards are spread evenly: one `every` so many seconds, `burst` at once after a rest.

    Whatever else is said takes its part of it, and does not wait for it.
    """

    every: float
    burst: int
    windows: tuple[Window, ...]
    stopped_until: float = -math.inf
    """Telegram said "retry after"."""
    free_at: float = -math.inf
    held: dict[Priority, float] = field(default_factory=dict)
    """Other processes have used it up until then, for requests of that priority."""

    def wait(self, now: float, priority: Priority) -> float:
        waits = [self.stopped_until - now, self.held.get(priority, -math.inf) - now]
        waits += [window.wait(now, priority) for window in self.windows]
        if priority >= Priority.CARD:
            waits.append(self.free_at - now - self.every * (self.burst - 1))
        return max(0.0, *waits)

    def leaves(self, now: float) -> None:
        self.free_at = max(self.free_at, now) + self.every
        for window in self.windows:
            window.leaves()

    def takes_back(self) -> None:
        self.free_at -= self.every
        for window in self.windows:
            window.takes_back()

    def answered(self, now: float) -> None:
        for window in self.windows:
            window.answered(now)


# Telegram's own numbers: about 30 a second in all, 1 a second in a chat with short bursts, 20 a minute in a group.


def everywhere() -> Pace:
    return Pace(every=1 / 24, burst=5, windows=(Window(most=29, span=1.0, spare=4),))


def private_chat() -> Pace:
    return Pace(every=1.05, burst=3, windows=(Window(most=12, span=10.0, spare=3),))


def group_chat() -> Pace:
    windows = (Window(most=12, span=10.0, spare=3), Window(most=19, span=60.0, spare=4))
    return Pace(every=3.5, burst=3, windows=windows)


def elsewhere() -> Pace:
    """What puts nothing into a chat is held up only where Telegram says so."""
    return Pace(every=0.0, burst=1, windows=())


def pace_of(name: str) -> Pace:
    """Of a chat, by Telegram's number of it, or of another method by its name."""
    if name.startswith("-"):
        return group_chat()
    return private_chat() if name.isdigit() else elsewhere()
