"""The sound itself, taken whole or not at all."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

from services.domain.call import FoundCall
from services.errors import BadAnswer, Gone, RateLimited, Rejected, RemoteError, Unreachable
from services.integrations.http import DOWNLOAD_LIMIT
from services.integrations.yandex_disk.calls import external_id
from services.integrations.yandex_disk.client import Client
from services.integrations.yandex_disk.files import EXTENSIONS, DiskFile

TRIES = 3
"""Links, each asked for right before it is used: they expire, and the page that says so is HTML."""
SEARCH = 400
"""Pages of folders that are read at most to find files that were moved."""
SEARCH_EVERY = timedelta(minutes=10)
MISSED = 1000
"""Files that are looked for at once."""


class Recordings:
    def __init__(self, client: Client, folders: Sequence[str]) -> None:
        self._client = client
        self._folders = folders
        self._turn = asyncio.Lock()
        self._missed: dict[str, None] = {}
        self._moved: dict[str, str] = {}
        """Call -> the path that the latest search found its file at."""
        self._search_after = datetime.min.replace(tzinfo=UTC)

    @asynccontextmanager
    async def recording(self, call: FoundCall) -> AsyncIterator[Path | None]:
        """None: the file is not where it was, or another sound has taken its place.

        One download at a time for a Disk; listening to it is nobody's wait.
        """
        async with AsyncExitStack() as stack:
            async with self._turn:
                path = await self._fetched(call, stack)
            yield path

    async def _fetched(self, call: FoundCall, stack: AsyncExitStack) -> Path | None:
        if int(call.refs.get("size", "0")) > DOWNLOAD_LIMIT:
            raise Rejected("the recording is too large")
        failure: RemoteError = Unreachable("no link")
        for _ in range(TRIES):
            try:
                link = await self._client.link(call.refs["path"])
            except Gone:
                return None
            try:
                return await self._whole(call, link, stack)
            except RateLimited:
                raise
            except (Gone, BadAnswer, Unreachable) as broken:
                failure = broken
        if not await self._is_still_there(call):
            return None
        raise Unreachable(f"recording: {failure.code}")

    async def _whole(self, call: FoundCall, link: str, stack: AsyncExitStack) -> Path:
        """Our token does not go along: the link opens by itself, on another host."""
        attempt = AsyncExitStack()
        async with attempt:
            path = await attempt.enter_async_context(
                self._client.http.download(link, suffix=_suffix(call.refs["path"]))
            )
            await asyncio.to_thread(_verify, path, call)
            stack.push_async_exit(attempt.pop_all())
            return path

    async def _is_still_there(self, call: FoundCall) -> bool:
        try:
            file = await self._client.file(call.refs["path"])
        except Gone:
            return False
        return file is not None and external_id(file) == call.external_id

    async def refresh(self, calls: Sequence[FoundCall]) -> Sequence[FoundCall]:
        """The same recordings where they lie now; one that is nowhere to be found is left out."""
        found: list[FoundCall] = []
        for call in calls:
            path = call.refs["path"] if await self._is_still_there(call) else await self._moved_to(call)
            if path:
                found.append(replace(call, refs={**call.refs, "path": path}))
        return found

    async def _moved_to(self, call: FoundCall) -> str:
        """Where a file lies by now, empty when that is not known (yet).

        One walk through the folders is for all that are missed, and not more than one each few minutes: whoever
        cleans up a folder makes us look for hundreds.
        """
        key = call.external_id
        if self._moved.get(key, "") == call.refs["path"]:
            del self._moved[key]
        if key not in self._moved:
            self._missed[key] = None
            while len(self._missed) > MISSED:
                del self._missed[next(iter(self._missed))]
            if self._client.disk_now() >= self._search_after:
                self._search_after = self._client.disk_now() + SEARCH_EVERY
                await self._search()
        return self._moved.get(key, "")

    async def _search(self) -> None:
        self._moved.clear()
        async for file in self._all_files():
            key = external_id(file)
            if key in self._missed:
                del self._missed[key]
                self._moved[key] = file.path
            if not self._missed:
                break
        self._missed.clear()

    async def _all_files(self) -> AsyncIterator[DiskFile]:
        places = [(folder, 0) for folder in self._folders]
        for _ in range(SEARCH):
            if not places:
                return
            path, offset = places.pop()
            try:
                listing = await self._client.listing(path, offset)
            except Gone:
                continue
            for file in listing.files:
                yield file
            if listing.count and offset + listing.count < listing.total:
                places.append((path, offset + listing.count))
            places += [(folder, 0) for folder in listing.folders]


def _verify(path: Path, call: FoundCall) -> None:
    """Raises Unreachable when the bytes are not those that were listed."""
    size, md5 = call.refs.get("size", ""), call.refs.get("md5", "")
    if size and path.stat().st_size != int(size):
        raise Unreachable("the recording has another size")
    if md5:
        with path.open("rb") as file:
            told = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
        if told != md5.lower():
            raise Unreachable("the recording has another content")


def _suffix(path: str) -> str:
    suffix = PurePosixPath(path).suffix.lower()
    return suffix if suffix.lstrip(".") in EXTENSIONS else ".mp3"
