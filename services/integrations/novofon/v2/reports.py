"""The reports of calls and of their legs. Fields that the tariff has not are left out, not a reason to fail."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from services.integrations.novofon.v2.client import Client
from services.integrations.novofon.v2.failures import FieldsRefused, Result
from services.integrations.novofon.v2.mapping import NEEDED, OPTIONAL
from services.ports import Clock

log = structlog.get_logger(__name__)

CALLS = "get.calls_report"
LEGS = "get.call_legs_report"
PAGE = 500
"""Rows in one answer; up to 10,000 are allowed, but a portion has to stay small."""
ASK_AGAIN = timedelta(hours=24)
"""A refused field is asked for again: somebody may have bought the option."""
LEG_PAGES = 10
LEG_FIELDS = ("id", "call_session_id", "is_talked", "duration", "employee_id", "employee_full_name")


class Reports:
    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._refused: frozenset[str] = frozenset()
        self._refused_at: datetime | None = None

    @property
    def refused(self) -> frozenset[str]:
        """Fields that are not to be had here."""
        if self._refused_at is not None and self._clock.now() - self._refused_at >= ASK_AGAIN:
            self._refused, self._refused_at = frozenset(), None
        return self._refused

    async def calls(
        self, window: tuple[str, str], *, offset: int = 0, limit: int = PAGE, ids: Sequence[str] = ()
    ) -> Result:
        """Sessions by their start, the earliest first. Within one second the order is undefined.

        `window` is in local time of the account, at most three months long.
        """
        params: dict[str, Any] = {"sort": [{"field": "start_time", "order": "asc"}]}
        if ids:
            params["filter"] = _one_of("id", ids)
        for _ in OPTIONAL:
            fields = [*NEEDED, *(name for name in OPTIONAL if name not in self.refused)]
            try:
                return await self._client.call(
                    CALLS, {**_between(window), **params, "offset": offset, "limit": limit, "fields": fields}
                )
            except FieldsRefused as failure:
                self._note(failure)
        raise FieldsRefused(frozenset(), f"{CALLS}: fields refused", remote_code="unexpected_parameters")

    async def legs(self, window: tuple[str, str], sessions: Sequence[str]) -> list[dict[str, Any]]:
        """Legs of these sessions, as many as there can be of so few. A filter or an offset may not be obeyed."""
        params = {**_between(window), "filter": _one_of("call_session_id", sessions), "fields": list(LEG_FIELDS)}
        found: list[dict[str, Any]] = []
        for _ in range(LEG_PAGES):
            page = await self._client.call(LEGS, {**params, "offset": len(found), "limit": PAGE})
            found += page.rows
            if len(page.rows) < PAGE or (page.total is not None and len(found) >= page.total):
                break
        return found

    def _note(self, failure: FieldsRefused) -> None:
        """Which field it was is told somewhere in the error; if it is not, all that can be missed are."""
        asked = frozenset(OPTIONAL) - self.refused
        if not asked:
            raise failure
        self._refused |= (failure.names & asked) or asked
        self._refused_at = self._clock.now()
        log.info("novofon_fields_refused", fields=sorted(self._refused), reason=failure.remote_code)


def _between(window: tuple[str, str]) -> dict[str, str]:
    return {"date_from": window[0], "date_till": window[1]}


def _one_of(field: str, ids: Sequence[str]) -> dict[str, Any]:
    return {"field": field, "operator": "in", "value": [int(one) if one.isdecimal() else one for one in ids]}
