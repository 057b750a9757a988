"""Values of fields and columns between our shapes, the portal's wire, and a normal form that can be compared.

The normal form is what stands in our deliveries: JSON-able, None when empty, the same when equal.
"""

import html
import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from services.clean import without_controls
from services.domain.field import FieldType, RemoteField, Value
from services.integrations.bitrix24.formatting import disarm
from services.integrations.writing import Remote

HTML = "S:HTML"
SETS = (FieldType.CHOICE, FieldType.EMPLOYEE)
"""Several of them have no order of their own."""
SUM = "OPPORTUNITY"
"""The portal's own sum of a deal: 0 until somebody enters one."""
HTML_BYTES = 60_000
SITE_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?")


def decimal_text(value: Any) -> str | None:
    """`1500000`, `2.5`; None for nonsense."""
    try:
        told = f"{Decimal(str(value).replace(',', '.').replace(' ', '')):f}"
    except InvalidOperation:
        return None
    return (told.rstrip("0").rstrip(".") if "." in told else told) or "0"


def one_to_normal(field: RemoteField, raw: Any, zone: ZoneInfo) -> Remote:
    """A single value as the portal tells it."""
    if isinstance(raw, dict):
        raw = raw.get("TEXT")
    if raw is None or raw == "" or (raw is False and field.type is not FieldType.BOOLEAN):
        return None
    match field.type:
        case FieldType.INTEGER | FieldType.NUMBER:
            number = decimal_text(raw)
            return None if number == "0" and field.id == SUM else number
        case FieldType.MONEY:
            amount, _, currency = str(raw).partition("|")
            number = decimal_text(amount)
            return None if number is None else f"{number}|{currency}"
        case FieldType.BOOLEAN:
            return True if raw in ("Y", True, 1, "1") else None  # "no" and "never told" are the same there
        case FieldType.DATE:
            return _day(str(raw))
        case FieldType.DATETIME:
            return _moment(str(raw), zone)
        case FieldType.CHOICE | FieldType.EMPLOYEE:
            return None if str(raw) == "0" else str(raw)
        case _:
            return str(raw).replace("\r\n", "\n").strip() or None


def to_normal(field: RemoteField, raw: Any, zone: ZoneInfo) -> Remote:
    """What the portal tells, one value or several."""
    if not field.multiple:
        first = (raw[0] if raw else None) if isinstance(raw, list) else raw
        return one_to_normal(field, first, zone)
    parts = raw if isinstance(raw, list) else [raw]
    kept = [one for part in parts if (one := one_to_normal(field, part, zone)) is not None]
    return (sorted(kept) if field.type in SETS else kept) or None


def _day(raw: str) -> str | None:
    site = SITE_DATE.match(raw)
    if site:
        return f"{site[3]}-{int(site[2]):02}-{int(site[1]):02}"
    return raw[:10] or None


def _moment(raw: str, zone: ZoneInfo) -> str | None:
    site = SITE_DATE.match(raw)
    try:
        if site:
            day, month, year, hour, minute, second = (int(part or 0) for part in site.groups())
            moment = datetime(year, month, day, hour, minute, second, tzinfo=zone)
        else:
            moment = datetime.fromisoformat(raw)
    except ValueError:
        return raw
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def from_value(field: RemoteField, value: Value, zone: ZoneInfo) -> Remote:
    """A value of ours in the normal form."""
    if field.type is FieldType.CHOICE:
        return sorted(map(str, value)) if field.multiple else str(value[0])
    one = _single(field, value, zone)
    return [one] if field.multiple and one is not None else one


def _single(field: RemoteField, value: Value, zone: ZoneInfo) -> Remote:
    match field.type:
        case FieldType.INTEGER | FieldType.NUMBER:
            return decimal_text(value)
        case FieldType.MONEY:
            return f"{decimal_text(value['amount'])}|{value['currency']}"
        case FieldType.BOOLEAN:
            return True if value else None
        case FieldType.DATETIME:
            return _moment(str(value), zone)
        case FieldType.TEXT:
            return _text(field, str(value))
        case _:
            return str(value)


def _text(field: RemoteField, text: str) -> str | None:
    """Columns of rich text read HTML, comments of a deal read BB code; everything else is plain."""
    if field.native == HTML:
        return _as_html(without_controls(text))
    if field.id == "COMMENTS":
        return disarm(text) or None
    return without_controls(text).strip() or None


def _as_html(text: str) -> str | None:
    """Escaped, and cut before the portal would cut it in the middle of a letter."""
    escaped = html.escape(text.strip()).replace("\n", "<br>")
    while len(escaped.encode()) > HTML_BYTES:
        text = text[: int(len(text) * 0.9)].rsplit(" ", 1)[0].rstrip() + "…"
        escaped = html.escape(text).replace("\n", "<br>")
    return escaped or None


def to_wire(field: RemoteField, normal: Remote, zone: ZoneInfo, *, lists: bool = False) -> Any:
    """The normal form as the portal takes it; empty clears."""
    if field.multiple:
        return [_wire_of_one(field, one, zone, lists=lists) for one in normal or []]
    return (
        ""
        if normal is None and field.type is not FieldType.BOOLEAN
        else _wire_of_one(field, normal, zone, lists=lists)
    )


def _wire_of_one(field: RemoteField, normal: Remote, zone: ZoneInfo, *, lists: bool) -> Any:
    if field.type is FieldType.BOOLEAN:
        return "Y" if normal else "N"
    if field.type is FieldType.DATETIME:
        moment = datetime.fromisoformat(normal).astimezone(zone)
        return f"{moment:%Y-%m-%d %H:%M:%S}" if lists else moment.isoformat(timespec="seconds")
    if field.type in (FieldType.CHOICE, FieldType.EMPLOYEE, FieldType.INTEGER) and not lists:
        return int(normal) if str(normal).lstrip("-").isdecimal() else normal
    if field.type is FieldType.NUMBER and not lists:
        return float(normal) if "." in normal else int(normal)
    return normal
