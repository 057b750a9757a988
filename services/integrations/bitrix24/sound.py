"""Ready transcripts and recordings. A recording's link carries the webhook's secret: it never leaves here."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from services.domain.call import FoundCall, Segment, Transcript
from services.errors import BadAnswer, Gone, Rejected, ScopeMissing, Unreachable
from services.integrations.bitrix24.client import Client
from services.integrations.bitrix24.mapping import files_of, number
from services.ports import Clock

log = structlog.get_logger(__name__)

ASK_AGAIN = timedelta(hours=24)
"""A portal that made no transcripts is asked again: somebody may switch them on."""
EXTENSIONS = frozenset({".mp3", ".wav", ".ogg", ".m4a", ".flac", ".webm", ".mp4"})


@dataclass(frozen=True)
class _File:
    """`link` is a secret. `size` is in bytes, 0 when not told."""

    link: str
    name: str
    size: int


class Sound:
    def __init__(self, client: Client, clock: Clock, *, makes_transcripts: bool = True) -> None:
        self._client = client
        self._clock = clock
        self._no_transcripts_until = None if makes_transcripts else clock.now() + ASK_AGAIN

    async def transcript(self, call: FoundCall) -> Transcript | None:
        activity = call.refs.get("activity")
        if not activity or self._makes_none():
            return None
        try:
            answer = await self._client.read("crm.activity.call.getTranscript", {"activityId": int(activity)})
        except Gone:
            return None
        except (Rejected, ScopeMissing) as failure:
            self._remember(failure)
            return None
        text = str(answer.fields.get("transcription") or "")
        return _as_transcript(text, call.duration) if text.strip() else None

    def _makes_none(self) -> bool:
        until = self._no_transcripts_until
        return until is not None and self._clock.now() < until

    def _remember(self, failure: Rejected | ScopeMissing) -> None:
        """Access denied means that AI is off here, an unknown method that the portal is too old."""
        if failure.remote_code.upper() in {"ACCESS_DENIED", "ERROR_METHOD_NOT_FOUND", "INSUFFICIENT_SCOPE"}:
            self._no_transcripts_until = self._clock.now() + ASK_AGAIN
            log.info("bitrix24_makes_no_transcripts", host=self._client.host)

    @asynccontextmanager
    async def recording(self, call: FoundCall) -> AsyncIterator[Path | None]:
        """None: no recording yet, it lies in the bin, or none of its places lets itself be read now.

        A late or replaced file comes under another number and a link expires, so whoever waits asks for the
        call anew before the next try.
        """
        async with AsyncExitStack() as stack:
            yield await self._from_disk(call, stack) or await self._from_address(call, stack)

    async def _from_disk(self, call: FoundCall, stack: AsyncExitStack) -> Path | None:
        """The telephony's file, else one of the activity's. Links expire: each is asked for right before use."""
        tried: set[int] = set()
        for source in (self._of_statistics, self._of_activity):
            for file_id in await source(call):
                if file_id in tried:
                    continue
                tried.add(file_id)
                file = await self._file(file_id)
                if file is not None and (path := await self._fetch(file, stack)) is not None:
                    return path
        return None

    async def _fetch(self, file: _File, stack: AsyncExitStack) -> Path | None:
        download = self._client.http.download(
            file.link, headers={"Referer": self._client.origin + "/"}, suffix=_suffix(file.name)
        )
        path = await _entered(download, stack, "disk")
        if path is not None and file.size and path.stat().st_size != file.size:
            log.info("bitrix24_recording_not_read", place="disk", failure="size")
            return None
        return path

    async def _from_address(self, call: FoundCall, stack: AsyncExitStack) -> Path | None:
        """An exchange's own address; it often needs somebody's session: then there is nothing to hear."""
        url = call.refs.get("url", "")
        if not url:
            return None
        return await _entered(
            self._client.http.download(url, suffix=_suffix(urlsplit(url).path)), stack, "address"
        )

    async def _of_statistics(self, call: FoundCall) -> list[int]:
        return [file] if (file := number(call.refs.get("file"))) else []

    async def _of_activity(self, call: FoundCall) -> list[int]:
        activity = number(call.refs.get("activity"))
        if not activity:
            return []
        try:
            return files_of((await self._client.read("crm.activity.get", {"id": activity})).fields)
        except Rejected:
            return []

    async def _file(self, file_id: int) -> _File | None:
        """None when it is hidden from our employee, gone, or in the bin."""
        try:
            row = (await self._client.read("disk.file.get", {"id": file_id})).fields
        except Rejected:
            return None
        link = str(row.get("DOWNLOAD_URL") or "")
        if not link or str(row.get("DELETED_TYPE") or "0") != "0":
            return None
        return _File(link, str(row.get("NAME") or ""), number(row.get("SIZE")))


async def _entered(download: AbstractAsyncContextManager[Path], stack: AsyncExitStack, place: str) -> Path | None:
    """None when this place cannot be read: closed, gone, out of reach, or without sound."""
    try:
        return await stack.enter_async_context(download)
    except (Rejected, BadAnswer, Unreachable) as failure:
        log.info("bitrix24_recording_not_read", place=place, failure=failure.code)
        return None


def _suffix(name: str) -> str:
    extension = Path(name).suffix.lower()
    return extension if extension in EXTENSIONS else ".mp3"


def _as_transcript(text: str, seconds: int) -> Transcript:
    """The portal tells no times: lines are spread over the call so that their order is kept."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    step = seconds / len(lines) if seconds else 0.0
    segments = tuple(
        Segment(start=step * index, end=step * (index + 1), speaker="", text=line)
        for index, line in enumerate(lines)
    )
    return Transcript(segments=segments, source="crm", seconds=float(seconds))
