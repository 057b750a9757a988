"""What the product keeps and does around a connector: cursor, table of calls, writes that are looked up."""

import json
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

from services.domain.call import FoundCall, ObjectRef
from services.errors import BadAnswer, Rejected, RemoteError, Unclear, Unreachable
from services.integrations.base import Connector, Cursor
from services.integrations.doors import Doors
from services.integrations.writing import Timeline
from tests.integrations.conformance.rig import Rig

PULLS = 500
"""So many pulls in one look are an endless loop."""
MINUTE = 60.0
RECONCILE = timedelta(seconds=65)


class Desk:
    """One integration of the product, in one process."""

    def __init__(self, rig: Rig, doors: Doors) -> None:
        self.rig = rig
        self.doors = replace(doors, origins=rig.origins)
        self.calls: dict[str, FoundCall] = {}
        """The table: by external id, the first one stays."""
        self.largest = 0
        """Most calls that ever came in one pull."""
        self.told: list[str] = []
        """Every failure with its traceback, as a log would have it."""
        self._settings: Mapping[str, Any] = {}
        self.opened: list[Connector] = []
        self.cursor: Cursor | None = None

    def open(self, **changes: Any) -> Connector:
        """A connector by what is stored; `changes` are to its doors."""
        settings = {**self._settings, **self.rig.options}
        opened = self.rig.entry.open(self.rig.secrets, settings, replace(self.doors, **changes))
        self.opened.append(opened)
        return opened

    async def close(self) -> None:
        for one in self.opened:
            await self.rig.entry.close(one)

    async def connect(self) -> Connector:
        """As the dialogue does it: a check, the first cursor, and then the connector that stays."""
        trial = self.rig.entry.open(self.rig.secrets, {}, self.doors)
        try:
            check = await trial.check()
            assert check.ok, check.lines
            self._settings = check.settings
            first = await trial.pull(None)
        finally:
            await self.rig.entry.close(trial)
        assert first.calls == ()
        self.cursor = _stored(first.cursor)
        self.connector = self.open()
        self.rig.clock.advance(5)
        return self.connector

    async def look(self, connector: Connector | None = None) -> list[FoundCall]:
        """One tick: everything there is; calls that are new to the table."""
        new = []
        for _ in range(PULLS):
            page = await (connector or self.connector).pull(self.cursor)
            self.cursor = _stored(page.cursor)
            self.largest = max(self.largest, len(page.calls))
            for call in page.calls:
                if call.external_id not in self.calls:
                    self.calls[call.external_id] = call
                    new.append(call)
            if not page.more:
                return new
        raise AssertionError("the pulls never end")

    async def gather(self) -> list[FoundCall]:
        """Ticks for as long as the system takes to give out what has happened."""
        new = await self.look()
        waited = 0.0
        while waited < self.rig.settle:
            self.rig.clock.advance(MINUTE)
            waited += MINUTE
            new += await self.look()
        return new

    async def failure_of(self, work: Callable[[], Awaitable[object]]) -> RemoteError | None:
        """How it failed, if it did. Only failures of `services.errors` are expected."""
        try:
            await work()
        except RemoteError as failure:
            self.told.append("".join(traceback.format_exception(failure)))
            return failure
        return None

    async def write_once(
        self, connector: Timeline, target: ObjectRef, text: str, marker: str
    ) -> Literal["confirmed", "unverifiable", "failed"]:
        """The rule of `services.pipeline.deliver`: send; after an unclear outcome look, then decide."""
        for _ in range(6):
            attempted = self.rig.clock.now()
            failure = await self.failure_of(lambda: connector.add_comment(target, text))
            if failure is None:
                return "confirmed"
            if isinstance(failure, Unclear | BadAnswer):
                self.rig.clock.advance(RECONCILE.total_seconds())
                try:
                    found = await connector.find_comment(target, marker, attempted)
                except Rejected:
                    return "unverifiable"
                if found is not None:
                    return "confirmed"
            elif isinstance(failure, Unreachable):
                self.rig.clock.advance(MINUTE)
            else:
                return "failed"
        return "failed"


def _stored(cursor: Cursor) -> Cursor:
    """As it comes back from the database."""
    back: Cursor = json.loads(json.dumps(cursor))
    return back


def ids(calls: Sequence[FoundCall]) -> list[str]:
    return [call.external_id for call in calls]
