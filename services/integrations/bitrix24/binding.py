"""Which deal or lead a call belongs to, and where that stood when the call started."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from services.domain.call import Binding, FoundCall, ObjectRef
from services.domain.integration import ObjectKind
from services.errors import Rejected
from services.integrations.bitrix24.batches import Command
from services.integrations.bitrix24.client import PAGE, Client
from services.integrations.bitrix24.failures import Envelope
from services.integrations.bitrix24.mapping import moment, number
from services.integrations.bitrix24.phones import known_by_phone, phones_asked

log = structlog.get_logger(__name__)

LEAD, DEAL, CONTACT, COMPANY = 1, 2, 3, 4
KINDS = {ObjectKind.LEAD: LEAD, ObjectKind.DEAL: DEAL}
LEADS_FUNNEL = "lead"
"""Leads have no funnels: they are one of their own."""

ITEM_FIELDS = [
    "id",
    "title",
    "categoryId",
    "stageId",
    "stageSemanticId",
    "createdTime",
    "updatedTime",
    "lastActivityTime",
    "companyId",
    "contactId",
    "contactIds",
]


Told = dict[str, Envelope | None]
"""Answers by what was asked: `item_2_456`, `moves_2_456`, `contact_797`; None for what is refused or gone."""


@dataclass
class _Bound:
    """What a call's activity is bound to, by kind."""

    deals: list[int] = field(default_factory=list)
    leads: list[int] = field(default_factory=list)
    contacts: list[int] = field(default_factory=list)
    companies: list[int] = field(default_factory=list)

    def add(self, kind: int, owner: int) -> None:
        target = {LEAD: self.leads, DEAL: self.deals, CONTACT: self.contacts, COMPANY: self.companies}
        if owner and kind in target and owner not in target[kind]:
            target[kind].append(owner)


class Binder:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def bind(self, call: FoundCall) -> Binding | None:
        """None when no deal or lead is known yet. The branch taken is logged."""
        bound = await self._bound_to(call)
        told = await self._client.batch(_asked_of(bound))
        item, branch = await self._choose(call, bound, told)
        if item is None:
            return None
        log.info("call_bound", external_id=call.external_id, branch=branch)
        kind = ObjectKind.LEAD if branch.startswith("lead") else ObjectKind.DEAL
        contact = next(iter(bound.contacts), 0) or number(item.get("contactId"))
        return await self._binding(kind, item, contact, told, call.started_at)

    async def by_phone(self, phone: str, started_at: datetime) -> Binding | None:
        """What is still open counts alone: the client's deal, else a lead with the number."""
        bound = _Bound()
        for kind_number, owner in known_by_phone(await self._client.batch(phones_asked(phone))):
            bound.add(kind_number, owner)
        deals = await self._open_deals_of(bound)
        if deals:
            deal = _latest(deals, started_at)
            return await self._binding(ObjectKind.DEAL, deal, _contact_of(deal, bound), {}, started_at)
        told = await self._client.batch(_asked_of(bound))
        leads = [lead for lead in _items(told, LEAD, bound.leads) if lead.get("stageSemanticId") == "P"]
        if not leads:
            return None
        lead = _latest(leads, started_at)
        return await self._binding(ObjectKind.LEAD, lead, _contact_of(lead, bound), told, started_at)

    async def _binding(
        self, kind: ObjectKind, item: dict[str, Any], contact: int, told: Told, started_at: datetime
    ) -> Binding:
        further = {**_moves_asked(KINDS[kind], number(item["id"])), **_contact_asked(contact)}
        told |= await self._client.batch({name: one for name, one in further.items() if name not in told})
        funnel, stage = await self._place_at_start(kind, item, started_at, told)
        return Binding(
            object=ObjectRef(kind, str(item["id"])),
            funnel_external_id=funnel,
            stage_external_id=stage,
            title=str(item.get("title") or ""),
            url=f"{self._client.origin}/crm/{kind}/details/{item['id']}/",
            client_name=_client_name(told.get(f"contact_{contact}")),
        )

    async def _bound_to(self, call: FoundCall) -> _Bound:
        bound = _Bound()
        activity = call.refs.get("activity")
        if activity:
            try:
                rows = (await self._client.read("crm.activity.binding.list", {"activityId": int(activity)})).rows
            except Rejected:
                rows = []  # deleted, or hidden from our employee: the client is known from the call itself
            for row in rows:
                bound.add(number(row.get("entityTypeId")), number(row.get("entityId")))
        kind = {"LEAD": LEAD, "CONTACT": CONTACT, "COMPANY": COMPANY}.get(call.refs.get("entity_type", ""))
        if kind is not None:
            bound.add(kind, number(call.refs.get("entity")))
        return bound

    async def _choose(self, call: FoundCall, bound: _Bound, told: Told) -> tuple[dict[str, Any] | None, str]:
        deals = _items(told, DEAL, bound.deals)
        if deals:
            return _latest(deals, call.started_at), "deal of the activity"
        open_deals = await self._open_deals_of(bound)
        leads = _items(told, LEAD, bound.leads)
        open_leads = [lead for lead in leads if lead.get("stageSemanticId") == "P"]
        if open_leads:
            return _latest(open_leads, call.started_at), "lead of the activity"
        if open_deals:
            return _latest(open_deals, call.started_at), "open deal of the client"
        if leads:
            return _latest(leads, call.started_at), "lead, closed"
        return None, ""

    async def _open_deals_of(self, bound: _Bound) -> list[dict[str, Any]]:
        for contact in bound.contacts:
            found = await self._list_open({"contactIds": contact})
            if found is None:
                found = await self._list_open({"contactId": contact})
            if found:
                return found
        for company in bound.companies:
            found = await self._list_open({"companyId": company})
            if found:
                return found
        return []

    async def _list_open(self, wanted: dict[str, int]) -> list[dict[str, Any]] | None:
        """None when this portal does not know the filter: it says so, or answers with other deals."""
        params = {
            "entityTypeId": DEAL,
            "filter": {**wanted, "stageSemanticId": "P"},
            "order": {"id": "DESC"},
            "select": ITEM_FIELDS,
        }
        try:
            envelope = await self._client.read("crm.item.list", params)
        except Rejected:
            return None
        items = envelope.listed("items")
        fitting = [item for item in items if _is_of(item, wanted)]
        return None if items and not fitting else fitting

    async def _place_at_start(
        self, kind: ObjectKind, item: dict[str, Any], started_at: datetime, told: Told
    ) -> tuple[str, str]:
        """Funnel and stage when the call started: salespeople move the deal right after it."""
        now = (str(number(item.get("categoryId"))), str(item.get("stageId") or ""))
        if kind is ObjectKind.LEAD:
            now = (LEADS_FUNNEL, now[1])
        first = told.get(f"moves_{KINDS[kind]}_{item['id']}")
        last = None if first is None else await self._last_move(KINDS[kind], number(item["id"]), started_at, first)
        if last is None:
            return now
        if kind is ObjectKind.LEAD:
            return LEADS_FUNNEL, str(last.get("STATUS_ID") or now[1])
        stage = str(last.get("STAGE_ID") or now[1])
        return _funnel_of(last, stage), stage

    async def _last_move(
        self, kind: int, item_id: int, started_at: datetime, first: Envelope
    ) -> dict[str, Any] | None:
        """The latest row of the history up to the call; a deal made after it counts from its first stage.

        Rows are only ever added, so offsets lose none.
        """
        last, start, rows = None, 0, first.listed("items")
        while True:
            for row in rows:
                at = moment(row.get("CREATED_TIME"))
                if at is not None and at > started_at:
                    return last or row
                last = row if at is not None else last
            if len(rows) < PAGE:
                return last
            start += PAGE
            (asked,) = _moves_asked(kind, item_id, start).values()
            rows = (await self._client.read(*asked)).listed("items")


