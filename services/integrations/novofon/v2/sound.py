"""Recordings of the present platform: one file of the whole session, else its parts by their ids."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from services.domain.call import FoundCall
from services.integrations.novofon.recordings import Recordings
from services.integrations.novofon.v2.mapping import session_of


class Sound:
    """`media` is the origin of the brand's media host. The ids are the whole secret: no token is sent there."""

    def __init__(self, recordings: Recordings, media: str) -> None:
        self._recordings = recordings
        self._media = media

    @asynccontextmanager
    async def recording(self, call: FoundCall) -> AsyncIterator[Path | None]:
        """None: nothing is told of yet, or not all of it can be read now.

        The row tells ids before the files are ready. The address of a part begins with the communication or
        with the session, both were seen, so both are tried each time.
        """
        async with self._recordings.open() as reading:
            link = call.refs.get("link")
            whole = await reading.first([link], ".mp3") if link else None
            yield whole or await reading.joined([*self._parts(call)])

    def _parts(self, call: FoundCall) -> Iterator[tuple[list[str], str]]:
        kind, suffix = ("talk", ".mp3") if call.refs.get("records") else ("wav", ".wav")
        owners = dict.fromkeys([call.refs.get("communication", ""), session_of(call)])
        for record in call.refs.get("records", call.refs.get("wav", "")).split():
            yield [f"{self._media}/system/media/{kind}/{owner}/{record}/" for owner in owners if owner], suffix
