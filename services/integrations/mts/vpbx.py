"""The virtual exchange (vpbx.mts.ru).

Its history has no documented order and no flag for recordings: windows are read whole, and every call that was
taken is asked for its recording.
"""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from yarl import URL

from services.domain.call import FoundCall, Transcript
from services.errors import BadAnswer, Rejected, Unauthorized
from services.integrations.base import Check, CheckLine
from services.integrations.knocking import Knock, Reply
from services.integrations.mts.access import Cabinet, Key
from services.integrations.mts.checking import Tried, recordings_line
from services.integrations.mts.client import Client, Place
from services.integrations.mts.driver import At, Portion, Window
from services.integrations.mts.knocks import answer_vpbx
from services.integrations.mts.legs import Leg, call_of, conversations, given, is_settled, leg_of
from services.integrations.mts.people import Directory, read_people
from services.integrations.mts.sound import first_of
from services.integrations.mts.told import Told
from services.integrations.mts.values import number
from services.ports import Rate

PLACE = Place("https://vpbx.mts.ru", "/api", Rate(per_second=1.0, burst=1))
"""No rate is published: one request at a time and at most one a second is what is known to be borne.

Without a burst a second lies between any two.
"""
PAGE = 100
PAGES = 5
"""Pages of one portion."""
GUARD = 20
"""Rows at the end of a portion whose conversations may go on in the next one."""
AGAIN = 3
"""A window that changes while it is read is read so many times more."""
LATE = timedelta(hours=1)
"""For so long a recording that is not there is taken for one that is not ready."""
LAST_PAGE = 5000
HALF = ":1callhalf-1"
"""The first of several recordings of one conversation is kept under this name."""


@dataclass(frozen=True)
class _Page:
    legs: tuple[Leg, ...]
    total: int
    last: bool


