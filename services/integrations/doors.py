"""What a connector is given to work with: all its ways to the world outside, and to secrets that change."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from services.domain.integration import Kind
from services.ports import Clock, Guard, Throttle


class SecretSafe(Protocol):
    """Secrets that change by themselves (rotating tokens), one holder at a time in all processes."""

    def renew(self) -> AbstractAsyncContextManager["Renewal"]:
        """Waits for its turn; what is saved inside is stored at once."""
        ...


class Renewal(Protocol):
    @property
    def secrets(self) -> Mapping[str, str]:
        """As stored now: another process may have renewed them meanwhile."""
        ...

    async def save(self, secrets: Mapping[str, str], *, account: str | None = None) -> None:
        """`account` is the account's new name, when it was renamed."""
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
    read_timeout: float = 70.0
    """Seconds; what a connector gives to its `Http`."""
    safe: SecretSafe | None = None
    """Where renewed secrets go; None while an account is only tried out."""
    public_url: str = ""
    """Where our own HTTP server is reached from outside, without a slash at the end; empty: nowhere."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Where a system with a fixed address stands instead (a stand-in, a relay): usual origin -> this one."""

    def origin(self, usual: str) -> str:
        """`https://api.example.com`, or what stands in its place; without a slash at the end."""
        return self.origins.get(usual, usual).rstrip("/")


def return_address(kind: Kind, doors: Doors) -> str:
    """Where a system sends people back to once they have allowed us in."""
    return f"{doors.public_url}/oauth/{kind}"
