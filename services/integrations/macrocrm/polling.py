"""Which calls are new: a window over the last hours again and again, and the table of calls keeps one of each.

Rows change: a call is listed while it rings, and gains its length, its request and its recording later. It is
told once it is over. Calls that the exchange hands in late are found by a wider window, a few times a day.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.domain.call import FoundCall
from services.integrations.base import CallPage, Cursor
from services.integrations.macrocrm.choices import Choices
from services.integrations.macrocrm.client import Client
from services.integrations.macrocrm.mapping import CallRow
from services.integrations.macrocrm.walking import AHEAD, Walk, Walker, begin, walk_of
from services.ports import Clock

LOOK_BACK = timedelta(hours=3)
SWEEP_EVERY = timedelta(hours=6)
SWEEP_BACK = timedelta(hours=72)
LEEWAY = timedelta(minutes=10)
"""Calls that began so long before we were connected may be new by a clock that is behind."""
SETTLE = timedelta(seconds=60)
"""After its end a call's row is complete."""
MISSED = timedelta(minutes=10)
"""A call that nobody has talked in for so long after its end was missed."""
UNTOLD = timedelta(hours=2)
"""A row that tells no length at all may be that of a call under way: no missed one before that."""
CALM = timedelta(minutes=5)
"""A transferred call is over when no part of it has followed for so long."""
PACE = timedelta(minutes=10)
"""The window moves in such steps, so that a pull without calls changes nothing."""
STALE = timedelta(minutes=10)
"""A reading that came no further for so long begins anew."""
PAGES = 4
"""Read in one pull."""
TOLD = 500
"""Calls given out that the cursor remembers, so that the window does not tell them each minute."""
MODES = 6


class Polling:
    def __init__(self, client: Client, clock: Clock, choices: Choices) -> None:
        self._walker = Walker(client, choices.zone)
        self._clock = clock
        self._choices = choices

    async def pull(self, cursor: Cursor | None) -> CallPage:
        if cursor is None:
            return CallPage((), await self._first_cursor())
        now = self._clock.now()
        modes = self._modes(cursor, now)
        walk = walk_of(cursor.get("walk"))
        if walk is None or now - datetime.fromisoformat(walk.touched) > STALE:
            first, sweeps = _window(cursor, now)
            walk = begin(first, now, sweeps=sweeps)
        left, rows = walk, list[CallRow]()
        for _ in range(PAGES):
            page, following = await self._walker.step(left, now)
            rows += page
            if following is None:
                new = {**cursor, "modes": modes, "walk": None} | _finished(cursor, walk.begun, sweeps=walk.sweeps)
                return self._told(rows, new, more=False)
            left = following
        return self._told(rows, {**cursor, "modes": modes, "walk": left.stored()}, more=True)

    async def _first_cursor(self) -> dict[str, Any]:
        """From now on. What stands in the list already is history, whatever its clock says."""
        now = self._clock.now()
        since = now - LEEWAY
        left: Walk | None = begin(since, now, sweeps=False)
        known: list[int] = []
        while left is not None:
            rows, left = await self._walker.step(left, now)
            known += [row.id for row in rows if row.started >= since]
        return {
            "since": since.isoformat(),
            "known": known[-TOLD:],
            "mark": now.isoformat(),
            "swept": now.isoformat(),
            "told": [],
            "modes": [[since.isoformat(), self._choices.collapse]],
            "walk": None,
        }

    def _told(self, rows: Sequence[CallRow], cursor: dict[str, Any], *, more: bool) -> CallPage:
        since, known = datetime.fromisoformat(cursor["since"]), {*cursor["known"], *cursor["told"]}
        now, modes = self._clock.now(), cursor["modes"]
        over = [row for row in rows if row.started >= since and self._is_wanted(row) and _is_over(row, now)]
        going_on = {_name(row, modes) for row in rows if _may_be_continued(row, now) and _collapses(row, modes)}
        new = [row for row in over if row.id not in known and _name(row, modes) not in going_on]
        calls = _conversations(new, modes)
        told = [*cursor["told"], *(row.id for row in new)]
        return CallPage(tuple(calls), {**cursor, "told": list(dict.fromkeys(told))[-TOLD:]}, more)

    def _is_wanted(self, row: CallRow) -> bool:
        if row.no_target and self._choices.skip_no_target:
            return False
        return row.talk == 0 or row.talk >= self._choices.min_talk

    def _modes(self, cursor: Cursor, now: datetime) -> list[list[Any]]:
        """Since when transfers are one call, or not: a call is numbered by what held when it began.

        Else a change of the option would give out the calls of the last days anew, under other numbers.
        """
        modes = [list(one) for one in cursor["modes"]]
        if modes[-1][1] is not self._choices.collapse:
            modes.append([now.isoformat(), self._choices.collapse])
        return modes[-MODES:]

    async def refresh(self, calls: Sequence[FoundCall]) -> Sequence[FoundCall]:
        """By the moment they began: no method tells a call by its number."""
        fresh = []
        for call in calls:
            row = await self._again(call)
            if row is not None:
                fresh.append(replace(row.found, external_id=call.external_id))
        return fresh

    async def _again(self, call: FoundCall) -> CallRow | None:
        following: int | str | None = None
        for _ in range(PAGES):
            rows, following = await self._walker.page(
                call.started_at - SETTLE, call.started_at + SETTLE, following
            )
            for row in rows:
                if str(row.id) == call.refs.get("call"):
                    return row
            if following is None:
                return None
        return None


