"""Recordings of the old cabinet. Their links expire and need no access: each is asked for right before use."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import structlog

from services.domain.call import FoundCall
from services.errors import Rejected
from services.integrations.novofon.recordings import Recordings
from services.integrations.novofon.v1.client import Client
from services.integrations.novofon.values import number
from services.ports import Clock

log = structlog.get_logger(__name__)

RECORD = "/v1/pbx/record/request/"
LIFETIME = "3600"
"""Seconds that a link is good for; between 180 and 5,184,000."""
ALL_PARTS = timedelta(hours=1)
"""After that what is there is taken, though more legs were said to be recorded."""


class Sound:
    def __init__(self, client: Client, recordings: Recordings, clock: Clock) -> None:
        self._client = client
        self._recordings = recordings
        self._clock = clock

    @asynccontextmanager
    async def recording(self, call: FoundCall) -> AsyncIterator[Path | None]:
        """None: not ready; they say so with the same error as for a request they do not understand."""
        is_fresh = self._clock.now() - call.started_at < ALL_PARTS + timedelta(seconds=call.duration)
        links = await self._links(call, is_fresh=is_fresh)
        async with self._recordings.open() as reading:
            yield await reading.joined([([link], ".mp3") for link in links])

    async def _links(self, call: FoundCall, *, is_fresh: bool) -> list[str]:
        """Parts in the order of their legs; all at once they come in an order that nobody promises.

        Fewer than there are legs count as none for a while.
        """
        legs = call.refs.get("legs", "").split()
        told: list[str] = []
        for leg in legs:
            told += (await self._told({"call_id": leg}))[:1]
        if legs and len(told) == len(legs):
            return told
        if legs and is_fresh:
            return []
        by = {"pbx_call_id": call.refs["pbx"]} if "pbx" in call.refs else {"call_id": call.refs.get("call", "")}
        links = await self._told(by)
        return [] if is_fresh and len(links) < number(call.refs.get("parts")) else links

    async def _told(self, by: dict[str, str]) -> list[str]:
        """By the call all its parts are told, by one leg only its own."""
        try:
            body = await self._client.get(RECORD, {**by, "lifetime": LIFETIME})
        except Rejected as failure:
            log.info("novofon_recording_not_ready", reason=failure.remote_code)
            return []
        links = body.get("links") or body.get("link") or []
        found = links if isinstance(links, list) else [links]
        return list(dict.fromkeys(one for one in found if isinstance(one, str)))
