"""Which calls are new: windows of the statistics, read whole, because legs of one call may lie pages apart.

Statistics may be asked for three times a minute and should be asked for every five: most polls ask nothing.
After a gap the windows become as short as it takes for one to fit on a page, and longer again. A window is
judged as if its end were now: a call whose legs were not all reported by then is left to the next one, which
begins three hours earlier.
"""

from collections.abc import Container
from datetime import datetime, timedelta, tzinfo
from typing import Any

from services.domain.call import FoundCall
from services.errors import BadAnswer
from services.integrations.base import CallPage, Cursor
from services.integrations.novofon.alarm import Alarm
from services.integrations.novofon.given import Given
from services.integrations.novofon.v1 import zone as account
from services.integrations.novofon.v1.client import Client
from services.integrations.novofon.v1.grouping import SETTLED, Leg, call_of, external_id, grouped, is_whole, leg_of
from services.integrations.novofon.zones import USUAL, last_night, readings, window, zone_of
from services.ports import Clock

STATISTICS = "/v1/statistics/pbx/"
PAGE = 1000
"""Rows in one answer; there is no count of all."""
PAGES = 200
OVERLAP = timedelta(hours=3)
FURTHER = timedelta(hours=48)
"""How far back once a night, and when the zone has changed."""
EVERY = timedelta(minutes=5)
KNOCKED = timedelta(minutes=1)
LONGEST = timedelta(days=24)
"""With the overlap well within 28 days: a period over a month is cut without a word."""
SHORTEST = timedelta(hours=1)
ZONE_KEPT = timedelta(hours=24)


class Polling:
    """`zone` is the option; empty: as the account says."""

    def __init__(self, client: Client, clock: Clock, alarm: Alarm, *, zone: str) -> None:
        self._client = client
        self._clock = clock
        self._alarm = alarm
        self._chosen = zone if zone_of(zone) is not None else ""
        self._given = Given()

    async def pull(self, cursor: Cursor | None) -> CallPage:
        if cursor is None:
            return CallPage((), await self._first())
        if not self._is_due(cursor):
            return CallPage((), cursor)
        state = dict(cursor) if "goal" in cursor else await self._begun(cursor)
        return await self._window(cursor, state)

    async def _first(self) -> dict[str, Any]:
        told = await account.ask(self._client)
        now = told.now.replace(microsecond=0).isoformat()
        return {"connected": now, "till": now, "swept": now, "polled": now, **self._zone_of(told)}

    def _zone_of(self, told: account.AccountTime) -> dict[str, Any]:
        """`ahead` is in seconds."""
        ahead = (told.now - self._clock.now()).total_seconds()
        zone = {"zone": self._chosen or told.zone, "chosen": bool(self._chosen)}
        return {**zone, "zone_at": told.now.isoformat(), "ahead": ahead}

    def _now(self, cursor: Cursor) -> datetime:
        return self._clock.now() + timedelta(seconds=float(cursor.get("ahead", 0.0)))

    def _is_due(self, cursor: Cursor) -> bool:
        if "goal" in cursor:
            return True
        now, rang = self._clock.now(), self._alarm.rang_at
        since = self._now(cursor) - _moment(cursor["polled"])
        knocked = rang is not None and now - rang >= SETTLED and since >= KNOCKED
        return knocked or not timedelta() <= since < EVERY

    async def _begun(self, cursor: Cursor) -> dict[str, Any]:
        """A new walk up to now; its beginning is set back once a night and when the zone has changed."""
        self._alarm.clear()
        state, now = dict(cursor), self._now(cursor)
        is_other = self._chosen != (cursor["zone"] if cursor.get("chosen") else "")
        if now - _moment(cursor["zone_at"]) >= ZONE_KEPT or is_other:
            state |= self._zone_of(await account.ask(self._client))
            now = self._now(state)
        is_moved = state["zone"] != cursor["zone"]
        if is_moved or _moment(state["swept"]) < last_night(now, _zone(state)):
            earlier = max(_moment(state["till"]) - FURTHER, _moment(state["connected"]))
            state |= {"till": earlier.isoformat(), "swept": now.isoformat()}
        goal = max(now, _moment(state["till"]))
        return state | {"goal": goal.isoformat(), "polled": now.isoformat()}

    async def _window(self, cursor: Cursor, state: dict[str, Any]) -> CallPage:
        till, goal, zone = _moment(state["till"]), _moment(state["goal"]), _zone(state)
        span = timedelta(seconds=float(state.get("span", LONGEST.total_seconds())))
        until = min(goal, till + span)
        legs = await self._legs(window(till - OVERLAP, until, zone), is_short=until - till <= SHORTEST)
        if legs is None:
            shorter = max((until - till) / 2, SHORTEST).total_seconds()
            return self._given.give(cursor, CallPage((), state | {"span": shorter}, more=True))
        found = _new(legs, _moment(state["connected"]), zone, until, self._given.before(cursor))
        state |= {"till": until.isoformat(), "span": min(span * 2, LONGEST).total_seconds()}
        if until >= goal:
            del state["goal"]
        return self._given.give(cursor, CallPage(found, state, more="goal" in state))

    async def _legs(self, asked: tuple[str, str], *, is_short: bool) -> list[Leg] | None:
        """All legs of a window. None: too many for one page, and the window can be shortened."""
        found: list[Leg] = []
        seen: set[Leg] = set()
        for page in range(PAGES):
            rows = await self._page(asked, page * PAGE)
            fresh = {leg for row in rows if isinstance(row, dict) and (leg := leg_of(row))} - seen
            found += fresh
            seen |= fresh
            if len(rows) < PAGE:
                return found
            if not is_short:
                return None
            if not fresh:
                break
        raise BadAnswer(f"{STATISTICS}: pages without an end")

    async def _page(self, asked: tuple[str, str], skip: int) -> list[Any]:
        params = {"start": asked[0], "end": asked[1], "version": "2", "skip": str(skip), "limit": str(PAGE)}
        rows = (await self._client.get(STATISTICS, params, statistics=True)).get("stats")
        if not isinstance(rows, list):
            raise BadAnswer(f"{STATISTICS}: no rows")
        return rows


def _new(
    legs: list[Leg], connected: datetime, zone: tzinfo, until: datetime, given: Container[str]
) -> tuple[FoundCall, ...]:
    """Whole calls that began after the account was connected."""
    found = []
    for key, group in grouped(legs).items():
        parts = list(group.values())
        if external_id(key) in given or min(readings(leg.started, zone)[1] for leg in parts) < connected:
            continue
        if is_whole(parts, zone, until):
            found.append(call_of(key, parts, zone))
    return tuple(sorted(found, key=lambda call: call.started_at))


def _zone(cursor: Cursor) -> tzinfo:
    zone = zone_of(str(cursor.get("zone") or "")) or zone_of(USUAL)
    assert zone is not None, "the usual zone is known"
    return zone


def _moment(text: Any) -> datetime:
    return datetime.fromisoformat(str(text))