def _window(cursor: Cursor, now: datetime) -> tuple[datetime, bool]:
    """From where to read, and whether the wide window is due. Nothing lies before we were connected."""
    mark, swept, since = (datetime.fromisoformat(cursor[name]) for name in ("mark", "swept", "since"))
    sweeps = now - swept >= SWEEP_EVERY
    back = min(mark, now) - LOOK_BACK
    first = min(back, now - SWEEP_BACK) if sweeps else back
    return max(first, since - LOOK_BACK), sweeps


def _finished(cursor: Cursor, begun: str, *, sweeps: bool) -> dict[str, Any]:
    """Everything before the reading began has been seen."""
    changes: dict[str, Any] = {"swept": begun} if sweeps else {}
    if datetime.fromisoformat(begun) - datetime.fromisoformat(cursor["mark"]) >= PACE:
        changes["mark"] = begun
        if datetime.fromisoformat(begun) - datetime.fromisoformat(cursor["since"]) > SWEEP_BACK + AHEAD:
            changes["known"] = []
    return changes


def _is_over(row: CallRow, now: datetime) -> bool:
    """A start in the future says that the zone is another one: then a told length has to do."""
    ended = row.started + timedelta(seconds=row.length)
    if row.talk > 0:
        return row.started > now + LEEWAY or ended + SETTLE <= now
    return not row.began_to_talk and (ended + MISSED if row.length else row.started + UNTOLD) <= now


def _may_be_continued(row: CallRow, now: datetime) -> bool:
    """Another part of the same conversation may follow, or this one may grow."""
    if row.started > now + LEEWAY:
        return False
    going_on = not _is_over(row, now) and row.started + UNTOLD > now
    return going_on or row.started + timedelta(seconds=row.length) + CALM > now


def _conversations(rows: Sequence[CallRow], modes: Sequence[Sequence[Any]]) -> list[FoundCall]:
    """One call of each row, or of each conversation: its longest row stands for it."""
    chosen: dict[str, CallRow] = {}
    for row in rows:
        name = _name(row, modes)
        known = chosen.get(name)
        if known is None or row.talk > known.talk:
            chosen[name] = row
    return [replace(row.found, external_id=name) for name, row in chosen.items()]


def _collapses(row: CallRow, modes: Sequence[Sequence[Any]]) -> bool:
    """Was a transferred call one call when this part of it began?"""
    begun = row.started.isoformat()
    held: Mapping[str, bool] = {since: collapse for since, collapse in modes if since <= begun}
    return bool(row.external) and (held[max(held)] if held else modes[0][1])


def _name(row: CallRow, modes: Sequence[Sequence[Any]]) -> str:
    if not _collapses(row, modes):
        return row.found.external_id
    return f"talk:{hashlib.sha256(row.external.encode()).hexdigest()[:32]}"
