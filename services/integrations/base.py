"""What every connector does, and how its account is checked.

What else it may be able to do stands in `books`, `writing` and `knocking`.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from services.domain.call import FoundCall, Transcript
from services.errors import RemoteError

Cursor = Mapping[str, Any]
"""JSON-able; opaque to everybody but the integration that made it."""


@dataclass(frozen=True)
class CheckLine:
    """One line of a connection check. `code` is turned into words by the face."""

    code: str
    ok: bool
    required: bool = True
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """The result of trying a connection before it is saved."""

    lines: tuple[CheckLine, ...]
    account: str
    """The account's name without secrets, for example a portal's host."""
    title: str
    """What to call the integration when the user gives no name."""
    settings: Mapping[str, Any]
    """Facts worth keeping: time zone, CRM mode, user id. No secrets."""

    @property
    def ok(self) -> bool:
        return all(line.ok for line in self.lines if line.required)


@dataclass(frozen=True)
class CallPage:
    """New calls and the cursor to store with them, in one transaction. `more`: ask again at once."""

    calls: tuple[FoundCall, ...]
    cursor: Cursor
    more: bool = False
    trouble: RemoteError | None = None
    """What keeps a part of the calls away while the others come: told like a failure that lasts."""


class Connector(Protocol):
    """A connected account at work. All methods raise the remote failures of `services.errors`.

    All here are reads, and may be repeated freely.
    """

    async def check(self) -> Check:
        """Tries everything needed, with reads only; missing rights become lines, not failures."""
        ...

    async def pull(self, cursor: Cursor | None) -> CallPage:
        """Calls since the cursor, with overlap. None is the first run: no calls, a cursor set to now."""
        ...

    async def refresh(self, calls: Sequence[FoundCall]) -> Sequence[FoundCall]:
        """The same calls as they are now (late recordings, late activities). Unknown ones are left out."""
        ...

    async def transcript(self, call: FoundCall) -> Transcript | None:
        """A ready transcript of the remote system, or None."""
        ...

    def recording(self, call: FoundCall) -> AbstractAsyncContextManager[Path | None]:
        """Downloads into a temporary file that lives inside the context; None: there is none that can be read yet.

        The caller waits and gives the call as it is by then (`refresh`).
        """
        ...


@runtime_checkable
class SlowRecorder(Protocol):
    """A connector whose recordings may need days: they are waited for beyond the usual day, ever more rarely.

    Its `recording` raises Gone for one that will not come any more.
    """

    def recording_pause(self, call: FoundCall, waited: timedelta) -> timedelta | None:
        """The time until the next look at most, so long after the call began; None: it is waited for as usual."""
        ...


@runtime_checkable
class OptionTrial(Protocol):
    """A connector that shows what an option would do before it is saved."""

    async def try_option(self, field: str, value: str) -> Sequence[CheckLine]:
        """Lines for the face; an option with a required line that is not ok cannot be saved."""
        ...
