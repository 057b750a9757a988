"""Tries an account before it is saved, with reads only: a line for each thing the product needs."""

from collections.abc import Mapping
from typing import Any

from services.errors import BadAnswer, Rejected, ScopeMissing
from services.integrations.amocrm.address import expiry_of
from services.integrations.amocrm.client import Client
from services.integrations.amocrm.mapping import Row, embedded, fields, number, text
from services.integrations.amocrm.notes import CALL_TYPES
from services.integrations.base import Check, CheckLine


async def check(client: Client) -> Check:
    """Raises Unauthorized, Unreachable or Gone when not even the account itself is told."""
    account = await client.one("account", {"with": "datetime_settings,drive_url"})
    if not number(account.get("id")):
        raise BadAnswer("account: no number")
    name = text(account.get("name"), 60) or client.account
    funnels = await _tried(client, "leads/pipelines")
    lines = [
        CheckLine("access", ok=True, values={"account": name}),
        CheckLine("funnels", ok=bool(embedded(funnels, "pipelines"))),
        CheckLine("calls_leads", ok=await _shows_calls(client, "leads")),
        CheckLine("calls_contacts", ok=await _shows_calls(client, "contacts")),
        CheckLine("calls_companies", ok=await _shows_calls(client, "companies"), required=False),
        CheckLine("fields", ok=await _opens(client, "leads/custom_fields"), required=False),
        CheckLine("users", ok=await _opens(client, "users"), required=False),
        CheckLine("events", ok=await _opens(client, "events"), required=False),
    ]
    settings = _facts(account)
    if not client.tokens.rotates:
        lines += _expiry(client, settings)
    return Check(lines=tuple(lines), account=client.account, title=name, settings=settings)


def _facts(account: Row) -> dict[str, Any]:
    """PHP writes an empty `_embedded` as a list."""
    times = fields(fields(fields(account).get("_embedded")).get("datetime_settings"))
    return {
        "account_id": str(number(account.get("id"))),
        "zone": text(times.get("timezone"), 60),
        "currency": text(account.get("currency"), 3),
        "drive": text(account.get("drive_url"), 200),
    }


def _expiry(client: Client, settings: dict[str, Any]) -> list[CheckLine]:
    """A long-lived token says when it ends; nobody can renew it but a person."""
    ends = expiry_of(client.tokens.bearer)
    if ends is None:
        return []
    settings["expires_at"] = ends.isoformat()
    is_far = (ends - client.account_now()).days >= 14
    return [CheckLine("expiry", ok=is_far, required=False, values={"until": f"{ends:%d.%m.%Y}"})]


async def _tried(client: Client, path: str, params: Mapping[str, Any] | None = None) -> Any:
    """None when the user may not."""
    try:
        return fields(await client.read(path, params))
    except (Rejected, ScopeMissing):
        return None


async def _opens(client: Client, path: str) -> bool:
    return await _tried(client, path, {"limit": 1}) is not None


async def _shows_calls(client: Client, place: str) -> bool:
    asked = {"filter": {"note_type": list(CALL_TYPES)}, "limit": 1}
    return await _tried(client, f"{place}/notes", asked) is not None
