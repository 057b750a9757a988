"""What the cabinets have in common: one driver each, and the connector works with any of them."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from services.domain.call import FoundCall, Transcript
from services.errors import RemoteError
from services.integrations.base import Check, CheckLine
from services.integrations.knocking import Knock, Reply
from services.integrations.mts.client import Client

At = Mapping[str, Any]
"""How far a driver has read a window; JSON-able, its own."""


@dataclass(frozen=True)
class Window:
    """Calls that began at `begin` or later and before `end`."""

    begin: datetime
    end: datetime


@dataclass(frozen=True)
class Portion:
    """Calls of a window, and where to go on; None: the window is read. `told`: see `Driver.portion`."""

    calls: Sequence[FoundCall]
    at: At | None = None
    told: At = field(default_factory=dict)
    trouble: RemoteError | None = None
    """What keeps a part of the calls away, by the latest window that was read whole."""


class Driver(Protocol):
    """One cabinet. All methods raise the remote failures of `services.errors`."""

    client: Client
    lag: timedelta
    """Younger calls are not given out there, or not as they will be."""
    longest: timedelta
    """The longest window one request may ask for."""
    reading: str
    """How times and rows are understood: another text, and the last days are read again."""

    async def check(self) -> Check: ...

    async def greet(self) -> None:
        """The cheapest request there is; after it the cabinet's clock is known."""
        ...

    async def portion(self, window: Window, at: At | None, told: At | None = None) -> Portion:
        """`told` is what the latest portion has left to be remembered, of whatever window."""
        ...

    async def again(self, call: FoundCall) -> FoundCall | None:
        """The call as it is now; None: it is not there any more."""
        ...

    async def transcript(self, call: FoundCall) -> Transcript | None: ...

    def recording(self, call: FoundCall) -> AbstractAsyncContextManager[Path | None]: ...

    def answer(self, knock: Knock) -> Reply: ...

    async def try_option(self, field: str, value: str) -> Sequence[CheckLine]:
        """What it would change, by calls of the last day."""
        ...
