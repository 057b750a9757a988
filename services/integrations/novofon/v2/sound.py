"""Recordings of the present platform: one file of the whole session, else its parts by their ids."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from services.domain.call import FoundCall
from services.errors import Unreachable
from services.integrations.novofon.recordings import Reading, Recordings
from services.integrations.novofon.v2.mapping import session_of
from services.ports import Clock

ALL_PARTS = timedelta(minutes=5)
"""After its end all parts of a transferred call are told of."""


class Sound:
    """`media` is the origin of the brand's media host. The ids are the whole secret: no token is sent there."""

    def __init__(self, recordings: Recordings, media: str, clock: Clock) -> None:
        self._recordings = recordings
        self._media = media
        self._clock = clock

    @asynccontextmanager
    async def recording(self, call: FoundCall) -> AsyncIterator[Path | None]:
        """None: nothing is told of yet, or not all of it can be read now.

        The row tells ids before the files are ready, those of a transferred call perhaps one after another.
        The address of a part begins with the communication or with the session, both were seen, so both are
        tried each time.
        """
        async with self._recordings.open() as reading:
            whole, broken = await self._whole(reading, call.refs.get("link"))
            parts = [] if self._may_grow(call) else [*self._parts(call)]
            found = whole or await reading.joined(parts)
            if found is None and broken is not None:
                raise broken
            yield found

    async def _whole(self, reading: Reading, link: str | None) -> tuple[Path | None, Unreachable | None]:
        """The one file of the session; a place that is out of order does not keep the parts away."""
        try:
            return (await reading.first([link], ".mp3") if link else None), None
        except Unreachable as failure:
            return None, failure

    def _may_grow(self, call: FoundCall) -> bool:
        ended = call.started_at + timedelta(seconds=call.duration)
        return "transfer" in call.refs and self._clock.now() < ended + ALL_PARTS

    def _parts(self, call: FoundCall) -> Iterator[tuple[list[str], str]]:
        kind, suffix = ("talk", ".mp3") if call.refs.get("records") else ("wav", ".wav")
        owners = dict.fromkeys([call.refs.get("communication", ""), session_of(call)])
        for record in call.refs.get("records", call.refs.get("wav", "")).split():
            yield [f"{self._media}/system/media/{kind}/{owner}/{record}/" for owner in owners if owner], suffix