def _asked_of(bound: _Bound) -> dict[str, Command]:
    """What is needed in nearly every case, so that it costs one request."""
    asked: dict[str, Command] = {}
    for kind, numbers in ((DEAL, bound.deals), (LEAD, bound.leads)):
        for item_id in numbers:
            asked[f"item_{kind}_{item_id}"] = ("crm.item.get", {"entityTypeId": kind, "id": item_id})
            asked |= _moves_asked(kind, item_id)
    return {**asked, **_contact_asked(next(iter(bound.contacts), 0))} if asked else {}


def _moves_asked(kind: int, item_id: int, start: int = 0) -> dict[str, Command]:
    params = {
        "entityTypeId": kind,
        "filter": {"OWNER_ID": item_id},
        "order": {"ID": "ASC"},
        "select": ["ID", "TYPE_ID", "STAGE_ID", "STATUS_ID", "CATEGORY_ID", "CREATED_TIME"],
        "start": start,
    }
    return {f"moves_{kind}_{item_id}": ("crm.stagehistory.list", params)}


def _contact_asked(contact: int) -> dict[str, Command]:
    return {f"contact_{contact}": ("crm.contact.get", {"id": contact})} if contact else {}


def _items(told: Told, kind: int, numbers: list[int]) -> list[dict[str, Any]]:
    """Those that are there; others are deleted, or hidden from our employee."""
    answers = [told[f"item_{kind}_{item_id}"] for item_id in numbers]
    items = [answer.fields.get("item") for answer in answers if answer is not None]
    return [item for item in items if isinstance(item, dict)]


def _contact_of(item: dict[str, Any], bound: _Bound) -> int:
    """Two clients may share a number: the one of the deal is meant."""
    return number(item.get("contactId")) or next(iter(bound.contacts), 0)


def _client_name(contact: Envelope | None) -> str:
    row = {} if contact is None else contact.fields
    return " ".join(part for part in (row.get("NAME"), row.get("LAST_NAME")) if part)


def _is_of(item: dict[str, Any], wanted: dict[str, int]) -> bool:
    """What came must fit what was asked."""
    if "contactIds" in wanted:
        return wanted["contactIds"] in [number(one) for one in item.get("contactIds") or []]
    name, value = next(iter(wanted.items()))
    return number(item.get(name)) == value


def _funnel_of(move: dict[str, Any], stage: str) -> str:
    """The funnel of a row of the history; a stage outside the first funnel names it too, as `C7:NEW`."""
    if move.get("CATEGORY_ID") is not None:
        return str(number(move["CATEGORY_ID"]))
    named = stage.partition(":")[0].removeprefix("C") if ":" in stage else "0"
    return str(number(named))


def _latest(items: list[dict[str, Any]], started_at: datetime) -> dict[str, Any]:
    """Of several: made before the call, then the one with the latest activity, then the newest."""

    def rank(item: dict[str, Any]) -> tuple[bool, float, int]:
        created = moment(item.get("createdTime"))
        touched = moment(item.get("lastActivityTime")) or moment(item.get("updatedTime"))
        older = created is not None and created <= started_at
        return older, touched.timestamp() if touched else 0.0, number(item.get("id"))

    return max(items, key=rank)
