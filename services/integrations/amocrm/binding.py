"""Which deal a call belongs to, and where that stood when the call started.

Telephony mostly knows the client, not the deal, and the account often makes the deal a little after the call:
nothing found is asked again later.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import structlog

from services.domain.call import Binding, FoundCall, ObjectRef
from services.domain.integration import ObjectKind
from services.errors import Rejected
from services.integrations.amocrm.cards import Card, Cards, Lead
from services.integrations.amocrm.client import Client
from services.integrations.amocrm.mapping import fields, moment, number, rows

log = structlog.get_logger(__name__)

EVENTS = 100


def stage_id(pipeline: int, status: int) -> str:
    """A stage is known by the pair: the numbers of won and lost are the same in every pipeline."""
    return f"{pipeline}:{status}"


class Binder:
    """`take_closed`: without an open deal, one that was closed after the call had begun will do."""

    def __init__(self, client: Client, *, take_closed: bool) -> None:
        self._client = client
        self._cards = Cards(client)
        self._take_closed = take_closed

    async def bind(self, call: FoundCall) -> Binding | None:
        """None when no deal is known yet. The rule that decided is logged."""
        place, entity = call.refs.get("place", ""), number(call.refs.get("entity"))
        if place == "leads":
            found = await self._cards.leads([entity])
            return await self._bound(found[0], call.started_at, "its own") if found else None
        card = await self._cards.card(place, entity)
        if card is None:
            return None
        return await self._of_cards([card], call.started_at, call.manager_id)

    async def bind_phone(self, phone: str, started_at: datetime) -> Binding | None:
        return await self._of_cards(await self._cards.of_phone(phone), started_at, "")

    async def _of_cards(self, cards: list[Card], started_at: datetime, manager_id: str) -> Binding | None:
        ids = sorted({lead for card in cards for lead in card.leads}, reverse=True)
        if not ids:
            return None
        chosen, rule = self._choose(await self._cards.leads(ids), started_at, manager_id)
        if chosen is None:
            return None
        name = next((card.name for card in cards if chosen.id in card.leads), "")
        return await self._bound(chosen, started_at, rule, name)

    def _choose(self, leads: Iterable[Lead], started_at: datetime, manager_id: str) -> tuple[Lead | None, str]:
        """Of several open ones: that of the manager who talked, then the one touched last, then the newest."""
        known = list(leads)
        fitting = [lead for lead in known if lead.is_open]
        rule = "the only open one"
        if not fitting and self._take_closed:
            fitting = [lead for lead in known if lead.closed is not None and lead.closed > started_at]
            rule = "closed after the call"
        if not fitting:
            return None, ""
        if len(fitting) > 1:
            own = [lead for lead in fitting if manager_id and lead.responsible == manager_id]
            rule = "the manager's" if own else "touched last"
            fitting = own or fitting
        return max(fitting, key=lambda lead: (lead.updated, lead.id)), rule

    async def _bound(self, lead: Lead, started_at: datetime, rule: str, client_name: str = "") -> Binding:
        log.info("call_bound", lead=lead.id, rule=rule)
        pipeline, status = await self._place_at(lead, started_at)
        return Binding(
            object=ObjectRef(ObjectKind.DEAL, str(lead.id)),
            funnel_external_id=str(pipeline),
            stage_external_id=stage_id(pipeline, status),
            title=lead.name,
            url=f"{self._client.origin}/leads/detail/{lead.id}",
            client_name=client_name or await self._name_of(lead.contact),
        )

    async def _name_of(self, contact: int) -> str:
        card = await self._cards.card("contacts", contact) if contact else None
        return "" if card is None else card.name

    async def _place_at(self, lead: Lead, started_at: datetime) -> tuple[int, int]:
        """Pipeline and status when the call started: people move the deal right after it.

        The first move since then says where the deal came from. Without a move, or where events are closed to
        our user, it is where it is now.
        """
        now = (lead.pipeline, lead.status)
        if lead.updated <= started_at:
            return now
        first: tuple[datetime, str] | None = None
        try:
            async for event in self._client.all("events", "events", _moves_of(lead, started_at), limit=EVENTS):
                at, before = moment(event.get("created_at")), _status_before(event)
                if at is None or at <= started_at or before is None or number(event.get("entity_id")) != lead.id:
                    continue
                key = (at, str(event.get("id")))
                if first is None or key < first:
                    first, now = key, before
        except Rejected:
            log.info("amocrm_events_closed", account=self._client.account)
        return now


def _moves_of(lead: Lead, since: datetime) -> Mapping[str, Any]:
    return {
        "filter": {
            "type": ["lead_status_changed"],
            "entity": ["lead"],
            "entity_id": [lead.id],
            "created_at": {"from": int(since.timestamp())},
        }
    }


def _status_before(event: Mapping[str, Any]) -> tuple[int, int] | None:
    if event.get("type") != "lead_status_changed":
        return None
    for one in rows(event.get("value_before")):
        told = fields(one.get("lead_status"))
        pipeline, status = number(told.get("pipeline_id")), number(told.get("id"))
        if pipeline and status:
            return pipeline, status
    return None
