"""The account's offset and clock: `datetime` against `unixtime` of one answer, for the zone has no name there."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.errors import BadAnswer
from services.integrations.novofon.v1.client import Client
from services.integrations.novofon.values import naive
from services.integrations.novofon.zones import offset_name

TIMEZONE = "/v1/info/timezone/"


@dataclass(frozen=True)
class AccountTime:
    zone: str
    now: datetime
    """By their clock."""


async def ask(client: Client) -> AccountTime:
    """Raises BadAnswer when the answer makes no sense."""
    body = await client.get(TIMEZONE, {})
    local, told = naive(body.get("datetime")), body.get("unixtime")
    try:
        now = datetime.fromtimestamp(int(str(told).partition(".")[0]), UTC)
    except (ValueError, OverflowError, OSError):
        raise BadAnswer(f"{TIMEZONE}: no time") from None
    shift = None if local is None else local.replace(tzinfo=UTC) - now
    if shift is None or abs(shift) > timedelta(hours=15):
        raise BadAnswer(f"{TIMEZONE}: no offset")
    return AccountTime(offset_name(shift), now)
