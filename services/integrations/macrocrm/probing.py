"""Finding out how this installation wants to be asked, with reads only.

Two descriptions of the system contradict each other, and parts of both were never seen at work. So each way is
tried, the likeliest first, and the first that answers as it should is kept.
"""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args
from urllib.parse import urlsplit

import structlog

from services.errors import (
    BadAnswer,
    RateLimited,
    Rejected,
    RemoteError,
    ScopeMissing,
    Unauthorized,
    Unreachable,
)
from services.integrations.macrocrm.client import Client, Dialect, Transport, Way
from services.integrations.macrocrm.mapping import CallRow, Status, call_of, statuses_of
from services.integrations.macrocrm.reading import Row
from services.integrations.macrocrm.sound import Sound
from services.integrations.macrocrm.walking import AHEAD, Walker

log = structlog.get_logger(__name__)

SPANS = (timedelta(days=1), timedelta(days=3), timedelta(days=14))
"""Looked through for a conversation: a quiet weekend proves nothing."""
PAGES = 3
RECORDINGS = 8
"""Newest conversations whose recordings are tried: those of the latest may be late."""


@dataclass(frozen=True)
class Seen:
    """Calls as an installation told them: understood, and as they came."""

    rows: Sequence[CallRow]
    raw: Sequence[Row]
    has_pages: bool
    days: int

    @property
    def talks(self) -> list[CallRow]:
        """Conversations, the newest first."""
        return sorted((row for row in self.rows if row.talk > 0), key=lambda row: row.started, reverse=True)


def bases_of(given: str) -> list[str]:
    """The address as it was given, and the two places where this system is usually found."""
    parts = urlsplit(given)
    origin = f"{parts.scheme}://{parts.netloc}"
    return list(dict.fromkeys([given.rstrip("/"), f"{origin}/v2", f"{origin}/api/v2"]))


async def find_dialect(client: Client) -> list[Status] | ScopeMissing | None:
    """Leaves the client on the way that answered; what the statuses are, or why they are not told.

    A place that is closed to the key may be somebody else's: the others are tried before that is believed.
    None: nothing here answers as this system does. Raises Unauthorized, Unreachable, RateLimited.
    """
    silent: Unreachable | None = None
    closed: tuple[ScopeMissing, Way] | None = None
    dialects: Sequence[Dialect] = get_args(Dialect)
    for base in bases_of(client.way.base):
        for dialect in dialects:
            before = client.way
            client.go(base=base, dialect=dialect)
            try:
                return statuses_of(await client.read("estateBuy/statuses", {}, tries=1))
            except ScopeMissing as failure:
                closed = closed or (failure, client.way)
            except (Unauthorized, RateLimited):
                if closed is None:
                    raise
            except Unreachable as failure:
                if not failure.remote_code and closed is None:
                    raise
                silent = failure
            except (Rejected, BadAnswer) as failure:
                log.debug("macrocrm_other_dialect", dialect=dialect, failure=failure.code)
            client.go(base=before.base, dialect=before.dialect)
    if closed is not None:
        client.way = closed[1]
        return closed[0]
    if silent is not None:
        raise silent
    return None


async def find_calls(client: Client, walker: Walker, now: datetime) -> Seen | RemoteError:
    """Leaves the client on the way that told the calls; or the failure of the last one.

    Raises Unauthorized, RateLimited, and Unreachable when nothing is heard on any way.
    """
    ways: list[Transport] = ["post_body"] if client.way.dialect == "d2" else list(get_args(Transport))
    if client.way.calls in ways:
        ways = [client.way.calls, *(way for way in ways if way != client.way.calls)]
    failed: RemoteError = BadAnswer("calls were not asked for")
    for way in ways:
        client.go(calls=way)
        try:
            return await look(walker, now, SPANS[0])
        except ScopeMissing as failure:
            return failure
        except (Unauthorized, RateLimited):
            raise
        except (Rejected, BadAnswer, Unreachable) as failure:
            log.debug("macrocrm_other_transport", transport=way, failure=failure.code)
            failed = failure
    if isinstance(failed, Unreachable):
        raise failed
    client.go(calls=ways[0])
    return failed


async def look(walker: Walker, now: datetime, back: timedelta) -> Seen:
    """The first pages of the calls of some days. Raises remote failures."""
    raw: list[Row] = []
    following: int | str | None = None
    for _ in range(PAGES):
        told, following = await walker.told(now - back, now + AHEAD, following)
        raw += told
        if following is None:
            break
    rows = [row for one in raw if (row := call_of(one, walker.zone)) is not None]
    return Seen(rows, raw, following is not None or len(raw) > len(told), back.days)


async def look_further(walker: Walker, now: datetime, seen: Seen) -> Seen:
    """Further back, until there was a conversation. Raises remote failures."""
    for back in SPANS[1:]:
        if seen.talks:
            break
        seen = await look(walker, now, back)
    return seen


async def find_recording(sound: Sound, talks: Sequence[CallRow]) -> str | None:
    """The kind of sound of the newest conversation that can be heard, empty for an unknown one; None: of none.

    Raises ScopeMissing, Unauthorized, RateLimited.
    """
    for row in talks[:RECORDINGS]:
        async with AsyncExitStack() as stack:
            path = await sound.fetch(str(row.id), stack)
            if path is not None:
                return path.suffix.removeprefix(".")
    return None
