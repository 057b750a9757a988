"""The zone that the account's local times are in: an option, else what the account says, asked once a day."""

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

import structlog

from services.errors import Rejected
from services.integrations.novofon.v2.client import Client
from services.integrations.novofon.v2.failures import NotAllowed
from services.integrations.novofon.values import text
from services.integrations.novofon.zones import USUAL, zone_of

log = structlog.get_logger(__name__)

ACCOUNT = "get.account"
KEPT = timedelta(hours=24)


class AccountZone:
    """`chosen` is the option, `known` what the check was told; both may be empty."""

    def __init__(self, client: Client, *, chosen: str, known: str) -> None:
        self._client = client
        self._chosen = chosen if zone_of(chosen) is not None else ""
        self._known = known if zone_of(known) is not None else ""

    async def told(self, cursor: Mapping[str, Any]) -> dict[str, str]:
        """The entries `zone` and `zone_at` of a cursor as they are to be now."""
        now, at = self._client.now(), cursor.get("zone_at")
        if self._chosen:
            return {"zone": self._chosen, "zone_at": ""}  # the account is asked as soon as the option is gone
        was = str(cursor.get("zone") or "")
        if at and was and now - datetime.fromisoformat(str(at)) < KEPT:
            return {"zone": was, "zone_at": str(at)}
        name = await self._asked() or was or self._known or USUAL
        return {"zone": name, "zone_at": self._client.now().isoformat()}

    def of(self, cursor: Mapping[str, Any]) -> tzinfo:
        zone = zone_of(str(cursor.get("zone") or "")) or zone_of(self._chosen or self._known or USUAL)
        assert zone is not None, "the usual zone is known"
        return zone

    async def _asked(self) -> str:
        """Empty when the account does not tell a zone that we know."""
        try:
            rows = (await self._client.call(ACCOUNT, {})).rows
        except (Rejected, NotAllowed) as failure:
            log.info("novofon_tells_no_zone", reason=failure.remote_code)
            return ""
        name = text(rows[0].get("timezone")) if rows else ""
        return name if zone_of(name) is not None else ""
