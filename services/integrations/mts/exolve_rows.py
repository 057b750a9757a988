"""Rows of MTS Exolve into calls, by a table of names: most names of its rows are not documented.

Each field has the names it has been seen or may be expected under; a customer's own come before them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from services.domain.call import Direction, FoundCall, Trait
from services.errors import Refused
from services.integrations.mts.values import from_epoch, from_iso, number, text
from services.phones import e164

NAMES: Mapping[str, Sequence[str]] = {
    "id": ("call_id", "uid", "id"),
    "start": ("date_start", "start_time", "call_start", "time_start", "date", "created_at"),
    "duration": ("duration", "call_duration"),
    "from": ("number_a", "a_number", "number_from", "from", "caller", "calling_number"),
    "to": ("number_b", "b_number", "number_to", "to", "callee", "called_number"),
    "direction": ("direction", "call_direction", "call_type", "type"),
    "status": ("call_status", "status", "result", "state"),
    "sip": ("sip_id",),
}
LISTS = ("calls", "call_history", "list")
TAKEN = frozenset({"completed", "complete", "answered", "success", "successful", "ok"})
MISSED = frozenset(
    {"missed", "no_answer", "noanswer", "not_answered", "busy", "failed", "cancelled", "canceled", "declined"}
)
GOING_ON = frozenset({"in_progress", "ringing", "active", "started", "initiated", "answering"})
INCOMING = frozenset({"in", "inbound", "incoming", "входящий"})
OUTGOING = frozenset({"out", "outbound", "outgoing", "исходящий"})
_PREFIX = re.compile(r"^\w*(?:status|state|result)_")
"""Values of enumerations may come with the name of theirs: CALL_STATUS_COMPLETED."""
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def parse_names(told: str) -> str:
    """`start=created_at, from=caller` as it is kept. Raises Refused: `not_names`."""
    pairs = [one.partition("=") for one in re.split(r"[\s,;]+", re.sub(r"\s*=\s*", "=", told)) if one]
    if not pairs or any(name not in NAMES or not _NAME.fullmatch(theirs) for name, _, theirs in pairs):
        raise Refused("not_names")
    return ", ".join(f"{name}={theirs}" for name, _, theirs in pairs)


@dataclass(frozen=True)
class Table:
    """`own` are a customer's names by field. `per_second`: 1,000 when lengths come in milliseconds."""

    own: Mapping[str, str] = field(default_factory=dict)
    per_second: int = 1

    @classmethod
    def of(cls, names: str, unit: str) -> "Table":
        pairs = [one.partition("=") for one in names.split(", ") if "=" in one]
        own = {name: theirs for name, _, theirs in pairs}
        return cls(own, 1000 if unit == "milliseconds" else 1)

    def value(self, row: Mapping[str, Any], name: str) -> Any:
        own = self.own.get(name)
        candidates = (own, *NAMES[name]) if own else NAMES[name]
        return next((row[one] for one in candidates if row.get(one) not in (None, "")), None)

    def call_of(self, row: Any) -> FoundCall | None:
        """None when it cannot be understood, or is still going on. Ids are 64 bits and come as texts, too.

        All rows of a call share its id. That of somebody who missed it may come before the talk's, and must not
        stand in its way: it has an id of its own.
        """
        if not isinstance(row, dict):
            return None
        call_id, began = text(self.value(row, "id")), _moment(self.value(row, "start"))
        status = _PREFIX.sub("", text(self.value(row, "status")).lower().replace(" ", "_").replace("-", "_"))
        if not call_id or began is None or status in GOING_ON:
            return None
        seconds = number(self.value(row, "duration")) // self.per_second
        answered = status in TAKEN or (status not in MISSED and seconds > 0)
        caller, called = text(self.value(row, "from")), text(self.value(row, "to"))
        direction, phone, line = _sides(_direction(self.value(row, "direction")), e164(caller), e164(called))
        sip = text(self.value(row, "sip"))
        traits = {Trait.LINE: line, Trait.EXTENSION: sip}
        return FoundCall(
            external_id=f"exolve:{'' if answered else 'missed:'}{call_id}"[:128],
            started_at=began,
            duration=seconds if answered else 0,
            direction=direction,
            phone=phone,
            answered=answered,
            manager_id=sip[:64],
            has_recording=answered,
            refs={"call": call_id},
            traits={str(trait): value for trait, value in traits.items() if value},
        )


def rows_of(told: Any) -> list[Any] | None:
    """The list of an answer; None when there is none. An empty list is left out there, the way of protobuf."""
    if not isinstance(told, dict):
        return None
    for name in LISTS:
        if isinstance(told.get(name), list):
            rows: list[Any] = told[name]
            return rows
    return None if any(isinstance(value, list | dict) and value for value in told.values()) else []


def _moment(value: Any) -> datetime | None:
    """RFC 3339, or a count of seconds or milliseconds."""
    seconds = number(value)
    if seconds:
        return from_epoch(seconds, 1000 if seconds > 10**11 else 1)
    return from_iso(value, timedelta(0))


def _direction(value: Any) -> Direction:
    """Whole words: what is internal or international does not come in by that."""
    words = set(re.split(r"[\W_]+", text(value).lower()))
    if words & INCOMING:
        return Direction.INCOMING
    return Direction.OUTGOING if words & OUTGOING else Direction.UNKNOWN


def _sides(direction: Direction, caller: str, called: str) -> tuple[Direction, str, str]:
    """Direction, the customer's number, the company's. With no direction told, one that is no number is ours."""
    if direction is Direction.UNKNOWN and bool(caller) != bool(called):
        direction = Direction.INCOMING if caller else Direction.OUTGOING
    if direction is Direction.INCOMING:
        return direction, caller, called
    if direction is Direction.OUTGOING:
        return direction, called, caller
    return direction, "", ""
