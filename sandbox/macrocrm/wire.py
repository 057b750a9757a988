"""How an installation reads and writes: errors, dates, names in camel case."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.macrocrm.settings import Settings

FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M")
DAYS = ("%Y-%m-%d", "%d.%m.%Y")


class Refusal(Exception):
    """An answer with an error. `body` is whatever the real one would send."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body


def missing(name: str) -> Refusal:
    return Refusal(400, {"error": f"Missing required param: {name}", "status": 400})


def whole(params: Mapping[str, Any], name: str) -> int:
    value = params.get(name)
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).isdigit() or int(value) < 1:
        raise missing(name)
    return int(value)


def read_moment(params: Mapping[str, Any], name: str, settings: Settings, *, end: bool = False) -> datetime:
    """A date of a request, in the company's own time."""
    text = params.get(name)
    if not isinstance(text, str) or not text:
        raise Refusal(400, {"message": f"Требуется параметр {name}"})
    zone = ZoneInfo(settings.zone)
    for form in FORMATS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=zone)
        except ValueError:
            continue
    for form in DAYS:
        try:
            day = datetime.strptime(text, form).replace(tzinfo=zone)
        except ValueError:
            continue
        return day.replace(hour=23, minute=59, second=59) if end else day
    raise Refusal(400, {"message": f"Неверный формат параметра {name}"})


def write_moment(value: datetime, settings: Settings) -> str:
    local = value.astimezone(ZoneInfo(settings.zone)).replace(microsecond=0)
    if settings.dates == "offset":
        return local.isoformat()
    naive = local.replace(tzinfo=None)
    return naive.isoformat() if settings.dates == "naive" else naive.isoformat(sep=" ")


def camel(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])_([a-z0-9])", lambda match: match[1].upper(), name)


def in_camel(value: Any) -> Any:
    if isinstance(value, dict):
        return {camel(str(name)): in_camel(one) for name, one in value.items()}
    return [in_camel(one) for one in value] if isinstance(value, list) else value


def in_snake(params: Mapping[str, Any]) -> dict[str, Any]:
    return {re.sub(r"([A-Z])", lambda match: f"_{match[1].lower()}", name): one for name, one in params.items()}
