"""Which calls are new: by the statistics and, for exchanges that write activities only, by those.

One call must not come twice. A telephony call has both a statistics row and an activity, whose ORIGIN_ID
starts with `VI_`: such activities are left to the statistics, however late the row appears. Every other
activity is a call of its own unless a statistics row names it.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from services.domain.call import FoundCall
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
PAGES = 4
"""At most so many pages of statistics in one pull: memory stays flat after a long gap."""

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


class Polling:
    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def pull(self, cursor: Cursor | None) -> CallPage:
        if cursor is None:
            return CallPage((), await self._first_cursor())
        floor = int(cursor["floor"])
        calls, top, more = await self._statistics(int(cursor["statistic"]), floor)
        activities, seen_until = await self._activities(str(cursor["activities"]), str(cursor["connected"]))
        swept, swept_at = await self._sweep(cursor, floor)
        found = _unique([*calls, *swept, *activities])
        new = {**cursor, "statistic": top, "activities": seen_until, "swept": swept_at}
        return CallPage(tuple(found), new, more)

    async def _first_cursor(self) -> dict[str, Any]:
        """From now on: history is not processed. No overlap ever reaches below `floor` and `connected`."""
        params = {"FILTER": {}, "SORT": "ID", "ORDER": "DESC", "start": 0}
        envelope = await self._client.read("voximplant.statistic.get", params)
        rows = envelope.result or []
        top = max((number(row.get("ID")) for row in rows), default=0)
        now = envelope.server_time or self._clock.now().isoformat()
        return {
            "floor": top,
            "connected": now,
            "statistic": top,
            "activities": now,
            "swept": self._clock.now().isoformat(),
        }

    async def _statistics(self, top: int, floor: int) -> tuple[list[FoundCall], int, bool]:
        params = {"FILTER": {}, "SORT": "ID", "ORDER": "ASC"}
        calls: list[FoundCall] = []
        read, highest = 0, top
        rows = self._client.rows(
            "voximplant.statistic.get", params, after=max(floor, top - OVERLAP), most=PAGES * PAGE
        )
        async for row in rows:
            read += 1
            highest = max(highest, number(row["ID"]))
            found = from_statistics(row)
            if found is not None:
                calls.append(found)
        return calls, highest, read >= PAGES * PAGE and highest > top

    async def _activities(self, since: str, connected: str) -> tuple[list[FoundCall], str]:
        """Activities changed since; late files bump LAST_UPDATED. The new mark is the server's own time."""
        last = (moment(since) or self._clock.now()) - ACTIVITY_OVERLAP
        earliest = max(last, moment(connected) or last)
        params = {
            "order": {"ID": "ASC"},
            "filter": {
                "TYPE_ID": 2,
                "COMPLETED": "Y",
                ">=LAST_UPDATED": earliest.isoformat(timespec="seconds"),
            },
            "select": ACTIVITY_FIELDS,
        }
        mark = self._clock.now().isoformat()
        calls = []
        async for row in self._client.rows("crm.activity.list", params, after=0):
            if str(row.get("ORIGIN_ID") or "").startswith("VI_"):
                continue
            found = from_activity(row)
            if found is not None and self._has_settled(row):
                calls.append(found)
        return await self._without_named(calls), mark

    def _has_settled(self, row: dict[str, Any]) -> bool:
        """A fresh activity waits: its statistics row may be about to appear. The overlap brings it again."""
        updated = moment(row.get("LAST_UPDATED"))
        return updated is None or self._clock.now() - updated >= SETTLE

    async def _without_named(self, calls: list[FoundCall]) -> list[FoundCall]:
        """Leaves out activities that a statistics row names as its own."""
        kept: list[FoundCall] = []
        for start in range(0, len(calls), PAGE):
            some = calls[start : start + PAGE]
            ids = [call.refs["activity"] for call in some]
            params = {"FILTER": {"CRM_ACTIVITY_ID": ids}, "SORT": "ID", "ORDER": "ASC", "start": 0}
            rows = (await self._client.read("voximplant.statistic.get", params)).result or []
            named = {str(row.get("CRM_ACTIVITY_ID")) for row in rows}
            kept += [call for call in some if call.refs["activity"] not in named]
        return kept

    async def _sweep(self, cursor: Cursor, floor: int) -> tuple[list[FoundCall], str]:
        """Once an hour the last day again: what an id cursor alone would have lost."""
        now = self._clock.now()
        swept_at = moment(cursor.get("swept")) or now
        if now - swept_at < SWEEP_EVERY:
            return [], str(cursor.get("swept") or now.isoformat())
        since = (now - SWEEP_BACK).isoformat(timespec="seconds")
        params = {"FILTER": {">=CALL_START_DATE": since}, "SORT": "ID", "ORDER": "ASC"}
        calls = []
        async for row in self._client.rows("voximplant.statistic.get", params, after=floor):
            found = from_statistics(row)
            if found is not None and found.started_at >= now - SWEEP_BACK:
                calls.append(found)
        return calls, now.isoformat()

    async def refresh(self, calls: Sequence[FoundCall]) -> Sequence[FoundCall]:
        """Late recordings and late activities appear in the same row."""
        fresh: list[FoundCall] = []
        statistics = [call.refs["statistic"] for call in calls if "statistic" in call.refs]
        for start in range(0, len(statistics), PAGE):
            ids = statistics[start : start + PAGE]
            params = {"FILTER": {"ID": ids}, "SORT": "ID", "ORDER": "ASC", "start": 0}
            rows = (await self._client.read("voximplant.statistic.get", params)).result or []
            fresh += [one for row in rows if str(row.get("ID")) in ids and (one := from_statistics(row))]
        for call in calls:
            if call.external_id.startswith("act:"):
                activity = await self._client.read("crm.activity.get", {"id": call.refs["activity"]})
                found = from_activity(activity.result)
                if found is not None:
                    fresh.append(found)
        return fresh


def _unique(calls: list[FoundCall]) -> list[FoundCall]:
    """One of each; an activity that a statistics row names is that row's."""
    named = {call.refs.get("activity") for call in calls if call.external_id.startswith("stat:")}
    kept: dict[str, FoundCall] = {}
    for call in calls:
        if call.external_id.startswith("act:") and call.refs["activity"] in named:
            continue
        kept.setdefault(call.external_id, call)
    return list(kept.values())
