"""Rows of the call report into our words. One row is one call session: its id never changes."""

import re
from datetime import tzinfo
from typing import Any

from services.domain.call import Direction, FoundCall, Trait
from services.integrations.novofon.values import flag, identity, naive, number, phone_of, rows, text
from services.integrations.novofon.zones import readings

NEEDED = ("id", "start_time", "direction", "is_lost", "contact_phone_number")
OPTIONAL = (
    "communication_id",
    "virtual_phone_number",
    "clean_talk_duration",
    "talk_duration",
    "is_transfer",
    "call_records",
    "wav_call_records",
    "full_record_file_link",
    "employees",
    "last_talked_employee_id",
    "last_talked_employee_full_name",
    "last_answered_employee_id",
    "last_answered_employee_full_name",
    "operator_phone_number",
)
"""Not in every tariff: done without when they are refused."""
RECORDS = frozenset({"call_records", "wav_call_records", "full_record_file_link"})
_EXTENSION = re.compile(r"\d{1,6}")


def from_row(row: dict[str, Any], zone: tzinfo) -> FoundCall | None:
    """None when the row cannot be understood."""
    session, started = identity(row.get("id")), naive(row.get("start_time"))
    if not session or started is None:
        return None
    refs = _refs(row, session)
    talked = number(row.get("clean_talk_duration")) or number(row.get("talk_duration"))
    is_lost = flag(row.get("is_lost"))
    manager_id, manager_name = _manager(row)
    return FoundCall(
        external_id=key_of(row),
        started_at=readings(started, zone)[0],
        duration=talked,
        direction=_direction(row.get("direction")),
        phone=phone_of(text(row.get("contact_phone_number"))),
        answered=talked > 0 if is_lost is None else not is_lost,
        manager_id=manager_id,
        manager_name=manager_name,
        has_recording=bool({"link", "records", "wav"} & refs.keys()),
        refs=refs,
        traits=_traits(row),
    )


def key_of(row: dict[str, Any]) -> str:
    """The external id of a row's call; not worth much for a row that cannot be understood."""
    return f"v2:{identity(row.get('id'))}"


def session_of(call: FoundCall) -> str:
    return call.external_id.removeprefix("v2:")


def _refs(row: dict[str, Any], session: str) -> dict[str, str]:
    """Where the recording lies; the link opens it to anybody, so it is kept like a secret."""
    link = row.get("full_record_file_link")
    found = {
        "communication": identity(row.get("communication_id")) or session,
        "link": link.strip() if isinstance(link, str) and len(link) < 2000 else "",
        "records": _ids(row.get("call_records")),
        "wav": _ids(row.get("wav_call_records")),
        "transfer": "yes" if flag(row.get("is_transfer")) else "",
    }
    return {name: value for name, value in found.items() if value}


def _ids(value: Any) -> str:
    """Ids of recordings in the order they were told, separated by spaces: there is one for each part."""
    found = value if isinstance(value, list) else [value]
    return " ".join(dict.fromkeys(one for item in found[:100] if (one := identity(item))))


def _direction(value: Any) -> Direction:
    return {"in": Direction.INCOMING, "out": Direction.OUTGOING}.get(text(value), Direction.UNKNOWN)


def _manager(row: dict[str, Any]) -> tuple[str, str]:
    """Who talked last, else who answered last: id and name."""
    for who in ("last_talked", "last_answered"):
        found = identity(row.get(f"{who}_employee_id"))
        if found:
            return found, text(row.get(f"{who}_employee_full_name"))
    listed = rows(row.get("employees"))
    for sign in ("is_talked", "is_answered"):
        for person in reversed(listed):
            if flag(person.get(sign)) and (found := identity(person.get("employee_id"))):
                return found, text(person.get("employee_full_name"))
    return "", ""


def _traits(row: dict[str, Any]) -> dict[str, str]:
    line, operator = text(row.get("virtual_phone_number"), 64), text(row.get("operator_phone_number"), 64)
    traits: dict[str, str] = {}
    if line:
        traits[Trait.LINE] = phone_of(line) or line
    if _EXTENSION.fullmatch(operator):
        traits[Trait.EXTENSION] = operator
    return traits
