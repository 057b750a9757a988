"""Reading the calls of a span of time, page by page, over as many pulls as it takes.

Size and order of pages are nobody's promise, so nothing is concluded from them: a page follows the other until
`next` is empty. The dates are the same for all pages of a span. Long gaps are cut into spans of a day.
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

import structlog

from services.errors import BadAnswer
from services.integrations.macrocrm.client import Client
from services.integrations.macrocrm.mapping import CallRow, call_of
from services.integrations.macrocrm.reading import Row, next_of, rows_of

log = structlog.get_logger(__name__)

CALLS = "calls/getSaleDepartmentsCalls"
SPAN = timedelta(days=1)
AHEAD = timedelta(hours=24)
"""The end of the last span lies so far ahead: the company's zone and clock need not be what we think."""
MOST_PAGES = 400
"""Of one span; a list that goes on after that does not end at all."""


@dataclass(frozen=True)
class Walk:
    """Where a reading stands. Moments are ISO texts: it is kept in the cursor."""

    begun: str
    first: str
    until: str
    end: str
    """The whole reading's; `first` and `until` are those of the present span."""
    touched: str
    """When the latest page was read."""
    sweeps: bool = False
    next: int | str | None = None
    seen: tuple[str, ...] = ()

    def stored(self) -> dict[str, Any]:
        return {**asdict(self), "seen": list(self.seen)}


def walk_of(stored: Any) -> Walk | None:
    """None for what an earlier release may have stored otherwise."""
    try:
        known = Walk(**{**stored, "seen": tuple(stored["seen"])})
        for told in (known.begun, known.first, known.until, known.end, known.touched):
            datetime.fromisoformat(told)
    except (TypeError, KeyError, ValueError):
        return None
    return known


def begin(first: datetime, now: datetime, *, sweeps: bool) -> Walk:
    end = now + AHEAD
    return Walk(
        begun=now.isoformat(),
        first=first.isoformat(),
        until=_until(first, now, end).isoformat(),
        end=end.isoformat(),
        touched=now.isoformat(),
        sweeps=sweeps,
    )


def _until(first: datetime, now: datetime, end: datetime) -> datetime:
    """A day further, or the end when that reaches the present."""
    return end if first + SPAN >= now else first + SPAN


class Walker:
    def __init__(self, client: Client, zone: tzinfo) -> None:
        self._client = client
        self.zone = zone

    async def step(self, walk: Walk, now: datetime) -> tuple[list[CallRow], Walk | None]:
        """One page and where to go on; None: everything was read.

        Raises BadAnswer when the list leads back to where it was, or never ends.
        """
        first, until = datetime.fromisoformat(walk.first), datetime.fromisoformat(walk.until)
        rows, following = await self.page(first, until, walk.next)
        if following is not None:
            mark = str(following)
            if mark in walk.seen or len(walk.seen) >= MOST_PAGES:
                raise BadAnswer(f"{CALLS}: pages go in circles")
            return rows, replace(walk, next=following, seen=(*walk.seen, mark), touched=now.isoformat())
        if walk.until == walk.end:
            return rows, None
        end = datetime.fromisoformat(walk.end)
        until_next = _until(until, datetime.fromisoformat(walk.begun), end).isoformat()
        span = replace(walk, first=walk.until, until=until_next, touched=now.isoformat())
        return rows, replace(span, next=None, seen=())

    async def page(
        self, first: datetime, until: datetime, following: int | str | None = None
    ) -> tuple[list[CallRow], int | str | None]:
        """Calls that began within the span, and what the next page starts with. Raises remote failures."""
        told, following = await self.told(first, until, following)
        rows = [row for one in told if (row := call_of(one, self.zone)) is not None]
        if len(rows) < len(told):
            log.info("macrocrm_odd_calls", count=len(told) - len(rows))
        return rows, following

    async def told(
        self, first: datetime, until: datetime, following: int | str | None = None
    ) -> tuple[list[Row], int | str | None]:
        """The same as it came."""
        span = {"date_from": self._local(first), "date_to": self._local(until)}
        body = await self._client.read(CALLS, {**span, "from": following})
        return rows_of(body, "data"), next_of(body)

    def _local(self, at: datetime) -> str:
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M:%S}"
