"""Tries an account of the present platform with reads only: a line for each thing the product needs."""

from datetime import timedelta
from typing import Any

from services.errors import Rejected
from services.integrations.base import Check, CheckLine
from services.integrations.novofon.v2.client import Client
from services.integrations.novofon.v2.failures import AddressNotListed, NotAllowed
from services.integrations.novofon.v2.mapping import RECORDS
from services.integrations.novofon.v2.people import EMPLOYEES
from services.integrations.novofon.v2.reports import Reports
from services.integrations.novofon.v2.zone import ACCOUNT
from services.integrations.novofon.values import identity, text
from services.integrations.novofon.zones import USUAL, window, zone_of

TITLE = "Новофон"
LOOK_BACK = timedelta(days=1)


async def check(client: Client, reports: Reports, brand: str) -> Check:
    """Raises Unauthorized when the token is refused, Unreachable when nobody answers."""
    try:
        rows = (await client.call(ACCOUNT, {})).rows
    except AddressNotListed as failure:
        return _nothing(CheckLine("address", ok=False, values={"address": failure.seen}))
    except (NotAllowed, Rejected) as failure:
        return _nothing(CheckLine("account", ok=False, values={"why": failure.remote_code}))
    account: dict[str, Any] = rows[0] if rows else {}
    name, zone = text(account.get("name")), text(account.get("timezone"))
    number = identity(account.get("app_id"))
    known = zone_of(zone) is not None
    lines = [
        CheckLine("account", ok=bool(number), values={"name": name or number}),
        CheckLine("zone", ok=known, required=False, values={"zone": zone if known else USUAL}),
        *await _calls(client, reports, zone if known else USUAL),
        await _people(client),
    ]
    settings = {"generation": "v2", "app_id": number, "account_zone": zone if known else ""}
    return Check(tuple(lines), f"{brand} {number}".strip(), name or TITLE, settings)


def _nothing(line: CheckLine) -> Check:
    """There is no use in asking on."""
    return Check((line,), "", TITLE, {})


async def _calls(client: Client, reports: Reports, zone_name: str) -> list[CheckLine]:
    zone = zone_of(zone_name)
    assert zone is not None, "only known zones are asked with"
    now = client.now()
    try:
        await reports.calls(window(now - LOOK_BACK, now, zone), limit=1)
    except (NotAllowed, Rejected) as failure:
        return [CheckLine("calls", ok=False, values={"why": failure.remote_code})]
    return [CheckLine("calls", ok=True), CheckLine("records", ok=not reports.refused >= RECORDS)]


async def _people(client: Client) -> CheckLine:
    try:
        await client.call(EMPLOYEES, {"limit": 1, "offset": 0})
    except (NotAllowed, Rejected):
        return CheckLine("people", ok=False, required=False)
    return CheckLine("people", ok=True, required=False)
