"""Their rows into our words. Numbers come as texts, zero stands for nobody, times may lack an offset."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from services.domain.call import Direction, FoundCall, Trait
from services.errors import BadAnswer
from services.integrations.macrocrm.failures import Body
from services.integrations.macrocrm.reading import Row, number, rows_of, text, value_of

LONGEST = 10**6
"""Seconds; more is nonsense and would not fit into a column."""
FORMS = ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M")


@dataclass(frozen=True)
class CallRow:
    """A row of the calls of the sales departments. Times are aware; lengths are in seconds."""

    id: int
    started: datetime
    talk: int
    length: int
    """From the first ring to the end."""
    began_to_talk: bool
    no_target: bool
    external: str
    """The exchange's own number of the conversation; transfers share it. Empty: not told."""
    found: FoundCall


@dataclass(frozen=True)
class Request:
    """A buyer's request as far as it is known."""

    id: int
    status: int
    custom: str
    """Number or name of the sub-status: the two lists tell it differently. Empty: none."""
    manager: int
    modified: float
    merged_into: int
    company: int
    client: str
    contact: int


@dataclass(frozen=True)
class Status:
    """A base status with its sub-statuses by number."""

    id: int
    name: str
    custom: dict[int, str]


def moment(value: object, zone: tzinfo) -> datetime | None:
    """ISO 8601 or `2026-11-18 11:58:00`; without an offset it is the company's own time. None for nonsense."""
    told = str(value or "").strip()[:40]
    try:
        parsed = datetime.fromisoformat(told)
    except ValueError:
        return _by_form(told, zone)
    return _in_utc(parsed.replace(tzinfo=zone) if parsed.tzinfo is None else parsed)


def _by_form(told: str, zone: tzinfo) -> datetime | None:
    for form in FORMS:
        try:
            return _in_utc(datetime.strptime(told, form).replace(tzinfo=zone))
        except ValueError:
            continue
    return None


def _in_utc(aware: datetime) -> datetime | None:
    """None at the edges of the calendar."""
    try:
        return aware.astimezone(UTC)
    except OverflowError:
        return None


def has_offset(value: object) -> bool:
    return re.search(r"(?:[+-]\d\d:?\d\d|Z)$", str(value or "").strip()) is not None


def phone_of(value: object) -> str:
    """With a plus where it is a whole number; the system stores bare digits."""
    digits = re.sub(r"\D", "", text(value, 40))
    if len(digits) == 11 and digits.startswith("8"):
        digits = "7" + digits[1:]
    return f"+{digits}" if 11 <= len(digits) <= 15 else digits


def call_of(row: Row, zone: tzinfo) -> CallRow | None:
    """None when it cannot be understood."""
    call, started = number(value_of(row, "id")), moment(value_of(row, "callDate"), zone)
    if call <= 0 or started is None or len(str(call)) > 18:
        return None
    talk, length = (min(max(0, number(value_of(row, name))), LONGEST) for name in ("durationTalk", "duration"))
    refs = {
        "call": str(call),
        "estate": str(number(value_of(row, "estateId")) or ""),
        "contact": str(number(value_of(row, "contactsId")) or ""),
        "status": str(number(value_of(row, "estateCurrentStatus", "estateStatus")) or ""),
        "client": text(value_of(row, "contactsName"), 120),
    }
    manager, extension = number(value_of(row, "usersId")), text(value_of(row, "managerExt"), 40)
    found = FoundCall(
        external_id=f"call:{call}",
        started_at=started,
        duration=talk,
        direction=_direction(value_of(row, "direction")),
        phone=phone_of(value_of(row, "phone")),
        answered=talk > 0,
        manager_id=str(manager or ""),
        manager_name=text(value_of(row, "usersName"), 120),
        has_recording=bool(text(value_of(row, "externalRecordingId"))) or talk > 0,
        refs={name: value for name, value in refs.items() if value},
        traits={Trait.EXTENSION: extension} if extension else {},
    )
    external = text(value_of(row, "externalCallId"))
    return CallRow(
        id=call,
        started=started,
        talk=talk,
        length=max(talk, length),
        began_to_talk=talk > 0 or value_of(row, "talkStartDate") is not None,
        no_target=number(value_of(row, "isNoTarget")) == 1,
        external=f"{text(value_of(row, 'vendor'))}:{external}" if external else "",
        found=found,
    )


def _direction(told: object) -> Direction:
    """There are calls between employees as well: neither of the two."""
    known = {"in": Direction.INCOMING, "out": Direction.OUTGOING}
    return known.get(text(told).strip().lower(), Direction.UNKNOWN)


def request_of(row: Row) -> Request | None:
    found = number(value_of(row, "id", "estateId"))
    if found <= 0:
        return None
    contact, manager = value_of(row, "contact"), value_of(row, "manager")
    contact = contact if isinstance(contact, dict) else {}
    by = value_of(manager, "id") if isinstance(manager, dict) else None
    return Request(
        id=found,
        status=number(value_of(row, "status")),
        custom=text(value_of(row, "status_custom")),
        manager=number(value_of(row, "manager_id") or by),
        modified=_stamp(value_of(row, "date_modified")),
        merged_into=number(value_of(row, "merged_for_estate_id")),
        company=number(value_of(row, "company_id")),
        client=text(value_of(contact, "name"), 120),
        contact=number(value_of(contact, "id")),
    )


def _stamp(value: object) -> float:
    """Epoch seconds; the second dialect may tell a date instead."""
    told = moment(value, UTC) if isinstance(value, str) and not value.isdecimal() else None
    return told.timestamp() if told is not None else float(number(value))


def statuses_of(body: Body) -> list[Status]:
    """Raises BadAnswer when none is told: an empty dictionary would suspend every prompt."""
    found = []
    for row in rows_of(body, "statuses"):
        base, inner = number(value_of(row, "id")), value_of(row, "custom_statuses")
        if base > 0:
            subs = [one for one in inner if isinstance(one, dict)] if isinstance(inner, list) else []
            custom = {number(one.get("id")): text(one.get("name"), 120) or str(one.get("id")) for one in subs}
            custom.pop(0, None)
            found.append(Status(base, text(value_of(row, "name"), 120) or str(base), custom))
    if not found:
        raise BadAnswer("no statuses")
    return found
