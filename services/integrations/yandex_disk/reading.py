"""What a file's name tells of its call, as far as it can be believed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.domain.call import Direction
from services.errors import Refused
from services.integrations.yandex_disk import presets
from services.integrations.yandex_disk.patterns import compile_pattern
from services.phones import e164

AUTO = "auto"
ZONE = "Europe/Moscow"
SLACK = timedelta(minutes=5)
"""A computer's clock may be ahead; no call begins after its recording was uploaded."""


@dataclass(frozen=True)
class Reading:
    """`by` is the preset's key, `pattern` or `guess`. `phone` is in E.164 or empty. Times are as written."""

    by: str
    day: date | None = None
    hour: time | None = None
    moment: datetime | None = None
    direction: Direction = Direction.UNKNOWN
    phone: str = ""
    line: str = ""
    extension: str = ""
    manager: str = ""

    @property
    def understood(self) -> bool:
        return self.day is not None or self.moment is not None or bool(self.phone)

    def started(self, uploaded: datetime, zone: ZoneInfo) -> datetime:
        """When the call began, in UTC; the upload's time stands in for what the name does not tell."""
        began = self._told(uploaded.astimezone(zone), zone)
        return uploaded if began is None or began > uploaded + SLACK else began.astimezone(UTC)

    def _told(self, uploaded: datetime, zone: ZoneInfo) -> datetime | None:
        """A day alone ends with the upload or with the day; a time alone is the latest one before the upload."""
        if self.moment is not None:
            return self.moment
        if self.day is not None:
            whole = datetime.combine(self.day, self.hour or time(23, 59, 59), zone)
            return whole if self.hour is not None else min(whole, uploaded)
        if self.hour is None:
            return None
        today = datetime.combine(uploaded.date(), self.hour, zone)
        return today if today <= uploaded + SLACK else today - timedelta(days=1)


class NameReader:
    """Reads by the customer's pattern, or by the presets and a guess when there is none (`auto`)."""

    def __init__(self, pattern: str = AUTO, zone: str = ZONE) -> None:
        self._pattern = None if pattern in ("", AUTO) else compile_pattern(pattern)
        self.zone = zone_of(zone)

    def read(self, path: str) -> Reading:
        """`path` is relative to the watched folder; its folders count where the pattern has slashes."""
        if self._pattern is not None:
            found = self._pattern.read(path)
            return Reading("pattern") if found is None else reading_of("pattern", found)
        name = path.rpartition("/")[2]
        preset = presets.by_preset(path)
        if preset is None:
            return reading_of("guess", presets.guessed(name))
        key, told = preset
        return reading_of(key, told if "phone" in told else {**_by_guess(name), **told})


def _by_guess(name: str) -> dict[str, str]:
    kept = ("phone", "incoming", "outgoing")
    return {key: value for key, value in presets.guessed(name).items() if key in kept}


def reading_of(by: str, told: Mapping[str, str]) -> Reading:
    """Texts of fields as values. A day or an hour that does not exist makes the whole moment unknown."""
    day, hour, moment, sound = _day(told), _time(told), _unix(told), True
    if (day is None and "day" in told) or (hour is None and "hour" in told):
        sound = False
    direction = Direction.UNKNOWN
    if "incoming" in told:
        direction = Direction.INCOMING
    elif "outgoing" in told:
        direction = Direction.OUTGOING
    return Reading(
        by=by,
        day=day if sound else None,
        hour=hour if sound else None,
        moment=moment,
        direction=direction,
        phone=e164(told.get("phone", "")),
        line=e164(told.get("line", "")) or told.get("line", ""),
        extension=told.get("extension", ""),
        manager=_name(told.get("manager", "")),
    )


def _day(told: Mapping[str, str]) -> date | None:
    """A pattern without a year or a month tells no day."""
    year = told.get("year") or (f"20{told['short_year']}" if "short_year" in told else "")
    try:
        return date(int(year), int(told["month"]), int(told["day"]))
    except (KeyError, ValueError):
        return None


def _time(told: Mapping[str, str]) -> time | None:
    try:
        return time(int(told["hour"]), int(told.get("minute", 0)), int(told.get("second", 0)))
    except (KeyError, ValueError):
        return None


def _unix(told: Mapping[str, str]) -> datetime | None:
    return datetime.fromtimestamp(int(told["unix"]), UTC) if "unix" in told else None


def _name(text: str) -> str:
    return " ".join(text.replace("_", " ").split())[:100]


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or ZONE)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(ZONE)


def parse_zone(text: str) -> str:
    """`Asia/Omsk` as it is, `+6` and `UTC+6` as a fixed offset. Raises Refused `no_zone`."""
    name = text.strip().replace("−", "-")
    bare = name.upper().removeprefix("UTC").removeprefix("GMT").removeprefix("МСК")
    if name.upper().startswith("МСК"):
        bare = f"{int(bare or 0) + 3:+d}" if bare.lstrip("+-").isdigit() or not bare else name
    try:
        hours = int(bare)
    except ValueError:
        return _known(name)
    if not -12 <= hours <= 14:
        raise Refused("no_zone")
    return "Etc/GMT" if hours == 0 else f"Etc/GMT{-hours:+d}"


def shown_zone(name: str) -> str:
    """As people write it: the names of fixed offsets have their sign the other way round."""
    if not name.startswith("Etc/GMT"):
        return name
    hours = -int(name.removeprefix("Etc/GMT") or 0)
    return f"UTC{hours:+d}" if hours else "UTC"


def _known(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused("no_zone") from None