class Vpbx:
    lag = timedelta(0)
    longest = timedelta(days=31)
    reading = "vpbx"

    def __init__(self, client: Client, key: Key) -> None:
        self.client = client
        self._key = key
        self._people = Directory(client)

    async def check(self) -> Check:
        """History first: without it nothing works. The directory only gives names."""
        now = self.client.now()
        portion = await self.portion(Window(now - timedelta(days=1), now), None)
        lines = [CheckLine("history", ok=True)]
        provider = ""
        try:
            rows = await read_people(self.client)
        except (Rejected, Unauthorized):
            lines.append(CheckLine("people", ok=False, required=False))
        else:
            provider = next((str(one) for row in rows if (one := number(row.get("serviceProviderId")))), "")
            lines.append(CheckLine("people", ok=True, required=False, values={"count": str(len(rows))}))
        lines += await recordings_line(Tried(self, portion.calls, now))
        return Check(
            lines=tuple(lines),
            account=f"vpbx.mts.ru/{provider or self._key.fingerprint}",
            title="vpbx.mts.ru",
            settings={"cabinet": Cabinet.VPBX.value},
        )

    async def greet(self) -> None:
        now = self.client.now()
        await self._page(Window(now - timedelta(minutes=1), now), 0, size=1)

    async def portion(self, window: Window, at: At | None, told: At | None = None) -> Portion:
        """Some pages, whole conversations of them. Rows that come in meanwhile shift the pages: at the end the
        first page is read again, and when the total has changed the window is, a few times."""
        page, total, again = _resumed(at)
        known = Told.load(told)
        legs: list[Leg] = []
        for left in reversed(range(PAGES)):
            read = await self._page(window, page)
            total = read.total if total is None else total
            legs += read.legs
            if read.last:
                break
            if left == 0:
                open_ended = {leg.call for leg in read.legs[-GUARD:]}
                whole = [leg for leg in legs if leg.call not in open_ended]
                return await self._given(whole, window, known, {"page": page, "total": total, "again": again})
            page += 1
        if page == 0:
            return await self._given(legs, window, known, None)
        fresh = await self._page(window, 0)
        changed = fresh.total != total and again < AGAIN
        anew = {"page": 0, "total": fresh.total, "again": again + 1} if changed else None
        return await self._given([*legs, *fresh.legs], window, known, anew)

    async def _given(self, legs: Iterable[Leg], window: Window, told: Told, at: At | None) -> Portion:
        """Calls of conversations that are over, and what was told by now."""
        now = self.client.now()
        settled = [some for some in conversations(legs).values() if is_settled(some, now)]
        if settled:
            await self._people.load()
        found = [(some, call) for some in settled if (call := call_of(some, self._people, told)) is not None]
        marks = (mark for some, _ in found for mark in given(some))
        return Portion([call for _, call in found], at, told.with_all(marks, window.end).store())

    async def _page(self, window: Window, page: int, *, size: int = PAGE) -> _Page:
        query = {
            "dateFrom": str(_milliseconds(window.begin)),
            "dateTo": str(_milliseconds(window.end)),
            "page": str(page),
            "size": str(size),
        }
        told = await self.client.read(self.client.address("v1", "callHistory", "enterprise", query=query))
        if not isinstance(told, dict) or not isinstance(told.get("content"), list):
            raise BadAnswer("no page of the history")
        if page > LAST_PAGE:
            raise BadAnswer("the history never ends")
        rows = told["content"]
        return _Page(
            legs=tuple(leg for row in rows if (leg := leg_of(row)) is not None),
            total=number(told.get("totalElements")),
            last=not rows or _is_last(told, page, len(rows), size),
        )

    async def again(self, call: FoundCall) -> FoundCall | None:
        """With the rows that it was made of: a later one is a call of its own."""
        if "part" in call.refs:
            return call
        begin = call.started_at - timedelta(minutes=1)
        window = Window(begin, call.started_at + timedelta(seconds=call.duration, minutes=10))
        legs: list[Leg] = []
        for page in range(2 * PAGES):
            told = await self._page(window, page)
            legs += told.legs
            if told.last:
                break
        await self._people.load()
        merged = (call_of(some, self._people) for some in conversations(legs).values())
        found = next((one for one in merged if one is not None and one.external_id == call.external_id), None)
        return call if found is not None and call.answered else found

    async def transcript(self, call: FoundCall) -> Transcript | None:
        return None

    def recording(self, call: FoundCall) -> AbstractAsyncContextManager[Path | None]:
        return self._recording(call)

    @asynccontextmanager
    async def _recording(self, call: FoundCall) -> AsyncIterator[Path | None]:
        """The longest leg's. Another one stands in for it only once it is surely not there: it may be late."""
        async with AsyncExitStack() as stack:
            for tracking in self._worth_hearing(call):
                path, is_sure = await first_of(self.client, self._places(tracking), stack)
                if path is not None or not is_sure:
                    yield path
                    return
            yield None

    def _worth_hearing(self, call: FoundCall) -> list[str]:
        """For an hour only legs about as long as the longest: those are rows of the same talk."""
        records: list[tuple[str, int]] = json.loads(call.refs.get("records", "[]"))
        ended = call.started_at + timedelta(seconds=call.duration)
        if records and self.client.now() - ended < LATE:
            records = [one for one in records if one[1] * 2 >= records[0][1]]
        return [tracking for tracking, _ in records]

    def _places(self, tracking: str) -> list[URL]:
        """A conversation with several recordings keeps them under names of their own."""
        parts = (("mp3", tracking), (tracking,), (tracking + HALF,))
        return [self.client.address("callRecording", *names) for names in parts]

    def answer(self, knock: Knock) -> Reply:
        return answer_vpbx(knock, self._key.token)

    async def try_option(self, field: str, value: str) -> Sequence[CheckLine]:
        return []


def _resumed(at: At | None) -> tuple[int, int | None, int]:
    if at is None:
        return 0, None, 0
    return number(at.get("page")), number(at.get("total")), number(at.get("again"))


def _is_last(told: dict[str, Any], page: int, rows: int, size: int) -> bool:
    """`totalPages` is the one thing all clients rely on; without it a page that is not full is the last."""
    pages = number(told.get("totalPages"))
    if pages:
        return page + 1 >= pages
    return told.get("last") is True or rows < size


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
