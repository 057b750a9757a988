"""The part of a check about requests: how they are found, and whether they can be asked for by number."""

from collections.abc import Sequence

from services.integrations.macrocrm.client import Client
from services.integrations.macrocrm.mapping import CallRow, Request, request_of
from services.integrations.macrocrm.reading import number, rows_of
from services.integrations.macrocrm.report import HINDRANCES, Report
from services.integrations.macrocrm.requests import Requests

FEW = 3


class Lookups:
    def __init__(self, client: Client, requests: Requests, report: Report) -> None:
        self._client = client
        self._requests = requests
        self._report = report

    async def look(self, rows: Sequence[CallRow]) -> None:
        """`rows` are calls, the likeliest to tell something first. Raises Unauthorized, RateLimited."""
        contact = next((one for row in rows if (one := number(row.found.refs.get("contact")))), 0)
        phone = next((row.found.phone for row in rows if row.found.phone), "")
        estate = next((one for row in rows if (one := number(row.found.refs.get("estate")))), 0)
        if phone:
            contact = await self._contact_of(phone) or contact
        active = await self._active_of(contact) if contact else []
        some = [] if estate or active else await self._any()
        listed = await self._listed(estate or next((one.id for one in [*active, *some]), 0))
        if not active and listed is not None and listed.contact:
            active = await self._active_of(listed.contact)
        company = next((one.company for one in active if one.company), 0)
        if company:
            self._report.facts["company"] = str(company)

    async def _contact_of(self, phone: str) -> int:
        try:
            found = await self._requests.contact_of(phone)
        except HINDRANCES as failure:
            self._report.say_failure("contacts", failure)
            return 0
        self._report.say("contacts", ok=True)
        return found.id if found is not None else 0

    async def _active_of(self, contact: int) -> list[Request]:
        try:
            found = await self._requests.active_of(contact)
        except HINDRANCES as failure:
            self._report.say_failure("find", failure)
            return []
        self._report.say("find", ok=True)
        return found

    async def _any(self) -> list[Request]:
        """Some requests of the company, when the calls name none."""
        try:
            body = await self._client.read("estateBuy/list", {}, tries=1)
            return [found for row in rows_of(body, "buys")[:FEW] if (found := request_of(row)) is not None]
        except HINDRANCES as failure:
            self._report.say_failure("merged", failure)
            return []

    async def _listed(self, wanted: int) -> Request | None:
        """Does the list take numbers? Where it does, merged requests are followed and sub-statuses known."""
        self._report.facts["lists_by_ids"] = False
        if not wanted:
            return None
        try:
            found = await self._requests.by_id(wanted, follow_merged=False)
        except HINDRANCES as failure:
            self._report.say_failure("merged", failure)
            return None
        self._report.say("merged", ok=found is not None)
        self._report.facts["lists_by_ids"] = found is not None
        return found
