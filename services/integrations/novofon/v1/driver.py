"""An account of the old cabinet (API 1.0) at work."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from services.domain.call import FoundCall
from services.errors import Rejected
from services.integrations.base import CallPage, Check, CheckLine, Cursor
from services.integrations.doors import Doors
from services.integrations.knocking import Knock, Reply
from services.integrations.novofon.addresses import LEGACY, addresses
from services.integrations.novofon.alarm import Alarm
from services.integrations.novofon.recordings import Recordings
from services.integrations.novofon.v1 import knocks
from services.integrations.novofon.v1 import zone as account
from services.integrations.novofon.v1.client import Client
from services.integrations.novofon.v1.polling import STATISTICS, Polling
from services.integrations.novofon.v1.sound import Sound
from services.integrations.novofon.zones import window, zone_of

TITLE = "Новофон"


class Legacy:
    def __init__(self, secrets: Mapping[str, str], settings: Mapping[str, Any], doors: Doors) -> None:
        self._secret = secrets["secret"]
        self._clock = doors.clock
        self._client = Client(addresses(LEGACY, settings, doors).api, secrets["key"], self._secret, doors)
        self._alarm = Alarm()
        self._polling = Polling(self._client, doors.clock, self._alarm, zone=str(settings.get("zone") or ""))
        recordings = Recordings(self._client.http, scratch=doors.scratch, plain_http=doors.allow_private_hosts)
        self._sound = Sound(self._client, recordings, doors.clock)

    async def close(self) -> None:
        await self._client.http.close()

    async def check(self) -> Check:
        """Raises Unauthorized when key or secret are refused."""
        told = await account.ask(self._client)
        zone = zone_of(told.zone)
        assert zone is not None, "made of an offset"
        start, end = window(told.now, told.now, zone)
        params = {"start": start, "end": end, "version": "2", "skip": "0", "limit": "1"}
        try:
            await self._client.get(STATISTICS, params, statistics=True)
            calls = CheckLine("calls", ok=True)
        except Rejected as failure:
            calls = CheckLine("calls", ok=False, values={"why": failure.remote_code})
        lines = (CheckLine("key", ok=True), CheckLine("zone", ok=True, required=False, values={"zone": told.zone}))
        # The account has no name there: its key, unreadable, tells it from others.
        settings = {"generation": "v1", "account_zone": told.zone}
        return Check((*lines, calls), f"API 1.0 {self._client.account[:8]}", TITLE, settings)

    async def pull(self, cursor: Cursor | None) -> CallPage:
        return await self._polling.pull(cursor)

    async def refresh(self, calls: Sequence[FoundCall]) -> Sequence[FoundCall]:
        """Nothing of a whole call changes but its recording, whose links are asked for when it is fetched.

        Statistics may be asked for three times a minute: too few for each call that waits.
        """
        return calls

    def recording(self, call: FoundCall) -> AbstractAsyncContextManager[Path | None]:
        return self._sound.recording(call)

    async def answer(self, knock: Knock) -> Reply:
        return knocks.answer(knock, self._secret, self._alarm, self._clock.now())
