"""A day of calls in one message."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class DigestLine:
    """What one prompt has brought."""

    prompt_name: str
    found: int = 0
    no_data: int = 0
    failed: int = 0
    waiting: int = 0

    @property
    def total(self) -> int:
        return self.found + self.no_data + self.failed + self.waiting


@dataclass(frozen=True)
class DigestAlert:
    prompt_name: str
    started_at: datetime
    client: str
    quote: str
    quote_at: float | None
    object_title: str
    object_url: str
    call_id: int = 0


@dataclass(frozen=True)
class DigestView:
    """Calls that started from `begin` until `end`, and alerts that were raised in that time."""

    begin: datetime
    end: datetime
    zone: str
    calls: int
    failed: int
    """Calls that were given up."""
    lines: tuple[DigestLine, ...]
    alerts: tuple[DigestAlert, ...]
    more_alerts: int = 0
    """Besides these."""
