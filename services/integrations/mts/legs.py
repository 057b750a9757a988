"""Rows of the virtual exchange's history into calls: one row for each employee who took part.

A transferred or internal call has several rows under one `callGroupId`, one ORIGINATING and one TERMINATING
row may tell of the same talk, and colleagues whose phones rang in vain have rows as well. All of them are one
call. Those who missed it are told of first, while the talk goes on: a call that nobody has taken so far gets
an id of its own and waits, so that it never stands in the way of the talk. A talk whose row comes once the call
was given out (somebody was put through) is given out as a call of its own.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.domain.call import Direction, FoundCall, Trait
from services.integrations.mts.people import Directory
from services.integrations.mts.told import NOTHING, Told, short
from services.integrations.mts.values import from_epoch, is_short, number, text
from services.phones import e164

SETTLE = timedelta(minutes=1)
"""Rows of one conversation are written one after the other."""
MISSED_SETTLE = timedelta(hours=1)
"""A talk that somebody else took is told of once it is over."""
RECORDS = 6
"""Legs of a call whose recordings are tried."""
_ID_LIMIT = 100


@dataclass(frozen=True)
class Leg:
    """One employee's part. `own` is the employee's number, `other` the one at the far end, as they are told."""

    call: str
    """What the rows of one conversation have in common."""
    tracking: str
    """The key of its recording."""
    began: datetime
    seconds: int
    incoming: bool
    placed: bool
    own: str
    other: str
    redirecting: str
    employee: str
    name: str

    @property
    def mark(self) -> str:
        """Tells it apart from all other rows, by what is known from the start and never changes."""
        return f"{self.call}|{self.employee}|{self.own}|{self.began.timestamp()}"

    def internal(self, people: Directory) -> bool:
        """Between colleagues, who have mobile numbers as well. A caller who hides the number is none."""
        return is_short(self.other) or people.at(self.other) is not None

    @property
    def ended(self) -> datetime:
        return self.began + timedelta(seconds=self.seconds)


def leg_of(row: Any) -> Leg | None:
    """None when it cannot be understood. `callTime` is in milliseconds since 1970: no zone matters."""
    if not isinstance(row, dict):
        return None
    began = from_epoch(row.get("callTime"), 1000)
    if began is None:
        return None
    calling, called = text(row.get("callingNumber")), text(row.get("calledNumber"))
    incoming = _incoming(row, calling)
    seconds = _talk(number(row.get("duration")), number(row.get("answerDuration")))
    status = text(row.get("status")).upper()
    return Leg(
        call=_identity(row, calling, called),
        tracking=text(row.get("extTrackingId")),
        began=began,
        seconds=seconds,
        incoming=incoming,
        placed=status == "PLACED" or (status != "MISSED" and seconds > 0),
        own=called if incoming else calling,
        other=calling if incoming else called,
        redirecting=text(row.get("redirectingNumber")),
        employee=text(row.get("userId")),
        name=text(row.get("abonentName")),
    )


def _incoming(row: dict[str, Any], calling: str) -> bool:
    """As the employee sees it; should the word be unknown, whoever calls from outside comes in."""
    direction = text(row.get("direction")).upper()
    return direction == "TERMINATING" or (direction != "ORIGINATING" and bool(e164(calling)))


def _talk(duration: int, answered: int) -> int:
    """Which of the two includes the ringing is not documented: the shorter one does not."""
    return min(duration, answered) if duration and answered else max(duration, answered)


def _identity(row: dict[str, Any], calling: str, called: str) -> str:
    group, tracking = text(row.get("callGroupId")), text(row.get("extTrackingId"))
    if group:
        told = f"vpbx:{group}"
    elif tracking:
        told = f"vpbx:leg:{tracking}"
    else:
        told = "vpbx:row:" + _hash(json.dumps([text(row.get("userId")), row.get("callTime"), calling, called]))
    return told if len(told) <= _ID_LIMIT else f"vpbx:long:{_hash(told)}"


def _hash(told: str) -> str:
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]


def conversations(legs: Iterable[Leg]) -> dict[str, list[Leg]]:
    """Legs by what they have in common, in order of time; a leg read twice counts once."""
    found: dict[str, list[Leg]] = {}
    for leg in sorted(set(legs), key=lambda one: (one.began, one.tracking, one.employee)):
        found.setdefault(leg.call, []).append(leg)
    return found


def is_settled(legs: Sequence[Leg], now: datetime) -> bool:
    """No further row of it has to be waited for."""
    if any(leg.placed for leg in legs):
        return max(leg.ended for leg in legs) <= now - SETTLE
    return max(leg.ended for leg in legs) <= now - MISSED_SETTLE


def call_of(legs: Sequence[Leg], people: Directory, told: Told = NOTHING) -> FoundCall | None:
    """One call of all its legs, or of those that were not told yet.

    None for a talk between colleagues, which no customer took part in, and when everything was told.
    """
    outside = [leg for leg in legs if not leg.internal(people)]
    if not outside:
        return None
    taken = [leg for leg in legs if leg.placed and leg.mark not in told]
    is_part = outside[0].call in told or any(leg.mark in told for leg in legs)
    if is_part and not taken:
        return None
    main = max(taken or outside, key=lambda leg: leg.seconds)
    records = sorted(((leg.tracking, leg.seconds) for leg in taken if leg.tracking), key=lambda one: -one[1])
    return FoundCall(
        external_id=_id(outside[0].call, taken, is_part=is_part),
        started_at=(taken if is_part else legs)[0].began,
        duration=main.seconds if taken else 0,
        direction=Direction.INCOMING if outside[0].incoming else Direction.OUTGOING,
        phone=next((phone for leg in outside if (phone := e164(leg.other))), ""),
        answered=bool(taken),
        manager_id=(main.employee or main.own)[:64],
        manager_name=_name(main, people),
        has_recording=bool(records),
        refs=_refs(records, is_part=is_part),
        traits=_traits(main, outside, people),
    )


def _id(call: str, taken: Sequence[Leg], *, is_part: bool) -> str:
    if not taken:
        return call.replace("vpbx:", "vpbx:missed:", 1)
    return f"{call}:{short(taken[0].mark)}" if is_part else call


def _refs(records: Sequence[tuple[str, int]], *, is_part: bool) -> dict[str, str]:
    """The longest leg first; of two rows of one talk with the same key the key counts once."""
    kept = list(dict(reversed(records)).items())[::-1]
    refs = {"records": json.dumps(kept[:RECORDS])} if records else {}
    return {**refs, "part": "yes"} if is_part else refs


def given(legs: Sequence[Leg]) -> Iterator[tuple[str, datetime]]:
    """What is to be remembered of a call that was given out."""
    taken = [leg for leg in legs if leg.placed]
    for leg in taken:
        yield leg.call, leg.began
        yield leg.mark, leg.began


def _name(leg: Leg, people: Directory) -> str:
    person = people.at(leg.own)
    return leg.name or (person.name if person is not None else "")


def _traits(main: Leg, outside: Sequence[Leg], people: Directory) -> dict[str, str]:
    """The company's number is told by the row, or else it is the one that the employee is seen with."""
    person = people.at(main.own)
    told = [e164(one) for leg in outside for one in (leg.redirecting, leg.own)]
    mobile = person.mobile if person is not None else ""
    line = next((one for one in told if one and one != mobile), person.line if person is not None else "")
    extension = main.own if is_short(main.own) else (person.extension if person is not None else "")
    traits = {Trait.LINE: line, Trait.EXTENSION: extension}
    return {str(trait): value for trait, value in traits.items() if value}
