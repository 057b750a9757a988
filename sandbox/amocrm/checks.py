"""Values of fields as the account takes and keeps them: one wrong key, and the whole write is refused."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.amocrm.problems import invalid
from sandbox.amocrm.world import Field

TEXTS = {"text", "url", "streetaddress", "tracking_data", "textarea"}
NUMBERS = {"numeric", "price", "monetary"}
CHOICES = {"select", "radiobutton", "multiselect"}
DATES = {"date", "date_time", "birthday"}
LONGEST = {"textarea": 65_000}
LINE = 256

Issue = tuple[str, str]


def read_values(
    items: Any, fields: Mapping[int, Field], zone: ZoneInfo, *, utc_days: bool
) -> dict[int, list[dict[str, Any]]]:
    """`custom_fields_values` of a write, by field id, as they will be told. Raises Problem 400."""
    if not isinstance(items, list):
        raise invalid(("InvalidType", "custom_fields_values"))
    issues: list[Issue] = []
    kept: dict[int, list[dict[str, Any]]] = {}
    for index, item in enumerate(items):
        path = f"custom_fields_values.{index}"
        wrong = [
            ("FieldNotExpected", f"{path}.{key}")
            for key in item
            if key not in ("field_id", "field_code", "values")
        ]
        field = fields.get(item.get("field_id", 0))
        if field is None:
            wrong.append(("NotSupportedChoice", f"{path}.field_id"))
        if wrong or field is None:
            issues += wrong
            continue
        values, wrong = _values(item.get("values"), field, path, zone, utc_days=utc_days)
        kept[field.id] = values
        issues += wrong
    if issues:
        raise invalid(*issues)
    return kept


def _values(
    told: Any, field: Field, path: str, zone: ZoneInfo, *, utc_days: bool
) -> tuple[list[dict[str, Any]], list[Issue]]:
    if told is None:
        return [], []
    if not isinstance(told, list) or not told or (len(told) > 1 and field.type != "multiselect"):
        return [], [("InvalidType", f"{path}.values")]
    values, issues = [], []
    for index, one in enumerate(told):
        at = f"{path}.values.{index}"
        extra = [key for key in one if key not in ("value", "enum_id", "enum_code")]
        if extra:
            issues.append(("FieldNotExpected", f"{at}.{extra[0]}"))
            continue
        value, issue = _one(one, field, at, zone, utc_days=utc_days)
        values += [value] if value is not None else []
        issues += [issue] if issue is not None else []
    return values, issues


def _one(
    one: Mapping[str, Any], field: Field, at: str, zone: ZoneInfo, *, utc_days: bool
) -> tuple[dict[str, Any] | None, Issue | None]:
    if field.type in CHOICES:
        return _choice(one, field, at)
    raw = one.get("value")
    if field.type in TEXTS and isinstance(raw, str):
        if len(raw) > LONGEST.get(field.type, LINE):
            return None, ("TooLong", f"{at}.value")
        return {"value": raw.strip()}, None
    if field.type in NUMBERS and (number := _number(raw)) is not None:
        return {"value": str(int(number)) if number == int(number) else f"{number:g}"}, None
    if field.type == "checkbox" and isinstance(raw, bool):
        return {"value": raw}, None
    if field.type in DATES:
        moment = _moment(raw, zone, midnight=field.type != "date_time", utc=utc_days)
        return (None, ("InvalidType", f"{at}.value")) if moment is None else ({"value": moment}, None)
    return None, ("InvalidType", f"{at}.value")


def _choice(one: Mapping[str, Any], field: Field, at: str) -> tuple[dict[str, Any] | None, Issue | None]:
    if "enum_id" in one and "value" in one:
        return None, ("FieldNotExpected", f"{at}.value")
    if "enum_id" in one:
        number = one["enum_id"] if one["enum_id"] in field.enums else None
        if number is None:
            return None, ("NotSupportedChoice", f"{at}.enum_id")
    else:
        number = next((key for key, name in field.enums.items() if name == one.get("value")), None)
        if number is None:
            return None, ("NotSupportedChoice", f"{at}.value")
    return {"value": field.enums[number], "enum_id": number, "enum_code": None}, None


def _number(raw: Any) -> float | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        return None
    try:
        return float(raw)
    except ValueError:
        return None


def _moment(raw: Any, zone: ZoneInfo, *, midnight: bool, utc: bool) -> int | None:
    """Kept as unix seconds; a day is a midnight."""
    try:
        told = (
            datetime.fromtimestamp(raw, UTC)
            if isinstance(raw, int) and not isinstance(raw, bool)
            else datetime.fromisoformat(str(raw))
        )
    except (ValueError, OverflowError, OSError):
        return None
    if told.tzinfo is None:
        return None
    if not midnight:
        return int(told.timestamp())
    day = told.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((day.replace(tzinfo=UTC) if utc else day).timestamp())
