"""Values of fields between our shapes, the account's wire, and a normal form that can be compared.

The normal form is what stands in our deliveries: JSON-able, None when empty, the same when equal.
"""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from services.clean import without_controls
from services.domain.field import FieldType, RemoteField, Value
from services.integrations.amocrm.mapping import Row, rows
from services.integrations.writing import Remote

LINES = "textarea"
DAY = 86_400
LARGEST = Decimal(10) ** 30


def decimal_text(value: Any) -> str | None:
    """`1500000`, `2.5`; None for nonsense."""
    try:
        parsed = Decimal(str(value).replace(",", ".").replace(" ", ""))
    except InvalidOperation:
        return None
    if not parsed.is_finite() or abs(parsed) >= LARGEST:
        return None
    told = f"{parsed:f}"
    return (told.rstrip("0").rstrip(".") if "." in told else told) or "0"


def currency_of(field: RemoteField) -> str:
    """The currency of a field for money, kept behind its type: `monetary:RUB`."""
    return field.native.partition(":")[2]


def from_value(field: RemoteField, value: Value, zone: ZoneInfo) -> Remote:
    """A value of ours in the normal form."""
    match field.type:
        case FieldType.CHOICE:
            return sorted(map(str, value)) if field.multiple else str(value[0])
        case FieldType.NUMBER:
            return decimal_text(value)
        case FieldType.MONEY:
            return f"{decimal_text(value['amount'])}|{value['currency']}"
        case FieldType.BOOLEAN:
            return True if value else None  # "no" and "never told" are shown alike
        case FieldType.DATETIME:
            return _moment(str(value), zone)
        case FieldType.TEXT:
            return _plain(field, str(value))
        case _:
            return str(value).strip() or None


def _plain(field: RemoteField, told: str) -> str | None:
    clean = without_controls(told).strip()
    return (clean if field.native == LINES else " ".join(clean.split())) or None


def to_normal(field: RemoteField, told: Any, zone: ZoneInfo) -> Remote:
    """What the account tells: the list of a field's values, null when there is none."""
    kept = [one for item in rows(told) if (one := _one_to_normal(field, item, zone)) is not None]
    if field.multiple:
        return sorted(kept) or None
    return kept[0] if kept else None


def _one_to_normal(field: RemoteField, item: Row, zone: ZoneInfo) -> Remote:
    raw = item.get("value")
    if field.type is FieldType.CHOICE:
        return _option(field, item)
    if raw is None or raw == "" or isinstance(raw, list | dict):
        return None
    match field.type:
        case FieldType.NUMBER:
            return decimal_text(raw)
        case FieldType.MONEY:
            amount = decimal_text(raw)
            return None if amount is None else f"{amount}|{currency_of(field)}"
        case FieldType.BOOLEAN:
            return True if raw in (True, 1, "1", "true") else None
        case FieldType.DATE:
            return _day(raw, zone)
        case FieldType.DATETIME:
            return _moment(raw, zone)
        case _:
            return without_controls(str(raw)).strip() or None


def _option(field: RemoteField, item: Row) -> str | None:
    """By its number; an answer with the words alone is looked up."""
    if item.get("enum_id"):
        return str(item["enum_id"])
    return next((one.id for one in field.options if one.name == item.get("value")), None)


def _parsed(raw: Any, zone: ZoneInfo) -> datetime | None:
    """Told in unix seconds; ISO 8601 is understood as well."""
    try:
        if isinstance(raw, int | float) or str(raw).lstrip("-").isdigit():
            return datetime.fromtimestamp(int(raw), UTC)
        told = datetime.fromisoformat(str(raw))
    except (ValueError, OverflowError, OSError):
        return None
    return told if told.tzinfo is not None else told.replace(tzinfo=zone)


def _day(raw: Any, zone: ZoneInfo) -> str | None:
    """A day is a midnight: the account's own, or Greenwich's, which another clock would call the day before."""
    told = _parsed(raw, zone)
    if told is None:
        return None
    at_midnight = told.timestamp() % DAY == 0
    return told.astimezone(UTC if at_midnight else zone).date().isoformat()


def _moment(raw: Any, zone: ZoneInfo) -> str | None:
    told = _parsed(raw, zone)
    return None if told is None else told.astimezone(UTC).isoformat(timespec="seconds")


def to_wire(field: RemoteField, normal: Remote, zone: ZoneInfo) -> list[Row] | None:
    """The normal form as the account takes it; None clears."""
    if field.type is FieldType.BOOLEAN:
        return [{"value": bool(normal)}]
    if normal is None:
        return None
    if field.type is FieldType.CHOICE:
        return [{"enum_id": int(one)} for one in (normal if field.multiple else [normal])]
    return [{"value": _wire_of_one(field, normal, zone)}]


def _wire_of_one(field: RemoteField, normal: Remote, zone: ZoneInfo) -> Any:
    match field.type:
        case FieldType.NUMBER | FieldType.MONEY:
            amount = str(normal).partition("|")[0]
            return float(amount) if "." in amount else int(amount)
        case FieldType.DATE:
            return datetime.fromisoformat(normal).replace(tzinfo=zone).isoformat(timespec="seconds")
        case FieldType.DATETIME:
            return datetime.fromisoformat(normal).astimezone(zone).isoformat(timespec="seconds")
        case _:
            return normal


def fits(field: RemoteField, normal: Remote) -> bool:
    """May it be written at all? A field for money holds one currency, and nothing says which an amount was in."""
    if field.type is not FieldType.MONEY or normal is None:
        return True
    return currency_of(field) in ("", str(normal).partition("|")[2])
