"""An account of the present platform (Data API 2.0) at work."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

from services.domain.call import FoundCall
from services.integrations.base import CallPage, Check, Cursor
from services.integrations.doors import Doors
from services.integrations.knocking import Knock, Reply
from services.integrations.novofon.addresses import addresses
from services.integrations.novofon.alarm import Alarm
from services.integrations.novofon.recordings import Recordings
from services.integrations.novofon.v2 import checking, knocks
from services.integrations.novofon.v2.access import Access, ApiKey, Session
from services.integrations.novofon.v2.attribution import Attribution
from services.integrations.novofon.v2.client import Client
from services.integrations.novofon.v2.mapping import from_row, session_of
from services.integrations.novofon.v2.people import People
from services.integrations.novofon.v2.polling import LONGEST, Polling
from services.integrations.novofon.v2.reports import PAGE, Reports
from services.integrations.novofon.v2.sound import Sound
from services.integrations.novofon.v2.zone import AccountZone
from services.integrations.novofon.zones import window

AROUND = timedelta(days=1)
"""A start is known to the second, but perhaps in another zone than the account has now."""


class Platform:
    def __init__(self, secrets: Mapping[str, str], settings: Mapping[str, Any], doors: Doors) -> None:
        self._brand = secrets["cabinet"]
        where = addresses(self._brand, settings, doors)
        self._client = Client(where.api, _account(secrets), _access(secrets, doors), doors)
        self._clock = doors.clock
        self._alarm = Alarm()
        self._zone = AccountZone(
            self._client,
            chosen=str(settings.get("zone") or ""),
            known=str(settings.get("account_zone") or ""),
        )
        self._reports = Reports(self._client, doors.clock)
        self._attribution = Attribution(self._reports, People(self._client, doors.clock))
        self._polling = Polling(self._client, self._reports, self._attribution, self._zone, alarm=self._alarm)
        recordings = Recordings(self._client.http, scratch=doors.scratch, plain_http=doors.allow_private_hosts)
        self._sound = Sound(recordings, where.media, doors.clock)

    async def close(self) -> None:
        await self._client.http.close()

    async def check(self) -> Check:
        return await checking.check(self._client, self._reports, self._brand)

    async def pull(self, cursor: Cursor | None) -> CallPage:
        return await self._polling.pull(cursor)

    async def refresh(self, calls: Sequence[FoundCall]) -> Sequence[FoundCall]:
        """Recordings appear in the row of their session, some time after the call has ended."""
        zone = self._zone.of({})
        fresh: list[FoundCall] = []
        for some in _groups(calls):
            asked = window(some[0].started_at - AROUND, some[-1].started_at + AROUND, zone)
            result = await self._reports.calls(asked, ids=[session_of(call) for call in some])
            wanted = {call.external_id for call in some}
            found = [one for row in result.rows if (one := from_row(row, zone)) and one.external_id in wanted]
            fresh += await self._attribution.complete(found, zone)
        return fresh

    def recording(self, call: FoundCall) -> AbstractAsyncContextManager[Path | None]:
        return self._sound.recording(call)

    async def answer(self, knock: Knock) -> Reply:
        return knocks.answer(knock, self._alarm, self._clock.now())


def _access(secrets: Mapping[str, str], doors: Doors) -> Access:
    if "access_token" in secrets:
        return ApiKey(secrets["access_token"])
    return Session(secrets["login"], secrets["password"], doors.clock)


def _account(secrets: Mapping[str, str]) -> str:
    """Names the account for the throttle; nothing can be read out of it."""
    known = secrets.get("access_token") or secrets["login"]
    return f"novofon:{hashlib.sha256(known.encode()).hexdigest()[:16]}"


def _groups(calls: Sequence[FoundCall]) -> list[list[FoundCall]]:
    """By their start, each as many and as long as one request may ask for."""
    groups: list[list[FoundCall]] = []
    for call in sorted(calls, key=lambda one: one.started_at):
        last = groups[-1] if groups else []
        if last and len(last) < PAGE and call.started_at - last[0].started_at <= LONGEST:
            last.append(call)
        else:
            groups.append([call])
    return groups
