"""What may be set about a connected cabinet where MTS leaves something open."""

import re

from services.errors import Refused
from services.integrations.entry import Step
from services.integrations.mts.exolve_rows import parse_names

_HOURS = re.compile(r"([+-]?)([0-9]{1,2})(?:[.,]([0-9]))?")

OPTIONS = (
    Step("time_shift", secret=False, only_if=("cabinet", "ac20")),
    Step("row_names", secret=False, only_if=("cabinet", "exolve")),
    Step("duration_unit", choices=("seconds", "milliseconds"), secret=False, only_if=("cabinet", "exolve")),
    Step("ready_text", choices=("no", "yes"), secret=False, only_if=("cabinet", "ac20", "exolve")),
    Step("weak_tls", choices=("no", "yes"), secret=False, only_if=("cabinet", "vpbx", "ac20")),
)


def parse_option(option: str, text: str) -> str:
    """Raises Refused: `not_hours`, `not_names`."""
    return parse_names(text) if option == "row_names" else _hours(text)


def _hours(text: str) -> str:
    """Hours from Moscow, as `+2` or `-1`; time on the clocks of this country or a server set to UTC."""
    found = _HOURS.fullmatch(text.strip().replace("−", "-").replace("–", "-"))
    if found is None:
        raise Refused("not_hours")
    sign, whole, half = found.groups()
    hours = float(f"{sign}{whole}.{half or 0}")
    if not -12 <= hours <= 12 or (hours * 2) % 1:
        raise Refused("not_hours")
    return f"{hours:+g}" if hours else "0"
