"""Whose call it was. A transferred call belongs to the employee who talked longest, which only its legs tell."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta, tzinfo
from typing import Any

import structlog

from services.domain.call import FoundCall, Trait
from services.errors import BadAnswer, RateLimited, Rejected, Unreachable
from services.integrations.novofon.v2.failures import NotAllowed
from services.integrations.novofon.v2.mapping import session_of
from services.integrations.novofon.v2.people import People
from services.integrations.novofon.v2.reports import Reports
from services.integrations.novofon.values import flag, identity, number, text
from services.integrations.novofon.zones import window

log = structlog.get_logger(__name__)

AROUND = timedelta(days=1)
AT_ONCE = 100
"""Sessions whose legs are asked for in one request."""


class Attribution:
    def __init__(self, reports: Reports, people: People) -> None:
        self._reports = reports
        self._people = people

    async def complete(self, calls: Sequence[FoundCall], zone: tzinfo) -> list[FoundCall]:
        """The calls with their employees, names and extensions as far as they are to be known."""
        transferred = [call for call in calls if "transfer" in call.refs]
        talked: dict[str, tuple[str, str]] = {}
        for start in range(0, len(transferred), AT_ONCE):
            talked |= await self._longest(transferred[start : start + AT_ONCE], zone)
        return [await self._named(_given_to(call, talked.get(session_of(call)))) for call in calls]

    async def _longest(self, calls: Sequence[FoundCall], zone: tzinfo) -> dict[str, tuple[str, str]]:
        """By session: id and name of the employee who talked longest; a call goes on without its legs."""
        times = [call.started_at for call in calls]
        asked = window(min(times) - AROUND, max(times) + AROUND, zone)
        try:
            legs = await self._reports.legs(asked, [session_of(call) for call in calls])
        except RateLimited:
            raise
        except (Rejected, NotAllowed, Unreachable, BadAnswer) as failure:
            log.info("novofon_shows_no_legs", failure=failure.code, reason=failure.remote_code)
            return {}
        return _longest(legs)

    async def _named(self, call: FoundCall) -> FoundCall:
        if not call.manager_id:
            return call
        person = await self._people.get(call.manager_id)
        if person is None:
            return call
        traits = {**call.traits, Trait.EXTENSION: person.extension} if person.extension else call.traits
        return replace(call, manager_name=call.manager_name or person.name, traits=traits)


def _longest(legs: Sequence[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    seconds: dict[str, Counter[str]] = {}
    names: dict[str, str] = {}
    for leg in legs:
        session, employee = identity(leg.get("call_session_id")), identity(leg.get("employee_id"))
        if session and employee and flag(leg.get("is_talked")):
            seconds.setdefault(session, Counter())[employee] += number(leg.get("duration"))
            names[employee] = text(leg.get("employee_full_name"))
    longest = {session: talked.most_common(1)[0][0] for session, talked in seconds.items()}
    return {session: (employee, names[employee]) for session, employee in longest.items()}


def _given_to(call: FoundCall, person: tuple[str, str] | None) -> FoundCall:
    if person is None:
        return call
    traits = {name: value for name, value in call.traits.items() if name != Trait.EXTENSION}
    same = person[0] == call.manager_id
    return replace(call, manager_id=person[0], manager_name=person[1], traits=call.traits if same else traits)
