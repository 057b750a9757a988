"""What an integration is: its catalogue entry and what a connector of it does."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from services.domain.call import Binding, FoundCall, ObjectRef, Transcript
from services.domain.integration import Ability, Kind, ObjectKind
from services.ports import Clock, Guard, Throttle

Cursor = Mapping[str, Any]
"""JSON-able; opaque to everybody but the integration that made it."""


@dataclass(frozen=True)
class RemoteStage:
    external_id: str
    name: str


@dataclass(frozen=True)
class RemoteFunnel:
    """A funnel as the CRM tells it; leads are one funnel with `object_kind` LEAD."""

    object_kind: ObjectKind
    external_id: str
    name: str
    stages: tuple[RemoteStage, ...]


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


class Connector(Protocol):
    """A connected account at work. All methods raise the remote failures of `services.errors`.

    Reads may be repeated freely. A write raises `Unclear` when its outcome is not known and `Unreachable`
    when it surely did not happen.
    """

    async def check(self) -> Check:
        """Tries everything needed, with reads only; missing rights become lines, not failures."""
        ...

    async def funnels(self) -> Sequence[RemoteFunnel]: ...

    async def pull(self, cursor: Cursor | None) -> CallPage:
        """Calls since the cursor, with overlap. None is the first run: no calls, a cursor set to now."""
        ...

    async def refresh(self, calls: Sequence[FoundCall]) -> Sequence[FoundCall]:
        """The same calls as they are now (late recordings, late activities). Unknown ones are left out."""
        ...

    async def bind(self, call: FoundCall) -> Binding | None:
        """The deal or lead of a call with its funnel and stage when the call started; None: not yet."""
        ...

    async def transcript(self, call: FoundCall) -> Transcript | None:
        """A ready transcript of the remote system, or None."""
        ...

    def recording(self, call: FoundCall) -> AbstractAsyncContextManager[Path | None]:
        """Downloads into a temporary file that lives inside the context; None: there is none yet."""
        ...

    def comment_parts(self, title: str, text: str, marker: str) -> Sequence[tuple[str, str]]:
        """Foreign text as comments this system shows as plain text: (marker, body) of each part.

        The marker is the body's last line.
        """
        ...

    async def add_comment(self, target: ObjectRef, text: str) -> str:
        """Writes a comment, returns its remote id. Never repeated by itself."""
        ...

    async def find_comment(self, target: ObjectRef, marker: str, since: datetime) -> str | None:
        """The id of our comment whose last line is the marker, if written after `since`; None: not there."""
        ...


@dataclass(frozen=True)
class Doors:
    """What a connector is given to work with."""

    clock: Clock
    throttle: Throttle
    guard: Guard
    allow_private_hosts: bool
    scratch: Path | None = None
    """Where recordings lie while they are worked on; None: the system's temporary folder."""
    write_timeout: float = 70.0
    """Seconds; longer than the remote limit of 60, so that an answer is not lost by our impatience."""


@dataclass(frozen=True)
class CatalogueEntry:
    """What the product knows of a kind of integration before any account is connected."""

    kind: Kind
    title: str
    abilities: frozenset[Ability]
    secret_fields: tuple[str, ...]
    """What the connect dialogue asks for, in order; for Bitrix24 `("webhook_url",)`."""
    parse_secret: Callable[[str, str], str]
    """(field, what the user sent) -> cleaned value; raises Refused with a code of what is wrong."""
    open: Callable[[Mapping[str, str], Mapping[str, Any], Doors], Connector]
    """(secrets, settings, doors) -> connector; no request is made yet."""
    close: Callable[[Connector], Awaitable[None]]
