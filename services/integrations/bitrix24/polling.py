"""Which calls are new: by the statistics and, for exchanges that write activities only, by those.

One call must not come twice. A telephony call has both a statistics row and an activity, whose ORIGIN_ID
starts with `VI_`: such activities are left to the statistics, however late the row appears. Every other
activity waits until its row would be there, and is a call of its own unless a row names it. Should a row
name it later still, the row is dropped: the cursor remembers which activities were given out as calls.

Each source is read in bounded portions and the cursor says how far, so a long gap costs no memory.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.domain.call import FoundCall
from services.errors import Rejected
from services.integrations.base import CallPage, Cursor
from services.integrations.bitrix24.client import PAGE, Client
from services.integrations.bitrix24.mapping import from_activity, from_statistics, moment, number
from services.ports import Clock

OVERLAP = 100
"""Ids looked at again: rows may become visible out of order."""
ACTIVITY_OVERLAP = timedelta(minutes=10)
SETTLE = timedelta(minutes=3)
SWEEP_EVERY = timedelta(hours=1)
SWEEP_BACK = timedelta(hours=24)
PORTION = 4 * PAGE
"""Rows of one source in one pull."""
TOLD = 300
"""Activities given out as calls that the cursor remembers."""

STATISTICS = "voximplant.statistic.get"
ACTIVITY_FIELDS = [
    "ID",
    "OWNER_ID",
    "OWNER_TYPE_ID",
    "TYPE_ID",
    "SUBJECT",
    "DIRECTION",
    "COMPLETED",
    "LAST_UPDATED",
    "START_TIME",
    "END_TIME",
    "RESPONSIBLE_ID",
    "ORIGIN_ID",
    "FILES",
]

Portion = tuple[list[FoundCall], dict[str, Any], bool]
"""Calls, what changes in the cursor, and whether the source has more at once."""


class Polling:
    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def pull(self, cursor: Cursor | None) -> CallPage:
        if cursor is None:
            return CallPage((), await self._first_cursor())
        portions = [await self._statistics(cursor), await self._sweep(cursor), await self._activities(cursor)]
        told = [str(one) for one in cursor.get("told", [])]
        found = _unique([call for calls, _, _ in portions for call in calls], frozenset(told))
        new = dict(cursor)
        for _, changes, _ in portions:
            new |= changes
        new["told"] = _told_with(told, found)
        return CallPage(tuple(found), new, any(more for _, _, more in portions))

    async def _first_cursor(self) -> dict[str, Any]:
        """From now on: history is not processed. No overlap ever reaches below `floor` and `connected`."""
        params = {"FILTER": {}, "SORT": "ID", "ORDER": "DESC", "start": 0}
        envelope = await self._client.read(STATISTICS, params)
        top = max((number(row.get("ID")) for row in envelope.rows), default=0)
        now = envelope.server_time or self._clock.now().isoformat()
        return {
            "floor": top,
            "connected": now,
            "statistic": top,
            "activities": now,
            "swept": self._clock.now().isoformat(),
        }

    async def _statistics(self, cursor: Cursor) -> Portion:
        top, floor = int(cursor["statistic"]), int(cursor["floor"])
        rows = await self._rows(STATISTICS, _by_id({}), max(floor, top - OVERLAP))
        highest = max(top, _last(rows))
        return _calls(rows), {"statistic": highest}, len(rows) >= PORTION and highest > top

    async def _sweep(self, cursor: Cursor) -> Portion:
        """Once an hour the last day again: what an id cursor alone would have lost."""
        now, after = self._clock.now(), int(cursor.get("sweep_after", 0))
        swept = moment(cursor.get("swept"))
        if swept is None:
            return [], {"swept": now.isoformat()}, False
        if not after and now - swept < SWEEP_EVERY:
            return [], {}, False
        since = now - SWEEP_BACK
        asked = _by_id({">=CALL_START_DATE": since.isoformat(timespec="seconds")})
        rows = await self._rows(STATISTICS, asked, max(int(cursor["floor"]), after))
        calls = [call for call in _calls(rows) if call.started_at >= since]
        if len(rows) >= PORTION:
            return calls, {"sweep_after": _last(rows)}, True
        return calls, {"swept": now.isoformat(), "sweep_after": 0}, False

    async def _activities(self, cursor: Cursor) -> Portion:
        """Activities changed since the mark; late files bump LAST_UPDATED. Marks are the portal's own time.

        A window is walked by id over several pulls; the next one begins where this one's first page was read.
        """
        after = int(cursor.get("activities_after", 0))
        mark = str(cursor.get("activities_mark") or "") if after else self._client.portal_now().isoformat()
        since = self._since(cursor)
        rows = await self._rows("crm.activity.list", _changed(since), after)
        calls = await self._without_named([call for row in rows if (call := self._own_call(row)) is not None])
        if len(rows) >= PORTION:
            return calls, {"activities_after": _last(rows), "activities_mark": mark}, True
        return calls, {"activities": mark, "activities_after": 0, "activities_mark": ""}, False

    def _since(self, cursor: Cursor) -> datetime:
        last = (moment(cursor["activities"]) or self._client.portal_now()) - ACTIVITY_OVERLAP
        return max(last, moment(cursor["connected"]) or last)

    def _own_call(self, row: dict[str, Any]) -> FoundCall | None:
        """A finished call that telephony knows nothing of. What came is judged again: filters may be dropped.

        A fresh one waits, since its row may be about to appear; the overlap brings it again.
        """
        if str(row.get("ORIGIN_ID") or "").startswith("VI_"):
            return None
        if str(row.get("TYPE_ID", "2")) != "2" or row.get("COMPLETED", "Y") != "Y":
            return None
        updated = moment(row.get("LAST_UPDATED"))
        settled = updated is None or self._client.portal_now() - updated >= SETTLE
        return from_activity(row) if settled else None

    async def _without_named(self, calls: list[FoundCall]) -> list[FoundCall]:
        """Leaves out activities that a statistics row names as its own."""
        kept: list[FoundCall] = []
        for start in range(0, len(calls), PAGE):
            some = calls[start : start + PAGE]
            ids = [call.refs["activity"] for call in some]
            rows = await self._rows(STATISTICS, _by_id({"CRM_ACTIVITY_ID": ids}), 0)
            named = {str(row.get("CRM_ACTIVITY_ID")) for row in rows}
            kept += [call for call in some if call.refs["activity"] not in named]
        return kept

    async def _rows(self, method: str, params: Mapping[str, Any], after: int) -> list[dict[str, Any]]:
        return [row async for row in self._client.rows(method, params, after=after, most=PORTION)]

    async def refresh(self, calls: Sequence[FoundCall]) -> Sequence[FoundCall]:
        """Late recordings and late activities appear in the same row."""
        fresh: list[FoundCall] = []
        statistics = [call.refs["statistic"] for call in calls if "statistic" in call.refs]
        for start in range(0, len(statistics), PAGE):
            ids = statistics[start : start + PAGE]
            rows = (await self._client.read(STATISTICS, {**_by_id({"ID": ids}), "start": 0})).rows
            fresh += [one for row in rows if str(row.get("ID")) in ids and (one := from_statistics(row))]
        for call in calls:
            if call.external_id.startswith("act:") and (found := await self._activity(call)) is not None:
                fresh.append(found)
        return fresh

    async def _activity(self, call: FoundCall) -> FoundCall | None:
        try:
            row = (await self._client.read("crm.activity.get", {"id": int(call.refs["activity"])})).fields
        except Rejected:
            return None  # deleted, or hidden from our employee
        return from_activity(row)


def _by_id(wanted: Mapping[str, Any]) -> dict[str, Any]:
    return {"FILTER": dict(wanted), "SORT": "ID", "ORDER": "ASC"}


def _changed(since: datetime) -> dict[str, Any]:
    wanted = {"TYPE_ID": 2, "COMPLETED": "Y", ">=LAST_UPDATED": since.isoformat(timespec="seconds")}
    return {"order": {"ID": "ASC"}, "filter": wanted, "select": ACTIVITY_FIELDS}


def _last(rows: list[dict[str, Any]]) -> int:
    return number(rows[-1].get("ID")) if rows else 0


def _calls(rows: list[dict[str, Any]]) -> list[FoundCall]:
    return [call for row in rows if (call := from_statistics(row)) is not None]


def _unique(calls: list[FoundCall], told: frozenset[str]) -> list[FoundCall]:
    """One of each: an activity that a row names is the row's, unless it was given out as a call before."""
    named = {call.refs.get("activity", "") for call in calls if _is_row(call)} - told
    kept: dict[str, FoundCall] = {}
    for call in calls:
        if call.refs.get("activity", "") not in (told if _is_row(call) else named):
            kept.setdefault(call.external_id, call)
    return list(kept.values())


def _is_row(call: FoundCall) -> bool:
    return call.external_id.startswith("stat:")


def _told_with(told: list[str], found: list[FoundCall]) -> list[str]:
    """The latest activities that are calls of their own."""
    new = [call.refs["activity"] for call in found if not _is_row(call)]
    return list(dict.fromkeys([*told, *new]))[-TOLD:]
