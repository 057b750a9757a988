"""Whether recordings can be heard: what sales heads miss most often is that nobody has switched them on."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from services.domain.call import FoundCall
from services.errors import Gone
from services.integrations.base import CheckLine

READY = timedelta(minutes=10)
"""Younger calls may have no recording yet."""
TRIES = 2


class _Listening(Protocol):
    def recording(self, call: FoundCall) -> AbstractAsyncContextManager[Path | None]: ...


@dataclass(frozen=True)
class Tried:
    """A driver and the calls of its last day."""

    driver: _Listening
    calls: Sequence[FoundCall]
    now: datetime


async def recordings_line(tried: Tried) -> list[CheckLine]:
    """A line about the recordings of the latest calls; none when there was no call to try."""
    old_enough = [one for one in tried.calls if one.has_recording and one.started_at <= tried.now - READY]
    latest = sorted(old_enough, key=lambda one: one.started_at, reverse=True)[:TRIES]
    for call in latest:
        if await _is_heard(tried.driver, call):
            return [CheckLine("recordings", ok=True, required=False)]
    return [CheckLine("recordings", ok=False, required=False)] if latest else []


async def _is_heard(driver: _Listening, call: FoundCall) -> bool:
    try:
        async with driver.recording(call) as path:
            return path is not None
    except Gone:
        return False
