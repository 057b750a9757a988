"""Rows of the statistics are legs: those with one `pbx_call_id` are one call, through menus and transfers."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from services.domain.call import Direction, FoundCall, Trait
from services.integrations.novofon.values import flag, identity, naive, number, phone_of, text
from services.integrations.novofon.zones import readings

SETTLED = timedelta(minutes=3)
"""A call is whole when its last leg ended so long ago."""
UNHEARD = timedelta(hours=1)
"""One without a recorded leg waits longer: behind a menu there may be a conversation that still goes on, and
legs are reported as they end. There is nothing to listen to meanwhile."""
MOST_LEGS = 20
_EXTENSION = re.compile(r"\d{2,6}")
_DIGITS = re.compile(r"\+?\d{10,15}")


@dataclass(frozen=True)
class Leg:
    """`call_id` names its recording; `started` is local time; `seconds` is how long it was."""

    call_id: str
    pbx_call_id: str
    started: datetime
    seconds: int
    answered: bool
    recorded: bool
    extension: str
    clid: str
    destination: str


def leg_of(row: dict[str, Any]) -> Leg | None:
    """None when the row cannot be understood. Types are loose: numbers and booleans may be texts."""
    call_id, started = identity(row.get("call_id")), naive(row.get("callstart"))
    pbx_call_id = identity(row.get("pbx_call_id"))
    if started is None or not (call_id or pbx_call_id):
        return None
    sip, destination = text(row.get("sip"), 64), text(row.get("destination"), 64)
    outgoing = pbx_call_id.startswith("out")
    return Leg(
        call_id=call_id,
        pbx_call_id=pbx_call_id,
        started=started,
        seconds=number(row.get("seconds")),
        answered=text(row.get("disposition")).lower() == "answered",
        recorded=flag(row.get("is_recorded")) is True,
        extension=next((one for one in _in_order(sip, destination, outgoing) if _EXTENSION.fullmatch(one)), ""),
        clid=text(row.get("clid"), 120),
        destination=destination,
    )


def _in_order(sip: str, destination: str, outgoing: bool) -> tuple[str, ...]:
    """The employee is `sip` of an outgoing call and `destination` of an incoming one."""
    return (sip,) if outgoing else (destination, sip)


def key_of(leg: Leg) -> str:
    return leg.pbx_call_id or f"call:{leg.call_id}"


def external_id(key: str) -> str:
    return f"v1:{key}"


def grouped(legs: Iterable[Leg]) -> dict[str, dict[str, Leg]]:
    """Legs by call and by their own id: pages overlap when rows are added meanwhile."""
    calls: dict[str, dict[str, Leg]] = {}
    for leg in legs:
        calls.setdefault(key_of(leg), {})[f"{leg.call_id} {leg.started}"] = leg
    return calls


def is_whole(legs: Sequence[Leg], zone: tzinfo, until: datetime) -> bool:
    """Was everything of the call reported by then?"""
    ended = max(readings(leg.started, zone)[1] + timedelta(seconds=leg.seconds) for leg in legs)
    return ended + (SETTLED if any(leg.recorded for leg in legs) else UNHEARD) <= until


def call_of(key: str, legs: Sequence[Leg], zone: tzinfo) -> FoundCall:
    """`duration` is that of what was recorded; without a recording that of the longest answered leg."""
    legs = sorted(legs, key=lambda leg: leg.started)
    recorded = [leg for leg in legs if leg.recorded]
    answered = [leg for leg in legs if leg.answered and (leg.seconds > 0 or leg.recorded)]
    outgoing = key.startswith("out")
    phone = _phone(legs, outgoing)
    extension = next((leg.extension for leg in reversed(recorded or answered) if leg.extension), "")
    if recorded:
        duration = sum(leg.seconds for leg in recorded)
    else:
        duration = max((leg.seconds for leg in answered), default=0)
    refs = {"parts": str(len(recorded))}
    if 1 < len(recorded) <= MOST_LEGS and all(leg.call_id for leg in recorded):
        refs["legs"] = " ".join(leg.call_id for leg in recorded)
    refs |= {"pbx": key} if legs[0].pbx_call_id else {"call": legs[0].call_id}
    traits = {Trait.LINE: _line(legs, outgoing, phone), Trait.EXTENSION: extension}
    return FoundCall(
        external_id=external_id(key),
        started_at=readings(legs[0].started, zone)[0],
        duration=duration,
        direction=_direction(key),
        phone=phone,
        answered=bool(answered),
        manager_id=extension,
        manager_name=extension,
        has_recording=bool(recorded),
        refs=refs,
        traits={str(name): value for name, value in traits.items() if value},
    )


def _direction(key: str) -> Direction:
    if key.startswith("out"):
        return Direction.OUTGOING
    return Direction.INCOMING if key.startswith("in") else Direction.UNKNOWN


def _phone(legs: Sequence[Leg], outgoing: bool) -> str:
    told = (leg.destination if outgoing else leg.clid for leg in legs)
    return next((found for one in told if (found := _number(one))), "")


def _line(legs: Sequence[Leg], outgoing: bool, phone: str) -> str:
    """The company's number: what an outgoing call showed, or what an incoming one dialled."""
    told = (leg.clid if outgoing else leg.destination for leg in legs)
    return next((found for one in told if (found := _number(one)) and found != phone), "")


def _number(told: str) -> str:
    """A caller may come with a name around the number."""
    inner = _DIGITS.search(told)
    return phone_of(told) or (phone_of(inner[0]) if inner is not None else "")
