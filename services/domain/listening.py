"""What a chat wants to hear, and when it wants silence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DIGEST_AT = time(19, 0)
MORNING = time(8, 0)
"""When "until tomorrow" ends."""


class Form(StrEnum):
    CARDS = "cards"
    """A card of every call, and alerts."""
    ALERTS = "alerts"
    DIGEST = "digest"
    """One message a day, in which the day's alerts stand too."""


class Hush(StrEnum):
    """What happens to new messages in quiet hours; alerts are loud all the same."""

    SILENT = "silent"
    """They come without a sound."""
    HELD = "held"
    """They come when the hours are over."""


@dataclass(frozen=True)
class Quiet:
    """Hours of the workspace's zone; `end` before `begin` means over midnight."""

    begin: time
    end: time
    hush: Hush

    def ends_at(self, now: datetime, zone: str) -> datetime | None:
        """When the hours that last now are over; None: it is not quiet now."""
        local = now.astimezone(ZoneInfo(zone))
        clock = local.time().replace(tzinfo=None)
        if self.begin <= self.end:
            inside = self.begin <= clock < self.end
        else:
            inside = clock >= self.begin or clock < self.end
        return next_moment(self.end, now, zone) if inside else None


@dataclass(frozen=True)
class Mute:
    since: datetime
    until: datetime

    def covers(self, moment: datetime) -> bool:
        return self.since <= moment < self.until


@dataclass(frozen=True)
class Wants:
    """None: all of them, those that are still to come too. Numbers are ours."""

    prompts: frozenset[int] | None = None
    integrations: frozenset[int] | None = None
    funnels: frozenset[int] | None = None
    only_with_data: bool = False
    """A call without any answer gets no card."""
    digest_at: time = DIGEST_AT
    digest_told: datetime | None = None
    """Until when calls have been told of: the next digest begins there, whatever its hour has become."""
    mutes: Mapping[int, Mute] = field(default_factory=dict)
    """By prompt."""

    def takes_prompt(self, prompt_id: int, moment: datetime) -> bool:
        """Chosen, and not muted at that moment."""
        if self.prompts is not None and prompt_id not in self.prompts:
            return False
        mute = self.mutes.get(prompt_id)
        return mute is None or not mute.covers(moment)

    def takes_call(self, integration_id: int, funnel_id: int | None) -> bool:
        if self.integrations is not None and integration_id not in self.integrations:
            return False
        return self.funnels is None or funnel_id in self.funnels


def next_moment(at: time, after: datetime, zone: str) -> datetime:
    """The next time the clocks of the zone show this, later than `after`."""
    place = ZoneInfo(zone)
    day = after.astimezone(place).date()
    today = datetime.combine(day, at, place)
    return today if today > after else datetime.combine(day + timedelta(days=1), at, place)


def tomorrow(now: datetime, zone: str) -> datetime:
    """The morning after today, however late it is."""
    place = ZoneInfo(zone)
    day = now.astimezone(place).date() + timedelta(days=1)
    return datetime.combine(day, MORNING, place)
