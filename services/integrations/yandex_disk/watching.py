"""Which files are new.

Each tick looks at the list of the latest uploads, one small request for the whole Disk. That list is short and
knows nothing of moved or replaced files, so once an hour, and whenever it may have missed something, the folders
are walked through (`walking`). Dates may be the uploader's own: new is what Disk's own revision says was changed
since the folder is watched, unless its content lay there before.
"""

from collections.abc import Sequence

from services.domain.call import FoundCall
from services.errors import Gone
from services.integrations.base import CallPage, Cursor
from services.integrations.yandex_disk.client import Client
from services.integrations.yandex_disk.cursor import State, Watched, state_of
from services.integrations.yandex_disk.files import DiskFile
from services.integrations.yandex_disk.folders import home_of
from services.integrations.yandex_disk.judging import LOOKS_APART, SETTLED, Judge
from services.integrations.yandex_disk.reading import NameReader
from services.integrations.yandex_disk.walking import Walking
from services.ports import Clock

SHORT_LIST, LONG_LIST = 10, 400
"""Uploads asked for each tick, and when the short list may not show all that is fresh."""
WALK_EVERY = 3600.0
"""Seconds between two walks."""


class Watching:
    def __init__(self, client: Client, clock: Clock, folders: Sequence[str], reader: NameReader) -> None:
        self._client = client
        self._clock = clock
        self._folders = tuple(folders)
        self._judge = Judge(client, clock, reader)
        self._walking = Walking(client, self._judge)

    async def pull(self, cursor: Cursor | None) -> CallPage:
        """Raises Gone as long as none of the watched folders is there; one of several is told as a trouble."""
        if cursor is None:
            return CallPage((), (await self._first()).stored())
        state = await self._state(cursor)
        if set(self._folders) <= set(state.gone):
            await self._wait_for_folders(state)
        if state.walk or self._now() - state.read_at >= WALK_EVERY:
            calls = await self._walk(state)
            more = True
        else:
            calls = await self._look(state)
            more = state.read_at == 0
        trouble = Gone("some of the watched folders are away", remote_code="folders") if state.missing else None
        return CallPage(tuple(_unique(calls)), state.stored(), more, trouble)

    async def _wait_for_folders(self, state: State) -> None:
        """Nothing is stored meanwhile: what came into a folder while it was away is found when it is back."""
        for folder in self._folders:
            try:
                await self._client.listing(folder)
            except Gone:
                continue
            state.gone, state.read_at = [], 0.0
            return
        raise Gone("no watched folder is there", remote_code=self._client.gone)

    def _now(self) -> float:
        return self._clock.now().timestamp()

    async def _first(self) -> State:
        """From now on, by Disk's own clock, which its answer tells."""
        await self._client.account()
        now = float(int(self._judge.disk_now()))
        return State({folder: Watched(now) for folder in self._folders})

    async def _state(self, cursor: Cursor) -> State:
        """Folders that were added are watched from now on; a cursor we never stored is begun anew."""
        try:
            state = state_of(cursor)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            return await self._first()
        if set(state.folders) == set(self._folders):
            return state
        fresh = await self._first()
        state.folders = {
            **fresh.folders,
            **{key: one for key, one in state.folders.items() if key in fresh.folders},
        }
        state.walk, state.read_at, state.gone = [], 0.0, []
        return state

    async def _walk(self, state: State) -> list[FoundCall]:
        if not state.walk:
            self._walking.begin(state)
        calls = await self._walking.go_on(state)
        if not state.walk:
            state.read_at = self._now() - (WALK_EVERY - SETTLED if state.crowded else 0.0)
        return calls

    async def _look(self, state: State) -> list[FoundCall]:
        files = await self._client.latest(SHORT_LIST)
        missed = _all_new(files, SHORT_LIST, state)
        if missed or not state.waiting.keys() <= {file.mark for file in files}:
            files = await self._client.latest(LONG_LIST)
            missed = _all_new(files, LONG_LIST, state)
        calls, done = self._judged(state, files)
        missed = missed or self._lost_sight(state, {file.mark for file in files})
        state.known = done[:SHORT_LIST]
        if missed:
            state.read_at = 0.0
        elif state.crowded:
            state.read_at = min(state.read_at, self._now() - WALK_EVERY + SETTLED)
        return calls

    def _judged(self, state: State, files: Sequence[DiskFile]) -> tuple[list[FoundCall], list[str]]:
        """The new calls, and the marks of files that need no second look."""
        known = frozenset(state.known)
        calls, done = [], []
        for file in files:
            home = home_of(file.path, self._folders)
            needs_look = file.mark in state.waiting or file.mark not in known
            if needs_look and home is not None and file.is_recording:
                verdict = self._judge.verdict(state, file, home)
                if verdict == "waits":
                    continue
                if verdict == "new":
                    calls.append(self._judge.call_of(state, file, home))
            done.append(file.mark)
        return calls, done

    def _lost_sight(self, state: State, listed: set[str]) -> bool:
        """Is a fresh file due that the list shows no more? Pushed out, replaced or deleted: a walk tells."""
        now = self._now()
        due = [mark for mark, seen in state.waiting.items() if mark not in listed and now - seen >= LOOKS_APART]
        for mark in due:
            del state.waiting[mark]
        return bool(due)


def _all_new(files: Sequence[DiskFile], limit: int, state: State) -> bool:
    """A full list without a file that a look or the last walk has seen: there may be more behind it."""
    seen = {*state.known, *state.waiting}
    return len(files) >= limit and not any(file.mark in seen or file.changed <= state.walk_began for file in files)


def _unique(calls: list[FoundCall]) -> list[FoundCall]:
    kept = {call.external_id: call for call in calls}
    return list(kept.values())
