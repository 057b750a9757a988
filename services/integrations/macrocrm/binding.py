"""Which request a call is for, and where that stood when the call was seen."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from services.domain.call import Binding, FoundCall, ObjectRef
from services.domain.integration import ObjectKind
from services.errors import Ambiguous, ScopeMissing
from services.integrations.macrocrm.choices import Choices
from services.integrations.macrocrm.mapping import Request, Status
from services.integrations.macrocrm.reading import number
from services.integrations.macrocrm.requests import Contact, Requests

log = structlog.get_logger(__name__)

FUNNEL = "requests"
"""There are no funnels: all requests go through the same statuses."""


def stage_id(base: int, custom: int | None = None) -> str:
    return str(base) if custom is None else f"{base}:{custom}"


class Binder:
    def __init__(self, requests: Requests, choices: Choices) -> None:
        self._requests = requests
        self._choices = choices

    async def bindings(self, call: FoundCall) -> Sequence[Binding]:
        """Requests the call may be for, the likeliest first; empty: none yet. Raises Ambiguous."""
        estate, branch = number(call.refs.get("estate")), "named by the call"
        if estate:
            found = [await self._named(estate, call)]
        else:
            branch = "active ones of the client"
            found = await self._of_client(number(call.refs.get("contact")), call.phone)
        if found:
            log.info("call_bound", external_id=call.external_id, branch=branch)
        told = await self._requests.statuses() if found else ()
        ordered = sorted(found, key=lambda one: _rank(one, number(call.manager_id)), reverse=True)
        return [_binding(one, call, told) for one in ordered]

    async def by_phone(self, phone: str, started_at: datetime) -> Binding | None:
        """By the same rule, for a call of another system: it knows no employee of this one. Raises Ambiguous."""
        found = await self._of_client(0, phone)
        if not found:
            return None
        latest = max(found, key=lambda one: _rank(one, 0))
        return _binding(latest, None, await self._requests.statuses())

    async def _named(self, estate: int, call: FoundCall) -> Request:
        """The request that the call names: its sub-status is told by the lists alone."""
        if self._choices.lists_by_ids:
            found = await self._requests.by_id(estate, follow_merged=self._choices.follow_merged)
            if found is not None:
                return found
        contact = number(call.refs.get("contact"))
        for one in await self._active(contact) if contact else []:
            if one.id == estate:
                return one
        return Request(estate, number(call.refs.get("status")), "", 0, 0.0, 0, 0, "", contact)

    async def _active(self, contact: int) -> list[Request]:
        """The right may be missing: then the call's own status has to do."""
        try:
            return await self._requests.active_of(contact)
        except ScopeMissing:
            return []

    async def _of_client(self, contact: int, phone: str) -> list[Request]:
        known: Contact | None = None
        if not contact:
            known = await self._requests.contact_of(phone) if phone else None
            contact = known.id if known is not None else 0
        found = await self._requests.active_of(contact) if contact else []
        if len(found) > 1 and not self._choices.mediator_latest:
            known = known or (await self._requests.contact_of(phone) if phone else None)
            if known is not None and known.id == contact and known.is_mediator:
                log.info("call_of_a_mediator", requests=len(found))
                raise Ambiguous("a mediator with several requests")
        return found


def _rank(request: Request, manager: int) -> tuple[bool, float, int]:
    """The manager's own request, then the one changed last, then the newest."""
    return bool(manager) and request.manager == manager, request.modified, request.id


def _binding(request: Request, call: FoundCall | None, statuses: Sequence[Status]) -> Binding:
    base, custom = _place(request, call, statuses)
    stage = stage_id(base, custom) if base else ""
    return Binding(
        object=ObjectRef(ObjectKind.DEAL, str(request.id)),
        funnel_external_id=FUNNEL,
        stage_external_id=stage,
        title=f"Заявка {request.id}",
        url="",
        client_name=request.client or (call.refs.get("client", "") if call is not None else ""),
        stage_within=(stage_id(base),) if custom is not None else (),
    )


def _place(request: Request, call: FoundCall | None, statuses: Sequence[Status]) -> tuple[int, int | None]:
    """Base status when the call was seen, and the sub-status where it still stands in that one.

    The call tells the base of the request it names, and salespeople move a request right after a call.
    """
    names_it = call is not None and number(call.refs.get("estate")) == request.id
    seen = number(call.refs.get("status")) if call is not None and names_it else 0
    base = seen or request.status
    status = next((one for one in statuses if one.id == base), None)
    if status is None or request.status not in (0, base):
        return base, None
    return base, _custom_of(status, request.custom)


def _custom_of(status: Status, told: str) -> int | None:
    """One list tells the number of a sub-status, the other its name."""
    if not told:
        return None
    if number(told) in status.custom:
        return number(told)
    same = told.strip().casefold()
    return next((one for one, name in status.custom.items() if name.strip().casefold() == same), None)
