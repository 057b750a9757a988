"""Which calls are new: windows of the call report, walked in pages that the cursor remembers.

Calls are filed by their start and appear when they have ended, so each walk goes back further than the longest
call; once a night, and when the account's zone has changed, it goes back two days. A walk's end is fixed when it
begins. Pages are counted by offset: should the number of rows change meanwhile, the window is read again.
"""

from collections.abc import Container
from datetime import datetime, timedelta, tzinfo
from typing import Any

from services.domain.call import FoundCall
from services.errors import BadAnswer, Rejected
from services.integrations.base import CallPage, Cursor
from services.integrations.novofon.alarm import Alarm
from services.integrations.novofon.given import Given
from services.integrations.novofon.v2.attribution import Attribution
from services.integrations.novofon.v2.client import Client
from services.integrations.novofon.v2.failures import INTERVAL_TOO_LONG, Result
from services.integrations.novofon.v2.mapping import from_row, key_of
from services.integrations.novofon.v2.reports import PAGE, Reports
from services.integrations.novofon.v2.zone import AccountZone
from services.integrations.novofon.values import identity, naive
from services.integrations.novofon.zones import last_night, readings, window

OVERLAP = timedelta(hours=3)
SWEEP = timedelta(hours=48)
AHEAD = timedelta(minutes=1)
LONGEST = timedelta(days=28)
"""A window may be three months long; February makes that 89 days, and shorter ones are answered sooner."""
SHORTEST = timedelta(minutes=2)
OFFSETS = 100_000
AGAIN = 3
"""So often a window is read again because its rows changed; then what was seen together is taken."""


class Polling:
    def __init__(
        self, client: Client, reports: Reports, attribution: Attribution, zone: AccountZone, *, alarm: Alarm
    ) -> None:
        self._client = client
        self._reports = reports
        self._attribution = attribution
        self._zone = zone
        self._alarm = alarm
        self._given = Given()
        self._polled: datetime | None = None

    async def pull(self, cursor: Cursor | None) -> CallPage:
        if cursor is None:
            return CallPage((), await self._first())
        walk = cursor.get("walk")
        if not isinstance(walk, dict) and self._rests():
            return CallPage((), cursor)
        state = dict(cursor) if isinstance(walk, dict) else await self._begun(cursor)
        return await self._page(cursor, state)

    async def _first(self) -> dict[str, Any]:
        """From now on. The zone comes with an answer, and that tells their clock."""
        zone = await self._zone.told({})
        now = self._client.now().replace(microsecond=0).isoformat()
        return {"connected": now, "till": now, "swept": now, **zone}

    def _rests(self) -> bool:
        """A tariff with few points a day is asked less often, so that they last; a knock is worth one."""
        now, spacing = self._client.now(), self._client.limits.spacing
        is_due = not spacing or self._polled is None or now - self._polled >= spacing
        if not is_due and self._alarm.rang_at is None:
            return True
        self._alarm.clear()
        self._polled = now
        return False

    async def _begun(self, cursor: Cursor) -> dict[str, Any]:
        """A new walk from the last one's end, less the overlap."""
        zone = await self._zone.told(cursor)
        state = {**cursor, **zone}
        till, now = _moment(cursor["till"]), self._client.now()
        is_moved = zone["zone"] != cursor.get("zone")
        is_sweep = is_moved or _moment(cursor["swept"]) < last_night(now, self._zone.of(state))
        since = max(till - (SWEEP if is_sweep else OVERLAP), _moment(cursor["connected"]))
        goal = max(now, till) + AHEAD
        state["walk"] = {
            "since": since.isoformat(),
            "until": min(goal, since + LONGEST).isoformat(),
            "goal": goal.isoformat(),
            "offset": 0,
            **({"sweep": now.isoformat()} if is_sweep else {}),
        }
        return state

    async def _page(self, cursor: Cursor, state: dict[str, Any]) -> CallPage:
        walk, zone = dict(state["walk"]), self._zone.of(state)
        since, until = _moment(walk["since"]), _moment(walk["until"])
        try:
            result = await self._reports.calls(window(since, until, zone), offset=int(walk["offset"]))
        except Rejected as failure:
            if failure.remote_code != INTERVAL_TOO_LONG or until - since <= SHORTEST:
                raise
            return self._given.give(cursor, CallPage((), {**state, "walk": _halved(walk)}, more=True))
        calls = _new(result, _moment(state["connected"]), zone, self._given.before(cursor))
        completed = await self._attribution.complete(calls, zone)
        after = _after(state, walk, result)
        return self._given.give(cursor, CallPage(tuple(completed), after, more="walk" in after))


def _new(result: Result, connected: datetime, zone: tzinfo, given: Container[str]) -> list[FoundCall]:
    """Calls that began after the account was connected; a local time that means two counts by the later."""
    found: dict[str, FoundCall] = {}
    for row in result.rows:
        started = naive(row.get("start_time"))
        if started is None or readings(started, zone)[1] < connected or key_of(row) in given:
            continue
        call = from_row(row, zone)
        if call is not None:
            found.setdefault(call.external_id, call)
    return list(found.values())


def _after(state: dict[str, Any], walk: dict[str, Any], result: Result) -> dict[str, Any]:
    """The cursor behind a page: the next page, the window once more, a shorter one, the next one, or the end."""
    offset, count = int(walk["offset"]), len(result.rows)
    first = next((identity(row.get("id")) for row in result.rows), "")
    if offset and first and first == walk.get("first") and count >= PAGE:
        raise BadAnswer("the offset was not obeyed")
    again = int(walk.get("again", 0))
    if offset and result.total != walk.get("total") and again < AGAIN:
        return {**state, "walk": {**walk, "offset": 0, "total": result.total, "first": "", "again": again + 1}}
    reached = offset + count
    is_last = not count or (reached >= result.total if result.total is not None else count < PAGE)
    if is_last:
        return _next_window(state, walk)
    is_longer = _moment(walk["until"]) - _moment(walk["since"]) > SHORTEST
    if max(result.total or 0, reached) > OFFSETS and is_longer:
        return {**state, "walk": _halved(walk)}
    if reached > OFFSETS:
        return _next_window(state, walk)
    return {**state, "walk": {**walk, "offset": reached, "total": result.total, "first": first}}


def _next_window(state: dict[str, Any], walk: dict[str, Any]) -> dict[str, Any]:
    """Windows share a minute: whether their ends belong to them is not known."""
    until, goal = _moment(walk["until"]), _moment(walk["goal"])
    done = {name: value for name, value in state.items() if name != "walk"}
    done["till"] = max(_moment(state["till"]), until - AHEAD).isoformat()
    if until < goal:
        since, span = until - AHEAD, max(until - _moment(walk["since"]), SHORTEST)
        fresh = {"since": since.isoformat(), "until": min(goal, since + span).isoformat(), "offset": 0}
        kept = {name: walk[name] for name in ("goal", "sweep") if name in walk}
        return {**done, "walk": {**kept, **fresh}}
    if "sweep" in walk:
        done["swept"] = walk["sweep"]
    return done


def _halved(walk: dict[str, Any]) -> dict[str, Any]:
    since, until = _moment(walk["since"]), _moment(walk["until"])
    kept: dict[str, Any] = {name: walk[name] for name in ("since", "goal", "sweep") if name in walk}
    return {**kept, "until": (since + (until - since) / 2).isoformat(), "offset": 0}


def _moment(text: Any) -> datetime:
    return datetime.fromisoformat(str(text))
