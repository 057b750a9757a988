"""What the owner may set of a connected account, and what holds while nothing is set.

The descriptions of this system leave much open, so the check finds a way and people have the last word.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta, timezone, tzinfo
from typing import Any, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.errors import Refused
from services.integrations.entry import Step
from services.integrations.macrocrm import template
from services.integrations.macrocrm.client import PER_MINUTE, Transport
from services.integrations.macrocrm.template import OwnMethod

ZONE = "Europe/Moscow"
YES, NO = "yes", "no"
FOLLOW, KEEP = "follow", "keep"
SKIP, LATEST = "skip", "latest"
ONCE, AT_LEAST_ONCE = "at_most_once", "at_least_once"
FIELDS = "fields"

OPTIONS = (
    Step("timezone", secret=False),
    Step("calls_transport", choices=get_args(Transport)),
    Step("min_talk", secret=False),
    Step("skip_no_target", choices=(YES, NO)),
    Step("collapse", choices=(NO, YES)),
    Step("merged", choices=(FOLLOW, KEEP)),
    Step("mediator", choices=(SKIP, LATEST)),
    Step("delivery", choices=(ONCE, AT_LEAST_ONCE)),
    Step("note_limit", secret=False),
    Step("per_minute", secret=False),
    Step(FIELDS, secret=False),
)
NUMBERS = {"min_talk": (1, 600), "note_limit": (500, 20_000), "per_minute": (5, 600)}
"""Seconds of talk, characters of a note, requests with our key."""
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)


@dataclass(frozen=True)
class Choices:
    zone: tzinfo
    """Of times that are told without an offset, and of the ones we send."""
    min_talk: int
    """Seconds; shorter conversations are no calls."""
    skip_no_target: bool
    collapse: bool
    """Rows with the same number of the exchange (a transferred call) are one call."""
    follow_merged: bool
    mediator_latest: bool
    """A mediator with several active requests: the latest is taken, instead of none."""
    at_least_once: bool
    """A note that may have been lost is written again, though it may stand there already."""
    note_limit: int
    """Characters of one note."""
    per_minute: int
    lists_by_ids: bool
    """`estateBuy/list` takes numbers of requests here."""
    own_method: OwnMethod | None
    """The customer's method for writing fields; None: fields are not written."""


def choices_of(settings: Mapping[str, Any]) -> Choices:
    """Settings as they are stored, whatever stands there; what cannot be read is as if it were not set."""
    return Choices(
        zone=zone_of(str(settings.get("timezone") or "")) or ZoneInfo(ZONE),
        min_talk=_number(settings, "min_talk", 10),
        skip_no_target=settings.get("skip_no_target") != NO,
        collapse=settings.get("collapse") == YES,
        follow_merged=settings.get("merged") != KEEP,
        mediator_latest=settings.get("mediator") == LATEST,
        at_least_once=settings.get("delivery") == AT_LEAST_ONCE,
        note_limit=_number(settings, "note_limit", 4000),
        per_minute=_number(settings, "per_minute", PER_MINUTE),
        lists_by_ids=bool(settings.get("lists_by_ids")),
        own_method=template.from_text(str(settings.get(FIELDS) or "")),
    )


def _number(settings: Mapping[str, Any], name: str, default: int) -> int:
    value = str(settings.get(name) or "")
    least, most = NUMBERS[name]
    return min(max(int(value), least), most) if value.isdecimal() and len(value) < 7 else default


def zone_of(text: str) -> tzinfo | None:
    """`Asia/Almaty`, `+05:00`, `UTC+5`; None for anything else."""
    offset = _OFFSET.fullmatch(text.strip())
    if offset is not None:
        ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(ahead if offset[1] == "+" else -ahead) if ahead < timedelta(hours=15) else None
    if text.strip().upper() in ("UTC", "GMT"):
        return UTC
    try:
        return ZoneInfo(text.strip()) if "/" in text else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def parse_option(field: str, text: str) -> str:
    """Raises Refused: `unknown_zone`, `not_in_range` (least, most), `unknown_choice`, those of the template."""
    return _PARSERS.get(field, _choice(field))(text.strip())


def _parse_zone(text: str) -> str:
    if zone_of(text) is None:
        raise Refused("unknown_zone")
    return text


def _parse_number(field: str) -> Callable[[str], str]:
    least, most = NUMBERS[field]

    def parse(text: str) -> str:
        if not text.isdecimal() or len(text) > 6 or not least <= int(text) <= most:
            raise Refused("not_in_range", least=least, most=most)
        return str(int(text))

    return parse


def _choice(field: str) -> Callable[[str], str]:
    known = next((step.choices for step in OPTIONS if step.field == field), ())

    def parse(text: str) -> str:
        if text not in known:
            raise Refused("unknown_choice")
        return text

    return parse


_PARSERS: Mapping[str, Callable[[str], str]] = {
    "timezone": _parse_zone,
    **{field: _parse_number(field) for field in NUMBERS},
    FIELDS: template.parse,
}
