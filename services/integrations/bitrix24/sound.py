"""Ready transcripts and recordings. A recording's link carries the webhook's secret: it never leaves here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog

from services.domain.call import FoundCall, Segment, Transcript
from services.errors import Gone, Rejected, Unauthorized
from services.integrations.bitrix24.client import Client
from services.integrations.bitrix24.mapping import number

log = structlog.get_logger(__name__)


class Sound:
    def __init__(self, client: Client) -> None:
        self._client = client
        self._no_transcripts = False
        """This portal makes none (AI is off, or it is too old): not asked again."""

    async def transcript(self, call: FoundCall) -> Transcript | None:
        activity = call.refs.get("activity")
        if not activity or self._no_transcripts:
            return None
        try:
            result = (
                await self._client.read("crm.activity.call.getTranscript", {"activityId": int(activity)})
            ).result
        except Gone:
            return None
        except (Rejected, Unauthorized):
            self._no_transcripts = True
            log.info("bitrix24_makes_no_transcripts", host=self._client.host)
            return None
        text = str(result.get("transcription") or "") if isinstance(result, dict) else ""
        return _as_transcript(text, call.duration) if text.strip() else None

    @asynccontextmanager
    async def recording(self, call: FoundCall) -> AsyncIterator[Path | None]:
        """None: no recording yet, or it lies in the bin."""
        for file_id in await self._files_of(call):
            link, name = await self._link(file_id)
            if link:
                async with self._client.http.download(
                    link, referer=self._client.origin + "/", suffix=_suffix(name)
                ) as path:
                    yield path
                return
        url = call.refs.get("url", "")
        if url:
            async with self._client.http.download(url, suffix=_suffix(urlsplit(url).path)) as path:
                yield path
            return
        yield None

    async def _files_of(self, call: FoundCall) -> list[int]:
        files = [number(call.refs.get("file"))]
        activity = call.refs.get("activity")
        if not files[0] and activity:
            try:
                row = (await self._client.read("crm.activity.get", {"id": int(activity)})).result
            except Rejected:
                row = {}
            files += [number(file.get("id")) for file in (row or {}).get("FILES") or []]
        return [file for file in files if file]

    async def _link(self, file_id: int) -> tuple[str, str]:
        try:
            file: Any = (await self._client.read("disk.file.get", {"id": file_id})).result
        except Rejected:
            return "", ""
        if not isinstance(file, dict) or str(file.get("DELETED_TYPE") or "0") != "0":
            return "", ""
        return str(file.get("DOWNLOAD_URL") or ""), str(file.get("NAME") or "")


def _suffix(name: str) -> str:
    extension = Path(name).suffix.lower()
    return extension if extension in {".mp3", ".wav", ".ogg", ".m4a", ".flac", ".webm", ".mp4"} else ".mp3"


def _as_transcript(text: str, seconds: int) -> Transcript:
    """The portal tells no times: lines are spread over the call so that their order is kept."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    step = seconds / len(lines) if seconds else 0.0
    segments = tuple(
        Segment(start=step * number, end=step * (number + 1), speaker="", text=line)
        for number, line in enumerate(lines)
    )
    return Transcript(segments=segments, source="crm", seconds=float(seconds))
