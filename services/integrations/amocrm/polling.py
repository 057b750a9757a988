"""Which calls are new: notes by the moment of their last change, so that a recording added later is seen too.

The cursor holds one mark for leads, contacts and companies together: a conversation that stands on two cards
must be seen as a whole. After a gap the walk goes on portion by portion in the same order of time.

A sweep takes turns with the walk, so that neither waits for the other.

A mark is never ahead of the account's own clock: telephony may date its notes itself, and one from the future
would carry the mark past calls that are still to come.
"""

from collections.abc import Mapping
from typing import Any

import structlog

from services.domain.call import FoundCall
from services.errors import BadAnswer, RateLimited, Unreachable
from services.integrations.amocrm.client import Client
from services.integrations.amocrm.gathering import MARGIN, Gathering
from services.integrations.amocrm.mapping import number
from services.integrations.amocrm.notes import Memory
from services.integrations.amocrm.sweeping import Sweep
from services.integrations.base import CallPage, Cursor

log = structlog.get_logger(__name__)

OVERLAP = 900
"""Seconds looked at again: notes may become visible late."""
BEFORE_START = 86_400
"""Seconds before the connection that a look may reach back at most."""


class Polling:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def pull(self, cursor: Cursor | None) -> CallPage:
        if cursor is None:
            return CallPage((), await self._first_cursor())
        memory = Memory(cursor.get("told"))
        gathering = Gathering(self._client, number(cursor["start"]))
        sweep = Sweep(self._client, gathering, memory)
        if cursor.get("turn"):
            calls, changes, more = await self._step(sweep, cursor)
            new = {**cursor, **changes, "turn": 0}
        else:
            calls, changes, more = await self._walk(cursor, gathering, memory)
            new = {**cursor, **changes}
            if not more and sweep.is_due(new):
                new["turn"], more = 1, True
        new["told"] = memory.stored
        return CallPage(_each_once(calls), _bare(new), more)

    async def _step(self, sweep: Sweep, cursor: Cursor) -> tuple[list[FoundCall], Mapping[str, Any], bool]:
        """What the account cannot tell of the past must not keep new calls waiting: the walk goes on."""
        try:
            return await sweep.step(cursor)
        except RateLimited:
            raise
        except (BadAnswer, Unreachable) as failure:
            log.warning("amocrm_sweep_put_off", account=self._client.account, failure=failure.code)
            return [], sweep.put_off(), False

    async def _first_cursor(self) -> dict[str, Any]:
        """From now on, by the account's clock: history is not processed."""
        await self._client.read("account")
        now = self._now()
        return {"start": now, "mark": now, "swept": now}

    async def _walk(
        self, cursor: Cursor, gathering: Gathering, memory: Memory
    ) -> tuple[list[FoundCall], dict[str, Any], bool]:
        """The next portion of what has changed since the mark."""
        mark, start, walked = number(cursor["mark"]), number(cursor["start"]), number(cursor.get("walk"))
        since = walked - MARGIN if walked else max(mark - OVERLAP, start - BEFORE_START)
        found = await gathering.slice(since, walked)
        calls = gathering.calls(found, walked, memory)
        highest = max(number(cursor.get("top")), min(found.highest, self._now()))
        if found.edge is not None:
            return calls, {"walk": found.edge, "top": highest}, True
        return calls, {"mark": max(mark, highest), "walk": 0, "top": 0}, False

    def _now(self) -> int:
        return int(self._client.account_now().timestamp())


def _each_once(calls: list[FoundCall]) -> tuple[FoundCall, ...]:
    """In the order of their beginning; the first that tells of a call counts."""
    found: dict[str, FoundCall] = {}
    for call in calls:
        found.setdefault(call.external_id, call)
    return tuple(sorted(found.values(), key=lambda call: call.started_at))


def _bare(cursor: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty: an idle account's cursor stays the very same."""
    return {name: value for name, value in cursor.items() if value}
