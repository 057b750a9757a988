"""Tries a connection before it is saved, with reads only: a line for each thing the product needs.

A missing right is a line, never a failure: only a portal that does not answer, or does not know the webhook,
ends the check.
"""

from collections.abc import Mapping
from typing import Any

from services.errors import Rejected, ScopeMissing
from services.integrations.base import Check, CheckLine
from services.integrations.bitrix24.client import Client
from services.integrations.bitrix24.failures import Envelope

NEEDED = ("crm", "telephony", "disk")
USER_SCOPES = frozenset({"user", "user_basic", "user_brief"})


async def check(client: Client) -> Check:
    """Raises Unauthorized or Unreachable when not even the first question is answered."""
    profile = (await client.read("profile")).fields
    scopes = (await client.read("scope")).result
    granted = {str(one).lower() for one in scopes} if isinstance(scopes, list) else set()
    lines = [CheckLine("access", ok=True, values={"user": _name(profile)})]
    lines += [CheckLine(f"scope_{name}", ok=name in granted) for name in NEEDED]
    lines.append(CheckLine("scope_user", ok=bool(USER_SCOPES & granted), required=False))
    lines.append(CheckLine("scope_lists", ok="lists" in granted, required=False))
    settings: dict[str, Any] = {
        "user_id": str(profile.get("ID") or ""),
        "zone": str(profile.get("TIME_ZONE") or ""),
    }
    if "telephony" in granted:
        asked = {"FILTER": {}, "SORT": "ID", "ORDER": "DESC", "start": 0}
        lines.append(
            CheckLine("statistics", ok=await _tried(client, "voximplant.statistic.get", asked) is not None)
        )
    if "crm" in granted:
        mode = await _tried(client, "crm.settings.mode.get", {})
        settings["leads"] = mode is None or str(mode.result) != "2"
        settings["transcripts"] = await _gives_transcripts(client)
        funnels = await _tried(client, "crm.category.list", {"entityTypeId": 2})
        lines.append(CheckLine("funnels", ok=funnels is not None and bool(funnels.listed("categories"))))
    lines.append(CheckLine("administrator", ok=bool(profile.get("ADMIN")), required=False))
    return Check(lines=tuple(lines), account=client.host, title=client.host, settings=settings)


async def _tried(client: Client, method: str, params: Mapping[str, Any]) -> Envelope | None:
    """None when the employee may not; the right to see call statistics is a tick of its own, for example."""
    try:
        return await client.read(method, params)
    except (Rejected, ScopeMissing):
        return None


async def _gives_transcripts(client: Client) -> bool:
    told = await _tried(client, "method.get", {"name": "crm.activity.call.getTranscript"})
    return told is not None and told.fields.get("isAvailable") is True


def _name(profile: dict[str, Any]) -> str:
    return " ".join(str(part) for part in (profile.get("NAME"), profile.get("LAST_NAME")) if part)
