"""A connected Disk at work: implements `Connector` and `OptionTrial` of `services.integrations.base`."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from services.domain.call import FoundCall, Transcript
from services.integrations.base import CallPage, Check, CheckLine, Cursor
from services.integrations.doors import Doors
from services.integrations.yandex_disk import checking
from services.integrations.yandex_disk.client import Client
from services.integrations.yandex_disk.folders import stored_folders
from services.integrations.yandex_disk.links import taken_apart
from services.integrations.yandex_disk.reading import AUTO, ZONE, NameReader
from services.integrations.yandex_disk.recordings import Recordings
from services.integrations.yandex_disk.shared import SharedClient
from services.integrations.yandex_disk.watching import Watching


class YandexDisk:
    def __init__(self, secrets: Mapping[str, str], settings: Mapping[str, Any], doors: Doors) -> None:
        link, folder = taken_apart(secrets["shared_link"]) if secrets.get("way") == "link" else ("", "")
        self._folders = stored_folders(str(settings.get("folders") or secrets.get("folders") or folder))
        self._client = SharedClient(link, self._folders, doors) if link else Client(secrets, doors)
        self._pattern = str(settings.get("pattern") or AUTO)
        self._zone = str(settings.get("zone") or ZONE)
        reader = NameReader(self._pattern, self._zone)
        self._reader = reader
        self._watching = Watching(self._client, doors.clock, self._folders, reader)
        self._recordings = Recordings(self._client, self._folders)

    async def close(self) -> None:
        await self._client.close()

    async def check(self) -> Check:
        return await checking.check(self._client, self._folders, self._reader)

    async def pull(self, cursor: Cursor | None) -> CallPage:
        return await self._watching.pull(cursor)

    async def refresh(self, calls: Sequence[FoundCall]) -> Sequence[FoundCall]:
        return await self._recordings.refresh(calls)

    async def transcript(self, call: FoundCall) -> Transcript | None:
        return None

    def recording(self, call: FoundCall) -> AbstractAsyncContextManager[Path | None]:
        return self._recordings.recording(call)

    async def try_option(self, field: str, value: str) -> Sequence[CheckLine]:
        """Folders: is each one there? Pattern and zone: what they make of the customer's own file names."""
        if field == "folders":
            return await checking.folder_lines(self._client, stored_folders(value))
        reader = NameReader(
            value if field == "pattern" else self._pattern, value if field == "zone" else self._zone
        )
        files = await checking.sample(self._client, self._folders)
        required = field == "pattern" and value != AUTO
        return checking.preview(checking.names_of(files, self._folders), reader, required=required)
