"""How often the bot may speak: in all, in one chat, in one group."""

from collections import deque
from dataclasses import dataclass, field

from sandbox.clock import Clock
from sandbox.telegram.errors import too_many


@dataclass
class Rates:
    """About 30 messages a second in all, 1 a second in a chat (short bursts pass), 20 a minute in a group."""

    clock: Clock
    enforce: bool = False
    _all: deque[float] = field(default_factory=deque)
    _chats: dict[int, deque[float]] = field(default_factory=dict)
    _groups: dict[int, deque[float]] = field(default_factory=dict)

    def count(self, chat_id: int, *, group: bool) -> None:
        """Raises 429 when this message is one too many."""
        if not self.enforce:
            return
        now = self.clock.now()
        windows = [(self._all, 30, 1.0), (self._chats.setdefault(chat_id, deque()), 13, 10.0)]
        if group:
            windows.append((self._groups.setdefault(chat_id, deque()), 20, 60.0))
        for times, most, span in windows:
            while times and now - times[0] >= span:
                times.popleft()
            if len(times) >= most:
                raise too_many(max(1, int(span - (now - times[0])) + 1))
        for times, _, _ in windows:
            times.append(now)
