"""Their JSON into our words. Ids are strings here and numbers there: everything is cast."""

import re
from datetime import UTC, datetime
from typing import Any

from services.domain.call import Direction, FoundCall

INCOMING_TYPES = {"2", "3"}
ANSWERED = "200"
_PHONE = re.compile(r"\+?\d(?:[ ()-]{0,2}\d){9,14}(?!\d)")


def moment(value: Any) -> datetime | None:
    """ISO 8601 with an offset; None for anything else."""
    try:
        parsed = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed


def number(value: Any) -> int:
    """0 for null, empty and nonsense."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def from_statistics(row: dict[str, Any]) -> FoundCall | None:
    """A row of the call statistics; None when it cannot be understood.

    Some exchanges report an answered call of no seconds and hand in its recording: its length is not known.
    Without a recording nobody has talked.
    """
    started = moment(row.get("CALL_START_DATE"))
    if started is None or not row.get("ID"):
        return None
    refs = {
        "statistic": _text(row["ID"]),
        "call": _text(row.get("CALL_ID")),
        "activity": str(number(row.get("CRM_ACTIVITY_ID")) or ""),
        "file": str(number(row.get("RECORD_FILE_ID")) or ""),
        "url": _text(row.get("CALL_RECORD_URL")),
        "entity_type": _text(row.get("CRM_ENTITY_TYPE")),
        "entity": str(number(row.get("CRM_ENTITY_ID")) or ""),
    }
    seconds, recorded = number(row.get("CALL_DURATION")), bool(refs["file"] or refs["url"])
    return FoundCall(
        external_id=f"stat:{row['ID']}",
        started_at=started,
        duration=seconds,
        direction=_direction(_text(row.get("CALL_TYPE")) in INCOMING_TYPES),
        phone=_text(row.get("PHONE_NUMBER")),
        answered=_text(row.get("CALL_FAILED_CODE")) == ANSWERED and (seconds > 0 or recorded),
        manager_id=_text(row.get("PORTAL_USER_ID")),
        has_recording=recorded,
        refs={name: value for name, value in refs.items() if value},
    )


def from_activity(row: dict[str, Any]) -> FoundCall | None:
    """An activity of type call that telephony knows nothing of.

    Exchanges that write no end, or the start again, have not told how long the call was: 0 stands for that.
    """
    started, ended = moment(row.get("START_TIME")), moment(row.get("END_TIME"))
    if started is None or not row.get("ID"):
        return None
    file_id = next((str(file) for file in files_of(row)), "")
    refs = {"activity": _text(row["ID"]), "file": file_id, "origin": _text(row.get("ORIGIN_ID"))}
    seconds = int((ended - started).total_seconds()) if ended is not None else 0
    return FoundCall(
        external_id=f"act:{row['ID']}",
        started_at=started,
        duration=max(0, seconds),
        direction=_direction(_text(row.get("DIRECTION")) == "1"),
        phone=_phone_in(_text(row.get("SUBJECT"))),
        answered=True,
        manager_id=_text(row.get("RESPONSIBLE_ID")),
        has_recording=bool(file_id),
        refs={name: value for name, value in refs.items() if value},
    )


def files_of(row: dict[str, Any]) -> list[int]:
    """Numbers of an activity's files; the key is absent, or an empty map, when there are none."""
    files = row.get("FILES")
    if not isinstance(files, list):
        return []
    return [found for file in files if isinstance(file, dict) and (found := number(file.get("id")))]


def _direction(incoming: bool) -> Direction:
    return Direction.INCOMING if incoming else Direction.OUTGOING


def _phone_in(subject: str) -> str:
    """Activities carry the number in their title, if anywhere."""
    found = _PHONE.search(subject)
    return re.sub(r"[^\d+]", "", found[0]) if found else ""
