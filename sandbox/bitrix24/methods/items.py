"""Deals and leads: one, many, their stage history and their contacts."""

from typing import Any

from sandbox.bitrix24.errors import PortalError, element_not_found
from sandbox.bitrix24.methods.context import Context
from sandbox.bitrix24.wire import comparable, moment, page_of, required, split_operator, whole
from sandbox.bitrix24.world import OWNER_NAMES, Item

SEMANTICS = {None: "P", "S": "S", "F": "F"}


def kind_of(params: dict[str, Any]) -> str:
    number = whole(required(params, "entityTypeId"), "entityTypeId")
    if number not in (1, 2):
        raise PortalError("NOT_FOUND", "Smart process not found", 400)
    return OWNER_NAMES[number]


def semantic(context: Context, item: Item) -> str:
    stages = context.world.lead_stages if item.kind == "lead" else context.world.funnels[item.funnel_id].stages
    return next((SEMANTICS[stage.semantics] for stage in stages if stage.id == item.stage_id), "P")


def wire_item(context: Context, item: Item, *, original: bool = False) -> dict[str, Any]:
    zone = context.settings.zone
    return {
        **_own_fields(context, item, original=original),
        "id": item.id,
        "title": item.title,
        "categoryId": item.funnel_id,
        "stageId": item.stage_id,
        "stageSemanticId": semantic(context, item),
        "assignedById": item.assigned_by,
        "createdTime": moment(item.created, zone),
        "updatedTime": moment(item.updated, zone),
        "lastActivityTime": moment(item.updated, zone),
        "companyId": item.company_id,
        "contactId": item.contact_ids[0] if item.contact_ids else 0,
        "contactIds": list(item.contact_ids),
        "leadId": item.lead_id,
        "opened": "Y",
    }


def _own_fields(context: Context, item: Item, *, original: bool) -> dict[str, Any]:
    """Empty ones are told too: a null, or an empty list where several fit."""
    values = context.world.values.get((item.kind, item.id), {})
    told = {}
    for field in context.world.fields[item.kind].values():
        name = field.id if field.custom and original else field.key
        told[name] = values.get(field.id, [] if field.multiple else None)
    return told


def item_get(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    item = context.world.items.get((kind_of(params), whole(required(params, "id"))))
    if item is None:
        raise element_not_found()
    if not item.readable:
        raise PortalError("ACCESS_DENIED", "Access denied.", 400)
    original = str(params.get("useOriginalUfNames", "N")) == "Y" and context.settings.original_names
    return {"result": {"item": wire_item(context, item, original=original)}}


def item_list(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    kind = kind_of(params)
    rows = [item for (of, _), item in context.world.items.items() if of == kind and item.readable]
    for key, wanted in (params.get("filter") or {}).items():
        if key == "contactIds" and context.settings.contact_filter != "known":
            if context.settings.contact_filter == "refused":
                raise _not_allowed(key)
            continue
        rows = [item for item in rows if _fits(wire_item(context, item), key, wanted)]
    for name, direction in (params.get("order") or {}).items():
        _known(name, wire_item(context, rows[0]) if rows else None)
        rows.sort(key=lambda item: str(wire_item(context, item)[name]).zfill(40), reverse=_down(direction))
    page = page_of([wire_item(context, item) for item in rows], int(params.get("start") or 0))
    selected = params.get("select") or ["*"]
    items = [
        row if "*" in selected else {name: row[name] for name in selected if name in row} for row in page["result"]
    ]
    return {**page, "result": {"items": items}}


def _down(direction: Any) -> bool:
    return str(direction).upper() == "DESC"


def _known(name: str, row: dict[str, Any] | None) -> None:
    if row is not None and name not in row:
        raise _not_allowed(name)


def _not_allowed(name: str) -> PortalError:
    return PortalError("INVALID_ARG_VALUE", f"Invalid filter: field '{name}' is not allowed in filter", 400)


def _fits(row: dict[str, Any], key: str, wanted: Any) -> bool:
    name, compare = split_operator(key)
    _known(name, row)
    have = row[name]
    if isinstance(have, list):
        wants = wanted if isinstance(wanted, list) else [wanted]
        return any(int(one) in have for one in wants)
    return compare(have, comparable(have, wanted))


def stage_history(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    kind = kind_of(params)
    owner = (params.get("filter") or {}).get("OWNER_ID")
    item = context.world.items.get((kind, whole(owner, "OWNER_ID")))
    rows = []
    for move in item.history if item is not None and item.readable else []:
        row: dict[str, Any] = {
            "ID": move.id,
            "TYPE_ID": move.type_id,
            "OWNER_ID": whole(owner),
            "CREATED_TIME": moment(move.at, context.settings.zone),
        }
        if kind == "lead":
            row |= {"STATUS_ID": move.stage_id, "STATUS_SEMANTIC_ID": "P"}
        else:
            row |= {"CATEGORY_ID": move.funnel_id, "STAGE_ID": move.stage_id, "STAGE_SEMANTIC_ID": "P"}
        rows.append(row)
    page = page_of(rows, int(params.get("start") or 0))
    return {**page, "result": {"items": page["result"]}}


def contact_items(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    item = context.world.items.get(("deal", whole(required(params, "id"))))
    if item is None:
        raise element_not_found()
    return {
        "result": [
            {"CONTACT_ID": number, "SORT": 10 * (n + 1), "ROLE_ID": 0, "IS_PRIMARY": "Y" if n == 0 else "N"}
            for n, number in enumerate(item.contact_ids)
        ]
    }


def contact_get(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    contact = context.world.contacts.get(whole(required(params, "id")))
    if contact is None:
        raise PortalError("", "Not found", 400)
    return {
        "result": {
            "ID": str(contact.id),
            "NAME": contact.name,
            "LAST_NAME": None,
            "PHONE": [{"ID": "1", "VALUE": contact.phone, "VALUE_TYPE": "WORK"}],
        }
    }


METHODS = {
    "crm.item.get": ("crm", item_get),
    "crm.item.list": ("crm", item_list),
    "crm.stagehistory.list": ("crm", stage_history),
    "crm.deal.contact.items.get": ("crm", contact_items),
    "crm.contact.get": ("crm", contact_get),
}
