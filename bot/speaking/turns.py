"""Whose request to Telegram goes next: answers to people, then alerts, cards, digests, each in order of coming.

A chat that must wait holds up no other.
"""

import asyncio
from bisect import insort
from collections import OrderedDict
from dataclasses import dataclass, field

from bot.speaking.ledger import Booking, Ledger
from bot.speaking.pace import SOON, Pace, Priority, everywhere, pace_of
from handlers.overtaking import Line, Overtaken
from services.ports import Clock

PATIENCE = {Priority.ANSWER: 60.0, Priority.ALERT: 60.0, Priority.CARD: 30.0, Priority.DIGEST: 30.0}
"""Seconds somebody waits here. Then a job comes again later, so that nothing piles up in memory."""
AGED = 10.0
"""Seconds after which nothing of the whole is kept from a request any more: people may press without end."""
PATIENT = 20.0
"""Seconds a digest lets cards go first: a flood of them may last for hours."""
REMEMBERED = 10_000
"""Chats; the one that was silent for the longest time is forgotten first."""


class TooLong(Exception):
    """It would take `seconds` until the request may leave."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.1f} s")
        self.seconds = seconds


@dataclass(order=True)
class Ticket:
    priority: Priority
    number: int
    name: str = field(compare=False)
    place: Pace = field(compare=False)
    since: float = field(compare=False)
    line: Line | None = field(compare=False, default=None)
    """It gives way to whoever waits behind it there."""
    called: asyncio.Event = field(compare=False, default_factory=asyncio.Event)
    """Something has become of it, or it is to look after the others."""
    may_leave: bool = field(compare=False, default=False)
    too_long: float = field(compare=False, default=0.0)
    booking: Booking = field(compare=False, default=Booking())
    """What the other processes know of it."""

    @property
    def is_over(self) -> bool:
        return self.may_leave or self.too_long > 0 or self.is_overtaken

    @property
    def is_overtaken(self) -> bool:
        return self.line is not None and self.line.is_waited_for


class Turns:
    """One of those who wait looks at the clock for all of them: so time passes once, also in a test."""

    def __init__(self, clock: Clock, ledger: Ledger | None = None) -> None:
        """With a ledger where several processes speak."""
        self._clock = clock
        self._ledger = ledger
        self._everywhere = everywhere()
        self._places: OrderedDict[str, Pace] = OrderedDict()
        self._waiting: list[Ticket] = []
        self._watching = False
        self._count = 0

    def place(self, name: str) -> Pace:
        pace = self._places.pop(name, None) or pace_of(name)
        self._places[name] = pace
        if len(self._places) > REMEMBERED:
            self._places.popitem(last=False)
        return pace

    async def stop(self, name: str, seconds: float) -> None:
        """Telegram said "retry after"."""
        self.place(name).stopped_until = self._now() + seconds
        if self._ledger is not None:
            await self._ledger.stop(name, seconds)

    async def stopped(self, name: str, priority: Priority) -> None:
        """Waits only for the end of a stop. Raises TooLong."""
        seconds = self.place(name).stopped_until - self._now()
        if seconds > PATIENCE[priority]:
            raise TooLong(seconds)
        if seconds > 0:
            await self._clock.sleep(seconds)

    async def take(self, name: str, priority: Priority, line: Line | None = None) -> Ticket:
        """Returns when the request may leave; `came_back` must follow. Raises TooLong.

        With a line it may be Overtaken; its turn is then kept for whoever comes next from there.
        """
        self._count += 1
        number = line.place if line is not None and line.place else self._count
        ticket = Ticket(priority, number, name, self.place(name), self._now(), line)
        if line is not None:
            line.place, line.wakes = number, ticket.called
        await self._stand_in_line(ticket)
        while not await self._may_leave_for_all(ticket):
            await self._stand_in_line(ticket)
        if line is not None:
            line.place = 0
        return ticket

    async def came_back(self, ticket: Ticket) -> None:
        self._answered(ticket)
        if self._ledger is not None and ticket.booking.mark:
            await self._ledger.answered(ticket.name, ticket.booking.mark)

    async def _stand_in_line(self, ticket: Ticket) -> None:
        """Until it may leave for all that this process knows. Raises TooLong."""
        insort(self._waiting, ticket)
        try:
            if ticket.priority < Priority.CARD or len(self._waiting) == 1:
                self._look()  # at once; of a crowd of cards the next look is soon enough
            while not ticket.is_over:
                await self._wait(ticket)
        except BaseException:
            if ticket.may_leave:
                self._answered(ticket)
            raise
        finally:
            if not ticket.may_leave and not ticket.too_long:
                self._waiting.remove(ticket)
            if self._waiting and not self._watching:
                self._waiting[0].called.set()
        if ticket.too_long:
            raise TooLong(ticket.too_long)
        if ticket.line is not None and not ticket.may_leave:
            raise Overtaken(ticket.line)

    async def _may_leave_for_all(self, ticket: Ticket) -> bool:
        """False: other processes have used the room, and it stands in line again, in its old place."""
        if self._ledger is None:
            return True
        of_whole = self._of_whole(ticket)
        try:
            booking = await self._ledger.book(ticket.name, ticket.priority, of_whole)
        except BaseException:
            self._answered(ticket)
            raise
        if booking.has_room:
            ticket.booking = booking
            return True
        now = self._now()
        for pace, asked, seconds in (
            (ticket.place, ticket.priority, booking.seconds),
            (self._everywhere, of_whole, booking.whole),
        ):
            pace.takes_back()
            pace.held[asked] = now + seconds
        ticket.may_leave = False
        ticket.called.clear()
        return False

    def _answered(self, ticket: Ticket) -> None:
        now = self._now()
        ticket.place.answered(now)
        self._everywhere.answered(now)

    def _of_whole(self, ticket: Ticket) -> Priority:
        """As what it counts among all chats."""
        return Priority.ANSWER if self._now() - ticket.since > AGED else ticket.priority

    def _now(self) -> float:
        return self._clock.now().timestamp()

    async def _wait(self, ticket: Ticket) -> None:
        if self._watching:
            await ticket.called.wait()
            ticket.called.clear()
            return
        self._watching = True
        try:
            while not ticket.is_over:
                await asyncio.sleep(0)
                await self._clock.sleep(SOON)
                self._look()
        finally:
            self._watching = False

    def _look(self) -> None:
        """Lets go whoever may, in order, and sends away whoever would wait too long."""
        now, ahead = self._now(), 0
        self._let_digests_grow_old(now)
        left = []
        for ticket in self._waiting:
            seconds = ticket.place.wait(now, ticket.priority)
            if seconds <= 0:
                seconds = self._everywhere.wait(now, self._of_whole(ticket))
                if seconds <= 0:
                    self._let_go(ticket, now)
                    continue
                seconds += ahead * self._everywhere.every
                ahead += 1
            if seconds > PATIENCE[ticket.priority]:
                ticket.too_long = seconds
                ticket.called.set()
                continue
            left.append(ticket)
        self._waiting = left

    def _let_digests_grow_old(self, now: float) -> None:
        """One that has waited long goes before the cards that came later."""
        old = [one for one in self._waiting if one.priority is Priority.DIGEST and now - one.since > PATIENT]
        for ticket in old:
            ticket.priority = Priority.CARD
        if old:
            self._waiting.sort()

    def _let_go(self, ticket: Ticket, now: float) -> None:
        ticket.place.leaves(now)
        self._everywhere.leaves(now)
        ticket.may_leave = True
        ticket.called.set()
