"""Is a recording new, and is it whole?"""

from typing import Literal

from services.domain.call import FoundCall
from services.integrations.yandex_disk.calls import found_call
from services.integrations.yandex_disk.client import Client
from services.integrations.yandex_disk.cursor import WAITING_LIMIT, State
from services.integrations.yandex_disk.files import DiskFile
from services.integrations.yandex_disk.reading import NameReader
from services.ports import Clock

SETTLED = 120.0
"""Seconds since Disk itself saw the last change of a file: it is not being uploaded any more."""
SETTLED_UNSAID = 86_400.0
"""The same for a file without a revision, whose dates may be anybody's."""
LOOKS_APART = 60.0
"""Seconds by our clock between two looks at a fresh file that must find it the same."""

Verdict = Literal["history", "waits", "new"]


class Judge:
    def __init__(self, client: Client, clock: Clock, reader: NameReader) -> None:
        self._client = client
        self._clock = clock
        self._reader = reader

    def disk_now(self) -> float:
        """Epoch seconds by Disk's clock."""
        return self._client.disk_now().timestamp()

    def verdict(self, state: State, file: DiskFile, home: str) -> Verdict:
        """On a recording in a watched folder. One that is fresh is noted and judged again by the next look."""
        watched = state.folders[home]
        if file.changed <= watched.since or file.content in state.history:
            return "history"
        if state.history.full and file.created is not None and file.created.timestamp() < watched.since:
            return "history"
        return "new" if self._is_whole(state, file) else "waits"

    def _is_whole(self, state: State, file: DiskFile) -> bool:
        now, seen = self._clock.now().timestamp(), state.waiting.get(file.mark)
        if not self.is_fresh(file) or (seen is not None and now - seen >= LOOKS_APART):
            state.waiting.pop(file.mark, None)
            return True
        if seen is None:
            state.crowded = state.crowded or len(state.waiting) >= WAITING_LIMIT
            if not state.crowded:
                state.waiting[file.mark] = now
        return False

    def is_fresh(self, file: DiskFile) -> bool:
        """Changed so lately that it may still be changing."""
        return self.disk_now() - file.changed < (SETTLED if file.revision else SETTLED_UNSAID)

    def call_of(self, state: State, file: DiskFile, home: str) -> FoundCall:
        return found_call(file, home, state.folders[home].since, self._reader)
