"""The check of an account: what holds, what does not, and what nobody can tell without writing.

Only the statuses, the calls and one recording are required: without them nothing can be done.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from services.errors import RemoteError, ScopeMissing, Unauthorized
from services.integrations.base import Check
from services.integrations.macrocrm import probing
from services.integrations.macrocrm.choices import FIELDS, ZONE, zone_of
from services.integrations.macrocrm.client import PER_MINUTE, Client
from services.integrations.macrocrm.lookups import Lookups
from services.integrations.macrocrm.mapping import CallRow, Status, has_offset
from services.integrations.macrocrm.probing import Seen
from services.integrations.macrocrm.reading import Row, number, rows_of, text, value_of
from services.integrations.macrocrm.report import HINDRANCES, Report, masked
from services.integrations.macrocrm.requests import Requests
from services.integrations.macrocrm.sound import Sound
from services.integrations.macrocrm.walking import Walker
from services.ports import Clock

LATE = timedelta(minutes=15)
"""A call that begins so far in the future tells that the zone is another one."""
ZONES = {".kz": "Asia/Almaty", ".uz": "Asia/Tashkent", ".by": "Europe/Minsk"}
"""Where a company of such an address most likely is."""
LIMIT = 100
"""Requests in a minute, as described."""


class Checker:
    """One check. `settings` are in force already; empty while an account is only tried out."""

    def __init__(self, client: Client, settings: Mapping[str, Any], clock: Clock) -> None:
        self._client = client
        self._settings = settings
        self._clock = clock
        self._report = Report()

    async def check(self) -> Check:
        """Raises Unauthorized when nothing may be done with this key, Unreachable when nobody answers."""
        statuses = await probing.find_dialect(self._client)
        if statuses is None:
            self._report.say("statuses", ok=False, required=True)
            return self._result()
        self._tell_statuses(statuses)
        await self._users()
        walker = Walker(self._client, zone_of(self._zone_name()) or UTC)
        seen = await probing.find_calls(self._client, walker, self._clock.now())
        if isinstance(seen, RemoteError):
            if isinstance(statuses, ScopeMissing) and isinstance(seen, ScopeMissing):
                raise Unauthorized("every method is refused")
            self._report.say_failure("calls", seen, required=True)
        else:
            await self._tell_calls(await probing.look_further(walker, self._clock.now(), seen))
        self._tell_the_rest()
        return self._result()

    def _tell_statuses(self, statuses: Sequence[Status] | ScopeMissing) -> None:
        if isinstance(statuses, ScopeMissing):
            self._report.say_failure("statuses", statuses, required=True)
            return
        custom = sum(len(status.custom) for status in statuses)
        way = self._client.way.dialect
        self._report.say("statuses", ok=True, required=True, dialect=way, count=len(statuses), custom=custom)

    async def _users(self) -> None:
        try:
            rows = rows_of(await self._client.read("company/getUsers", {}, tries=1), "users")
        except HINDRANCES as failure:
            self._report.say_failure("users", failure)
        else:
            self._report.say("users", ok=True, count=len(rows))

    async def _tell_calls(self, seen: Seen) -> None:
        way = self._client.way.calls
        self._report.say("calls", ok=True, required=True, count=len(seen.rows), days=seen.days, transport=way)
        newest = max(seen.rows, key=lambda row: row.started, default=None)
        if newest is not None:
            self._tell_sample(newest, seen)
            self._tell_times(newest, _raw(newest, seen))
        await self._recording(seen)
        lookups = Lookups(self._client, Requests(self._client, self._clock), self._report)
        await lookups.look([*seen.talks, *seen.rows])

    def _tell_sample(self, row: CallRow, seen: Seen) -> None:
        told = _raw(row, seen)
        self._report.say(
            "sample",
            ok=True,
            date=text(value_of(told, "callDate"), 40),
            status=text(value_of(told, "status"), 30),
            request=row.found.refs.get("estate", "0"),
            phone=masked(row.found.phone),
            pages="yes" if seen.has_pages else "no",
        )

    def _tell_times(self, newest: CallRow, told: Row) -> None:
        called_at = text(value_of(told, "callDate"), 40)
        if has_offset(called_at):
            moment = datetime.fromisoformat(called_at)
            self._report.facts["timezone"] = f"{moment:%z}" or "+0000"
            self._report.say("times", ok=True, kind="offset", zone=called_at[-6:])
            return
        fits = newest.started <= self._clock.now() + LATE
        self._report.say("times", ok=fits, kind="local", zone=self._zone_name(), date=called_at)

    async def _recording(self, seen: Seen) -> None:
        """What was heard once is not undone by a quiet fortnight, or by recordings that are late today."""
        known = bool(self._settings.get("recordings"))
        if not seen.talks:
            self._report.say("recording", ok=known, required=True, why="earlier" if known else "no_talks")
            return
        try:
            heard = await probing.find_recording(Sound(self._client), seen.talks)
        except ScopeMissing as failure:
            self._report.say_failure("recording", failure, required=True)
            return
        self._report.facts["recordings"] = known or heard is not None
        if heard is None:
            self._report.say("recording", ok=False, required=not known, why="none")
        else:
            self._report.say("recording", ok=True, required=True, kind=heard)

    def _tell_the_rest(self) -> None:
        """Limits, and what a check that only reads cannot know."""
        limit = self._client.told_limit
        if limit is not None:
            self._report.say("limit", ok=limit >= LIMIT, count=limit)
        if limit is not None and limit < LIMIT:
            self._report.facts["per_minute"] = str(max(5, limit * PER_MINUTE // LIMIT))
        self._report.say("notes", ok=False)
        if not self._settings.get(FIELDS):
            self._report.say("fields", ok=False)

    def _zone_name(self) -> str:
        """As it was chosen; else by the country of the address."""
        host = self._client.host.partition(":")[0]
        country = next((zone for end, zone in ZONES.items() if host.endswith(end)), ZONE)
        return text(self._settings.get("timezone")) or country

    def _result(self) -> Check:
        way = self._client.way
        facts = {
            "base_url": way.base,
            "dialect": way.dialect,
            "calls_transport": way.calls,
            "camel": way.camel,
            "timezone": self._zone_name(),
            **{name: self._settings[name] for name in ("company", "recordings") if self._settings.get(name)},
            **self._report.facts,
        }
        company = number(facts.get("company")) or self._client.key.mark
        host = self._client.host
        return Check(tuple(self._report.lines), account=f"{host}/{company}", title=host, settings=facts)


def _raw(row: CallRow, seen: Seen) -> Row:
    return next((one for one in seen.raw if number(value_of(one, "id")) == row.id), {})
