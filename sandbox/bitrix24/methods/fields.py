"""Fields of deals and leads: their descriptions, their values, `crm.item.update`."""

from datetime import datetime
from typing import Any

from sandbox.bitrix24.errors import PortalError, access_denied, element_not_found
from sandbox.bitrix24.methods.context import Context
from sandbox.bitrix24.methods.items import kind_of, wire_item
from sandbox.bitrix24.tables import FieldRow
from sandbox.bitrix24.wire import page_of, required, whole


def uses_original(context: Context, params: dict[str, Any]) -> bool:
    """An old portal does not know the flag and ignores it."""
    return str(params.get("useOriginalUfNames", "N")) == "Y" and context.settings.original_names


def name_of(field: FieldRow, *, original: bool) -> str:
    return field.id if field.custom and original else field.key


def item_fields(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    original = uses_original(context, params)
    told = {}
    for field in context.world.fields[kind_of(params)].values():
        row: dict[str, Any] = {
            "type": field.type,
            "isRequired": field.required,
            "isReadOnly": field.read_only,
            "isImmutable": field.immutable,
            "isMultiple": field.multiple,
            "isDynamic": field.custom,
            "title": field.label,
            "upperName": field.id,
        }
        if field.custom:
            row |= {"listLabel": field.label, "formLabel": field.label, "filterLabel": field.label}
        if field.type == "enumeration":
            row["items"] = [{"ID": number, "VALUE": name} for number, name in field.options.items()]
        told[name_of(field, original=original)] = row
    return {"result": {"fields": told}}


def item_update(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Names it does not know, and fields that are only read, are dropped without a word."""
    kind, number = kind_of(params), whole(required(params, "id"))
    item = context.world.items.get((kind, number))
    if item is None:
        raise element_not_found()
    if not item.readable:
        raise access_denied(400)
    original = uses_original(context, params)
    known = {name_of(field, original=original): field for field in context.world.fields[kind].values()}
    changes: dict[str, Any] = {}
    for name, value in (params.get("fields") or {}).items():
        field = known.get(name)
        if field is not None and not field.read_only:
            changes[field.id] = _stored(context, field, value)
    own = context.world.values.setdefault((kind, number), {})
    changed = {name: value for name, value in changes.items() if own.get(name) != value}
    if changed:
        own.update(changed)
        item.updated = context.world.clock.datetime()
        context.world.updates.append((kind, number, changed))
    return {"result": {"item": wire_item(context, item, original=original)}}


def _stored(context: Context, field: FieldRow, value: Any) -> Any:
    if field.multiple:
        if not isinstance(value, list):
            told = f"Expected iterable value for multiple field, but got {type(value).__name__} instead"
            raise PortalError("100", told, 400)
        kept = [_one(context, field, part) for part in value]
        return [part for part in kept if part is not None]
    return _one(context, field, value)


def _one(context: Context, field: FieldRow, value: Any) -> Any:
    if value in ("", None):
        return None
    try:
        return _typed(field, value)
    except (TypeError, ValueError):
        raise PortalError("CRM_FIELD_ERROR_VALUE_NOT_VALID", f'Invalid value for field "{field.label}"') from None


def _typed(field: FieldRow, value: Any) -> Any:
    if field.type == "integer" or field.type in ("employee", "user"):
        return int(value)
    if field.type == "double":
        return float(value)
    if field.type == "boolean":
        return "Y" if value in ("Y", 1, "1", True) else "N"
    if field.type == "enumeration":
        return int(value) if str(value) in field.options else None  # an unknown option is lost without a word
    if field.type == "date":
        return f"{datetime.fromisoformat(str(value)):%Y-%m-%d}T03:00:00+03:00"
    if field.type == "datetime":
        moment = datetime.fromisoformat(str(value))
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment.isoformat(timespec="seconds")
    if field.type == "money":
        amount, _, currency = str(value).partition("|")
        return f"{float(amount):.2f}".rstrip("0").rstrip(".") + f"|{currency or 'RUB'}"
    return str(value)


def _userfields(context: Context, params: dict[str, Any], kind: str) -> dict[str, Any]:
    rows = [
        {
            "ID": str(number),
            "ENTITY_ID": f"CRM_{kind.upper()}",
            "FIELD_NAME": field.id,
            "USER_TYPE_ID": field.type,
            "MULTIPLE": "Y" if field.multiple else "N",
            "MANDATORY": "Y" if field.required else "N",
            "SETTINGS": {"MAX_LENGTH": 0},
            "LIST": [{"ID": one, "VALUE": name} for one, name in field.options.items()],
        }
        for number, field in enumerate(context.world.fields[kind].values(), start=1)
        if field.custom
    ]
    return page_of(rows, int(params.get("start") or 0))


def deal_userfields(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    return _userfields(context, params, "deal")


def lead_userfields(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    return _userfields(context, params, "lead")


METHODS = {
    "crm.item.fields": ("crm", item_fields),
    "crm.item.update": ("crm", item_update),
    "crm.deal.userfield.list": ("crm", deal_userfields),
    "crm.lead.userfield.list": ("crm", lead_userfields),
}
