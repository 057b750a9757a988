"""The way through all watched folders, a few pages in each pull, so that 10,000 files cost no memory.

What is still to be read is a stack of folders in the cursor. A page is read before the folders found on it, the
rest of its own folder waits below them: the stack holds at most one page of folders for each level.
"""

from collections.abc import Iterator
from dataclasses import replace

import structlog

from services.domain.call import FoundCall
from services.errors import BadAnswer, Gone, Rejected, RemoteError, ScopeMissing
from services.integrations.yandex_disk.client import PAGE, Client, Listing
from services.integrations.yandex_disk.cursor import Frame, State
from services.integrations.yandex_disk.failures import LOCKED
from services.integrations.yandex_disk.judging import Judge

log = structlog.get_logger(__name__)

PAGES = 2
"""Pages of folders in one pull, at least; small ones are read on as long as they bring few files."""
REQUESTS = 20
DEPTH = 12
"""Levels below a watched folder."""
LOOK_BACK = 86_400.0
"""Seconds before the last walk that are looked at again: a file may have been moved in without a new revision."""
WHOLE_EVERY = 86_400.0
"""Seconds between two walks that look at every file: it may have been moved in long after it was uploaded."""


class Walking:
    def __init__(self, client: Client, judge: Judge) -> None:
        self._client = client
        self._judge = judge

    def begin(self, state: State) -> None:
        state.walk = [Frame(folder, folder) for folder in reversed(state.folders)]
        state.walk_began = self._judge.disk_now()
        state.whole = state.walk_began - state.whole_at >= WHOLE_EVERY
        state.gone_before, state.gone = state.gone, []

    async def go_on(self, state: State) -> list[FoundCall]:
        """The calls of the next pages; with the last one the folders count as read."""
        calls: list[FoundCall] = []
        entries = 0
        for _ in range(REQUESTS):
            if not state.walk or entries > (PAGES - 1) * PAGE:
                break
            frame = state.walk.pop()
            listing = await self._page(state, frame)
            if listing is None:
                continue
            entries += listing.count
            if frame.offset and listing.total != frame.total and not frame.again:
                state.walk.append(replace(frame, offset=0, total=-1, again=True))
                continue
            calls += self._calls(state, frame.home, listing)
            state.walk += _next(frame, listing)
        if not state.walk:
            self._finish(state)
        return calls

    async def _page(self, state: State, frame: Frame) -> Listing | None:
        """None for a folder that cannot be read now: the others are all the same, the next walk tries again."""
        try:
            return await self._client.listing(frame.path, frame.offset)
        except Gone:
            if frame.path == frame.home:
                state.gone.append(frame.home)
                log.warning("yandex_folder_gone", gone=len(state.gone), watched=len(state.folders))
        except RemoteError as failure:
            if frame.path == frame.home or not _of_this_folder(failure):
                raise
            log.warning("yandex_folder_not_read", depth=frame.depth, failure=failure.code)
        return None

    def _calls(self, state: State, home: str, listing: Listing) -> list[FoundCall]:
        watched = state.folders[home]
        recordings = [file for file in listing.files if file.is_recording]
        before = [file.content for file in recordings if file.changed <= watched.since]
        state.history = state.history.with_all(before)
        since = 0.0 if state.whole else watched.read - LOOK_BACK
        return [
            self._judge.call_of(state, file, home)
            for file in recordings
            if file.changed >= since and self._judge.verdict(state, file, home) == "new"
        ]

    def _finish(self, state: State) -> None:
        state.whole_at = state.walk_began if state.whole else state.whole_at
        for folder, watched in state.folders.items():
            if folder not in state.gone:
                state.folders[folder] = replace(watched, read=state.walk_began)


def _of_this_folder(failure: RemoteError) -> bool:
    """No matter of the whole Disk: it is locked, closed, or answers oddly."""
    return isinstance(failure, ScopeMissing | Rejected | BadAnswer) or failure.remote_code == LOCKED


def _next(frame: Frame, listing: Listing) -> Iterator[Frame]:
    """The rest of the folder first, so that it is read last."""
    offset = frame.offset + listing.count
    if listing.count and (offset < listing.total or (not listing.total and listing.count >= PAGE)):
        yield replace(frame, offset=offset, total=listing.total)
    if frame.depth < DEPTH:
        for path in listing.folders:
            yield Frame(frame.home, path, frame.depth + 1)
