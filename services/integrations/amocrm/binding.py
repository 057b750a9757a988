"""Which deal a call belongs to, and where that stood when the call started.

Telephony mostly knows the client, not the deal, and the account often makes the deal a little after the call:
nothing found is asked again later.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog

from services.domain.call import Binding, FoundCall, ObjectRef
from services.domain.integration import ObjectKind
from services.errors import Rejected, ScopeMissing
from services.integrations.amocrm.cards import Card, Cards, Lead
from services.integrations.amocrm.client import Client
from services.integrations.amocrm.mapping import fields, moment, number, rows

log = structlog.get_logger(__name__)

EVENTS = 100
MOST_CHOICES = 10
"""Deals that a call may be for: events are told of so many at once."""
MOST_LEADS = 250
"""Of a card that hundreds of deals hang on (a switchboard, "unknown client") the newest ones."""


def stage_id(pipeline: int, status: int) -> str:
    """A stage is known by the pair: the numbers of won and lost are the same in every pipeline."""
    return f"{pipeline}:{status}"


class Binder:
    """`take_closed`: without an open deal, one that was closed after the call had begun will do."""

    def __init__(self, client: Client, *, take_closed: bool) -> None:
        self._client = client
        self._cards = Cards(client)
        self._take_closed = take_closed

    async def bindings(self, call: FoundCall) -> Sequence[Binding]:
        """The deals a call may be for, the likeliest first; empty: none is known yet. The rule is logged."""
        place, entity = call.refs.get("place", ""), number(call.refs.get("entity"))
        if place == "leads":
            return await self._bound(await self._cards.leads([entity]), call.started_at, "its own")
        card = await self._cards.card(place, entity)
        return [] if card is None else await self._of_cards([card], call.started_at, call.manager_id)

    async def bind_phone(self, phone: str, started_at: datetime) -> Binding | None:
        """The likeliest: what prompts ask for are funnels of another system."""
        cards = await self._cards.of_phone(phone)
        return next(iter(await self._of_cards(cards, started_at, "", most=1)), None)

    async def _of_cards(
        self, cards: list[Card], started_at: datetime, manager_id: str, most: int = MOST_CHOICES
    ) -> Sequence[Binding]:
        ids = sorted({lead for card in cards for lead in card.leads}, reverse=True)[:MOST_LEADS]
        if not ids:
            return []
        chosen, rule = self._in_order(await self._cards.leads(ids), started_at, manager_id)
        names = {lead: card.name for card in reversed(cards) for lead in card.leads}
        return await self._bound(chosen[:most], started_at, rule, names)

    def _in_order(self, leads: Iterable[Lead], started_at: datetime, manager_id: str) -> tuple[list[Lead], str]:
        """Open ones: those of the manager who talked, then the one touched last, then the newest."""
        known = list(leads)
        fitting = [lead for lead in known if lead.is_open]
        rule = "the only open one"
        if not fitting and self._take_closed:
            fitting = [lead for lead in known if lead.closed is not None and lead.closed > started_at]
            rule = "closed after the call"

        def rank(lead: Lead) -> tuple[bool, datetime, int]:
            return bool(manager_id) and lead.responsible == manager_id, lead.updated, lead.id

        ordered = sorted(fitting, key=rank, reverse=True)
        if len(ordered) > 1:
            rule = "the manager's" if rank(ordered[0])[0] else "touched last"
        return ordered, rule

    async def _bound(
        self, leads: Sequence[Lead], started_at: datetime, rule: str, names: Mapping[int, str] | None = None
    ) -> Sequence[Binding]:
        """`names` of the clients, by deal, where they are known already."""
        if leads:
            log.info("call_bound", leads=[lead.id for lead in leads], rule=rule)
        places = await self._places_at(leads, started_at)
        return [
            Binding(
                object=ObjectRef(ObjectKind.DEAL, str(lead.id)),
                funnel_external_id=str(places[lead.id][0]),
                stage_external_id=stage_id(*places[lead.id]),
                title=lead.name,
                url=f"{self._client.origin}/leads/detail/{lead.id}",
                client_name=(names or {}).get(lead.id) or await self._name_of(lead.contact),
            )
            for lead in leads
        ]

    async def _name_of(self, contact: int) -> str:
        card = await self._cards.card("contacts", contact) if contact else None
        return "" if card is None else card.name

    async def _places_at(self, leads: Sequence[Lead], started_at: datetime) -> Mapping[int, tuple[int, int]]:
        """Pipeline and status of each deal when the call started: people move it right after the call.

        The first move since then says where it came from. Without a move, or where events are closed to our
        user, it is where it is now.
        """
        places = {lead.id: (lead.pipeline, lead.status) for lead in leads}
        touched = [lead.id for lead in leads if lead.updated > started_at]
        if not touched:
            return places
        first: dict[int, tuple[datetime, str]] = {}
        try:
            async for event in self._client.all("events", "events", _moves_of(touched, started_at), limit=EVENTS):
                lead, at, before = number(event.get("entity_id")), moment(event.get("created_at")), _before(event)
                if at is None or at <= started_at or before is None or lead not in touched:
                    continue
                key = (at, str(event.get("id")))
                if lead not in first or key < first[lead]:
                    first[lead], places[lead] = key, before
        except (Rejected, ScopeMissing):
            log.info("amocrm_events_closed", account=self._client.account)
        return places


def _moves_of(leads: Sequence[int], since: datetime) -> Mapping[str, Any]:
    return {
        "filter": {
            "type": ["lead_status_changed"],
            "entity": ["lead"],
            "entity_id": list(leads),
            "created_at": {"from": int(since.timestamp())},
        }
    }


def _before(event: Mapping[str, Any]) -> tuple[int, int] | None:
    if event.get("type") != "lead_status_changed":
        return None
    for one in rows(event.get("value_before")):
        told = fields(one.get("lead_status"))
        pipeline, status = number(told.get("pipeline_id")), number(told.get("id"))
        if pipeline and status:
            return pipeline, status
    return None
