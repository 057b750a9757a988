"""Tries a connection before it is saved, with reads only: a line for each thing the product needs."""

from typing import Any

from services.errors import RemoteError, Unauthorized
from services.integrations.base import Check, CheckLine
from services.integrations.bitrix24.client import Client

NEEDED = ("crm", "telephony", "disk")
USER_SCOPES = frozenset({"user", "user_basic", "user_brief"})


async def check(client: Client) -> Check:
    """Raises Unauthorized or Unreachable when not even the first question is answered."""
    profile = (await client.read("profile")).result
    granted = {str(one).lower() for one in (await client.read("scope")).result or []}
    lines = [CheckLine("access", ok=True, values={"user": _name(profile)})]
    lines += [CheckLine(f"scope_{name}", ok=name in granted) for name in NEEDED]
    lines.append(CheckLine("scope_user", ok=bool(USER_SCOPES & granted)))
    lines.append(CheckLine("scope_lists", ok="lists" in granted, required=False))
    settings: dict[str, Any] = {"user_id": str(profile.get("ID") or ""), "zone": _zone(profile)}
    if "telephony" in granted:
        lines.append(await _statistics(client))
    if "crm" in granted:
        mode = (await client.read("crm.settings.mode.get")).result
        settings["leads"] = str(mode) != "2"
        funnels = (await client.read("crm.category.list", {"entityTypeId": 2})).result
        lines.append(CheckLine("funnels", ok=bool(funnels.get("categories"))))
    lines.append(CheckLine("administrator", ok=bool(profile.get("ADMIN")), required=False))
    return Check(lines=tuple(lines), account=client.host, title=client.host, settings=settings)


async def _statistics(client: Client) -> CheckLine:
    """The right to see call statistics is a tick of its own, in the telephony's settings."""
    params = {"FILTER": {}, "SORT": "ID", "ORDER": "DESC", "start": 0}
    try:
        await client.read("voximplant.statistic.get", params)
    except Unauthorized:
        raise
    except RemoteError:
        return CheckLine("statistics", ok=False)
    return CheckLine("statistics", ok=True)


def _name(profile: dict[str, Any]) -> str:
    return " ".join(str(part) for part in (profile.get("NAME"), profile.get("LAST_NAME")) if part)


def _zone(profile: dict[str, Any]) -> str:
    return str(profile.get("TIME_ZONE") or "")
